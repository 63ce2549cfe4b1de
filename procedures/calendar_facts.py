"""The stored calendar as the value that rules count with."""

from functools import lru_cache

from helpdesk import calendars
from procedures.rules.base import Text
from procedures.rules.calendar import Calendar


def current_calendar() -> Calendar:
    """Return the calendar in force, by one small query; raise NoCalendar when there is none."""
    return calendar_of(*calendars.newest())


def calendar_version(label: str) -> Calendar:
    """Return the version that a verdict names, such as KR-2; raise NoCalendar."""
    prefix, _, digits = label.partition("-")
    if prefix != "KR" or not (digits.isascii() and digits.isdigit()):
        raise calendars.NoCalendar(label)
    number = int(digits)
    return calendar_of(number, calendars.digest_of(number))


@lru_cache(maxsize=16)
def calendar_of(number: int, digest: str) -> Calendar:
    """Return one version; a caller that knows number and digest needs no query for it."""
    return as_calendar(calendars.load_table(number, digest))


def as_calendar(table: calendars.CalendarTable) -> Calendar:
    """Turn plain data into what rules know."""
    names = {
        kind: {day.date: Text(day.name_ko, day.name_en) for day in table.days if day.kind == kind}
        for kind in ("holiday", "closing", "extra")
    }
    return Calendar(
        version=table.label,
        first=table.first,
        last=table.last,
        confirmed_through=table.confirmed_through,
        holidays=names["holiday"],
        closings=names["closing"],
        extra=frozenset(names["extra"]),
    )
