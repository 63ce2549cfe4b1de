"""Months and past times in everyday words: 어제 오후 3시, 지난달, 2024년 8월, 202408."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS_AGO = (
    (re.compile(r"그저께|그제|그끄제|이틀\s*전"), 2),
    (re.compile(r"어제|어젯|전날|하루\s*전|yesterday"), 1),
    (re.compile(r"오늘|아까|today|금일"), 0),
)
_DATE = re.compile(r"(?:(20\d\d)\s*[년./-]\s*)?(\d{1,2})\s*[월/-]\s*(\d{1,2})(?:\s*일)?(?!\d)")
_AGO = re.compile(r"(\d{1,3})\s*(시간|분)\s*(?:반\s*)?전|(\d{1,3})\s*(hour|minute)s?\s*ago")
_HOUR = re.compile(
    r"(오전|오후|아침|새벽|저녁|밤|낮|점심)?\s*(?<!\d)(\d{1,2})\s*시(?!간)\s*(?:(\d{1,2})\s*분|(반))?"
    r"|(?<!\d)(\d{1,2}):(\d{2})(?!\d)|(?<!\d)(\d{1,2})\s*(am|pm)\b"
)
_NOW = re.compile(r"방금|지금\s*막|just\s+now")
_AFTERNOON = {"오후", "저녁", "밤", "낮", "점심"}
_YYYYMM = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)")
_MONTH = re.compile(
    r"(?:(20\d\d)\s*년|(작년|지난해)|(올해|금년))?\s*(?<!\d)(\d{1,2})\s*월(?!\s*\d{1,2}\s*일)"
)
_LAST_MONTH = re.compile(r"지난\s*달|저번\s*달|전월|last month")
_THIS_MONTH = re.compile(r"이번\s*달|금월|this month")
_WHOLE_YEAR = re.compile(
    r"(?<!\d)(20\d\d)\s*년(?!\s*\d{1,2}\s*월)|(작년|지난해)(?!\s*\d{1,2}\s*월)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """When something may have happened; a single instant when both ends are the same."""

    first: datetime
    last: datetime


def find_span(text: str, now: datetime, zone: ZoneInfo) -> Span | None:
    """Return the past time a text names, in the zone; an hour that may be two is a span."""
    local, words = now.astimezone(zone), text.lower()
    if _NOW.search(words):
        return Span(local, local)
    ago = _AGO.search(words)
    if ago:
        count, unit = int(ago[1] or ago[3]), ago[2] or ago[4]
        hours = unit in {"시간", "hour"}
        then = (now - timedelta(**{"hours" if hours else "minutes": count})).astimezone(zone)
        return Span(then, then)
    day = _day(words, local.date())
    hours_named = _hours(words)
    if day is None:
        return None
    if not hours_named:
        return _past(datetime.combine(day, time(), zone), _end_of(day, zone), local)
    moments = [datetime.combine(day, one, zone) for one in hours_named]
    known = [moment for moment in moments if moment <= local]
    return Span(known[0], known[-1]) if known else None


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59), zone)


def _past(first: datetime, last: datetime, now: datetime) -> Span | None:
    return Span(first, min(last, now)) if first <= now else None


def _day(words: str, today: date) -> date | None:
    for pattern, days in _DAYS_AGO:
        if pattern.search(words):
            return today - timedelta(days=days)
    found = _DATE.search(words)
    if not found:
        return None
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
    except ValueError:
        return None
    if day > today and not found[1]:
        day = day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else day
    return day


def _hours(words: str) -> list[time]:
    """Return the times of day that the hour may mean: 3시 is at three or at fifteen."""
    found = _HOUR.search(words)
    if not found:
        return []
    part, hour, minute, half, clock, clock_minute, english, half_day = found.groups()
    at = int(hour or clock or english)
    minutes = int(minute or clock_minute or (30 if half else 0))
    if at > 24 or minutes > 59:
        return []
    afternoon = part in _AFTERNOON or half_day == "pm"
    if part == "밤" and at == 12:
        return [time(0, minutes)]
    if clock or part or half_day:
        return [time((at % 12 + 12) if afternoon and at <= 12 else at % 24, minutes)]
    if at > 12:
        return [time(at % 24, minutes)]
    return [time(at % 12, minutes), time(at % 12 + 12, minutes)]


def find_months(text: str, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Return first and last month named as YYYYMM, none of them later than the current one."""
    today = now.astimezone(zone).date()
    found = [f"{year}{month}" for year, month in _YYYYMM.findall(text)]
    year_before: int | None = None
    for year, last_year, this_year, number in _MONTH.findall(text):
        if not 1 <= int(number) <= 12:
            continue
        said = int(year) if year else today.year - 1 if last_year else None
        said = today.year if this_year else said or year_before
        year_before = said
        found.append(_recent(said, int(number), today))
    before = today.replace(day=1) - timedelta(days=1)
    found += [f"{before:%Y%m}"] if _LAST_MONTH.search(text) else []
    found += [f"{today:%Y%m}"] if _THIS_MONTH.search(text) else []
    for year, _last in _WHOLE_YEAR.findall(text):
        whole = int(year) if year else today.year - 1
        found += [f"{whole}01", f"{whole}12"]
    known = sorted(month for month in found if month <= f"{today:%Y%m}")
    return (known[0], known[-1]) if known else ()


def _recent(year: int | None, month: int, today: date) -> str:
    if year is None:
        year = today.year if month <= today.month else today.year - 1
    return f"{year}{month:02d}"
