"""Facts for table tests: a fixed moment, a fixed calendar, no database."""

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from procedures.catalog import BY_KEY
from procedures.definition import Judged
from procedures.rules.base import Text
from procedures.rules.calendar import Calendar
from procedures.rules.facts import Facts, Person

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")


def local(clock: str, zone: ZoneInfo, fold: int = 0) -> datetime:
    """Read a wall-clock time of a zone."""
    return datetime.fromisoformat(clock).replace(tzinfo=zone, fold=fold)


def kst(clock: str) -> datetime:
    """Read a wall-clock time of Seoul: ``kst("2026-11-23T09:00")``."""
    return local(clock, SEOUL)


@cache
def calendar_2026() -> Calendar:
    """Return the Korean public holidays of 2024 to 2027; 2027 is provisional."""
    found = holidays.country_holidays("KR", years=range(2024, 2028), language="ko")
    english = holidays.country_holidays("KR", years=range(2024, 2028), language="en_US")
    return Calendar(
        version="test-2026",
        first=date(2024, 1, 1),
        last=date(2027, 12, 31),
        confirmed_through=date(2026, 12, 31),
        holidays={day: Text(name, english[day]) for day, name in found.items()},
    )


def person(email: str = "kim@hankuk.example", number: int = 1, *roles: str) -> Person:
    """Name somebody with roles."""
    return Person(number, email, email.partition("@")[0], frozenset(roles))


def facts(at: datetime, **kw: Any) -> Facts:
    """Shape facts judged at one moment; now is the same moment unless given."""
    kw.setdefault("now", at)
    kw.setdefault("zone", SEOUL)
    kw.setdefault("calendar", calendar_2026())
    return Facts(performed_at=at, **kw)


def judged(procedure: str, step: str, at: datetime, **kw: Any) -> dict[str, Judged]:
    """Judge a step of the catalog; its ready gates by the name of their rule."""
    answers = BY_KEY[procedure].step_by_key[step].judge(facts(at, **kw))
    return {one.gate.rule.name: one for one in answers}
