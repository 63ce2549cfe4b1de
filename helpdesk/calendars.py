"""Which days the vendor works, as numbered versions that never change once stored."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from django.db import transaction

from helpdesk import holidays_kr
from helpdesk.models import CalendarDay, CalendarEntry, CalendarVersion

Change = Literal["added", "removed", "changed"]


class NoCalendar(RuntimeError):
    """The database holds no calendar yet, or not the version that was asked for."""

    def __init__(self, label: str = "") -> None:
        what = f"There is no calendar {label}" if label else "There is no calendar yet"
        super().__init__(f"{what}: run manage.py calendar --refresh.")


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day that is not simply what its weekday says: holiday, closing or extra."""

    date: date
    kind: str
    name_ko: str
    name_en: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class CalendarTable:
    """One version as plain data. Days after ``confirmed_through`` are provisional."""

    number: int
    first: date
    last: date
    confirmed_through: date
    days: tuple[Day, ...]

    @property
    def label(self) -> str:
        """Name the version as verdicts do."""
        return f"KR-{self.number}"

    @property
    def digest(self) -> str:
        """Digest everything but the number, so that equal tables have equal digests."""
        content = {**asdict(self), "number": None}
        text = json.dumps(content, default=date.isoformat, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """One day by which a version differs from the one before."""

    change: Change
    day: Day


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: the table in force, whether it is new, and what changed by name."""

    table: CalendarTable
    created: bool
    differences: tuple[Difference, ...]


def newest() -> tuple[int, str]:
    """Return number and digest of the newest version by one small query; raise NoCalendar."""
    found = CalendarVersion.objects.order_by("-number").values_list("number", "digest").first()
    if found is None:
        raise NoCalendar
    return found


def digest_of(number: int) -> str:
    """Return the digest of a version; raise NoCalendar when there is none."""
    found = CalendarVersion.objects.filter(number=number).values_list("digest", flat=True).first()
    if found is None:
        raise NoCalendar(f"KR-{number}")
    return found


@lru_cache(maxsize=16)
def load_table(number: int, digest: str) -> CalendarTable:
    """Return a stored version; read once per process, since versions never change.

    The digest is part of the question so that a process that changes its database never
    answers from the former one. Raises NoCalendar.
    """
    version = CalendarVersion.objects.filter(number=number, digest=digest).first()
    if version is None:
        raise NoCalendar(f"KR-{number}")
    rows = version.days.order_by("date", "kind")
    columns = rows.values_list("date", "kind", "name_ko", "name_en", "source")
    return CalendarTable(
        number=number,
        first=version.first,
        last=version.last,
        confirmed_through=version.confirmed_through,
        days=tuple(Day(*row) for row in columns),
    )


def build_table(entries: Iterable[Day] = (), number: int = 0) -> CalendarTable:
    """Return the library's public holidays together with the vendor's own days."""
    official = (
        Day(day, CalendarDay.Kind.HOLIDAY.value, ko, en, holidays_kr.SOURCE)
        for day, ko, en in holidays_kr.public_holidays()
    )
    return CalendarTable(
        number=number,
        first=holidays_kr.FIRST,
        last=holidays_kr.LAST,
        confirmed_through=holidays_kr.CONFIRMED_THROUGH,
        days=tuple(sorted([*official, *entries], key=lambda day: (day.date, day.kind))),
    )


def refresh_calendar(now: datetime) -> Refreshed:
    """Store a new version when holidays or entries have changed; otherwise write nothing."""
    with transaction.atomic():
        done = preview_calendar()
        if done.created:
            _store(done.table, now)
    return done


def preview_calendar() -> Refreshed:
    """Work out what a refresh would store now; it writes nothing."""
    held = _held()
    fresh = build_table(_entries(), number=held.number + 1 if held else 1)
    if held is not None and _same(held, fresh):
        return Refreshed(held, created=False, differences=())
    return Refreshed(fresh, created=True, differences=tuple(differences(held, fresh)))


def differences(before: CalendarTable | None, after: CalendarTable) -> Iterator[Difference]:
    """Yield by date the days that were added, removed, or bear another name now."""
    old = {(day.date, day.kind): day for day in before.days} if before else {}
    new = {(day.date, day.kind): day for day in after.days}
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            yield Difference("added", new[key])
        elif key not in new:
            yield Difference("removed", old[key])
        elif _meaning(old[key]) != _meaning(new[key]):
            yield Difference("changed", new[key])


def _held() -> CalendarTable | None:
    try:
        return load_table(*newest())
    except NoCalendar:
        return None


def _entries() -> list[Day]:
    columns = ("date", "kind", "name_ko", "name_en", "source")
    return [Day(*row) for row in CalendarEntry.objects.values_list(*columns)]


def _same(held: CalendarTable, fresh: CalendarTable) -> bool:
    bounds = (held.first, held.last, held.confirmed_through)
    if bounds != (fresh.first, fresh.last, fresh.confirmed_through):
        return False
    return not any(differences(held, fresh))


def _meaning(day: Day) -> tuple[str, str]:
    # A newer library that says the same is no reason for a new version.
    return day.name_ko, day.name_en


def _store(table: CalendarTable, now: datetime) -> None:
    version = CalendarVersion.objects.create(
        number=table.number,
        first=table.first,
        last=table.last,
        confirmed_through=table.confirmed_through,
        source=holidays_kr.SOURCE,
        digest=table.digest,
        created_at=now,
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(version=version, **asdict(day)) for day in table.days
    )
