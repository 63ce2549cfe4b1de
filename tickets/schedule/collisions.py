"""Whether a window meets others, or what the vendor has no room for; values in, answers out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Room:
    """What the vendor has room for; None and empty are not configured. Times are its local ones."""

    at_once: int | None = None
    a_day: int | None = None
    closed_weekdays: frozenset[int] = frozenset()
    closed_from: time | None = None
    closed_until: time | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """A window of another ticket. ``served``: the reader works for that company."""

    reference: str
    slug: str
    company: str
    start: datetime
    end: datetime
    state: str
    served: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """Why there is no room. ``kind``: at_once, a_day, weekday or hours."""

    kind: str
    others: tuple[Other, ...] = ()
    limit: int | None = None

    def told(self) -> dict[str, Any]:
        """Return what the history keeps of it."""
        others = [f"{one.company} {one.reference}" for one in self.others if one.served]
        hidden = sum(1 for one in self.others if not one.served)
        return {"kind": self.kind, "limit": self.limit, "with": others, "others": hidden}


def clashes_of(
    start: datetime, end: datetime, others: Sequence[Other], room: Room, zone: ZoneInfo
) -> list[Clash]:
    """List everything that a window meets; ``zone`` is the vendor's."""
    found = [
        _at_once(start, end, others, room),
        _a_day(start, others, room, zone),
        _weekday(start, end, room, zone),
        _hours(start, end, room, zone),
    ]
    return [clash for clash in found if clash is not None]


def day_is_full(day: date, others: Iterable[Other], room: Room, zone: ZoneInfo) -> bool:
    """Say whether no further window may begin on a day of the vendor."""
    if day.weekday() in room.closed_weekdays:
        return True
    taken = sum(1 for one in others if _day(one.start, zone) == day)
    return room.a_day is not None and taken >= room.a_day


def _at_once(start: datetime, end: datetime, others: Sequence[Other], room: Room) -> Clash | None:
    """Find the moment at which most windows run; without a limit every other one is too many."""
    met = tuple(one for one in others if one.start < end and start < one.end)
    if not met:
        return None
    begins = [max(start, one.start) for one in met]
    most = max(sum(1 for one in met if one.start <= at < one.end) for at in begins)
    if most + 1 <= (room.at_once or 1):
        return None
    return Clash("at_once", met, room.at_once)


def _a_day(start: datetime, others: Sequence[Other], room: Room, zone: ZoneInfo) -> Clash | None:
    if room.a_day is None:
        return None
    same = tuple(one for one in others if _day(one.start, zone) == _day(start, zone))
    return Clash("a_day", same, room.a_day) if len(same) + 1 > room.a_day else None


def _weekday(start: datetime, end: datetime, room: Room, zone: ZoneInfo) -> Clash | None:
    touched = {day.weekday() for day in _days(start, end, zone)}
    return Clash("weekday") if touched & room.closed_weekdays else None


def _hours(start: datetime, end: datetime, room: Room, zone: ZoneInfo) -> Clash | None:
    if room.closed_from is None or room.closed_until is None:
        return None
    over_midnight = room.closed_until <= room.closed_from
    # The night that began the day before may reach into the window.
    days = [_day(start, zone) - _DAY, *_days(start, end, zone)]
    for day in days:
        begin = datetime.combine(day, room.closed_from, zone)
        until = datetime.combine(day + _DAY if over_midnight else day, room.closed_until, zone)
        if begin < end and start < until:
            return Clash("hours")
    return None


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> list[date]:
    """List the local days that a window touches."""
    first, last = _day(start, zone), _day(end - timedelta(microseconds=1), zone)
    return [first + _DAY * number for number in range(max((last - first).days, 0) + 1)]


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
