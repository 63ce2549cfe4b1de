"""Which days? The vendor's business days, and the notice that is counted in them."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked, caution
from procedures.rules.facts import Facts

_DAY = timedelta(days=1)


class CalendarEnds(ValueError):
    """A date lies outside the table of business days."""


@dataclass(frozen=True)
class Calendar:
    """A version of the vendor's business days. All dates are the vendor's local days.

    ``holidays`` and ``closings`` map a date to its Text; ``extra`` are working days that
    the vendor entered. Years after ``confirmed_through`` are provisional.
    """

    version: str
    first: date
    last: date
    confirmed_through: date
    holidays: Mapping[date, Text] = field(default_factory=dict)
    closings: Mapping[date, Text] = field(default_factory=dict)
    extra: frozenset[date] = frozenset()

    @cached_property
    def business_days(self) -> tuple[date, ...]:
        """List every business day of the table in order."""
        span = (self.last - self.first).days + 1
        days = (self.first + timedelta(days=n) for n in range(span))
        return tuple(day for day in days if self._works(day))

    def _works(self, day: date) -> bool:
        if day in self.extra:
            return True
        return day.weekday() < 5 and day not in self.holidays and day not in self.closings

    def covers(self, day: date) -> bool:
        """Say whether the table knows the day."""
        return self.first <= day <= self.last

    def is_business_day(self, day: date) -> bool:
        """Say whether the vendor works that day. Raises CalendarEnds outside the table."""
        if not self.covers(day):
            raise CalendarEnds(day.isoformat())
        return self._works(day)

    def is_provisional(self, *days: date) -> bool:
        """Say whether any of the days lies in a year that is not confirmed yet."""
        return any(day > self.confirmed_through for day in days)

    def add_business_days(self, day: date, count: int) -> date:
        """Return the count-th business day after a day; the day itself is not counted.

        Korean Civil Act Art. 157. Raises CalendarEnds when the table ends before it.
        """
        if not self.covers(day):
            raise CalendarEnds(day.isoformat())
        place = bisect_right(self.business_days, day) + count - 1
        if place >= len(self.business_days):
            raise CalendarEnds(self.last.isoformat())
        return self.business_days[place]

    def received_on(self, day: date) -> date:
        """Return the business day on which something counts as received."""
        return day if self.is_business_day(day) else self.add_business_days(day, 1)

    def why_not(self, day: date) -> Text | None:
        """Name why a day is no business day; None when it is one."""
        if self._works(day):
            return None
        if day in self.holidays:
            return self.holidays[day]
        if day in self.closings:
            return self.closings[day]
        return Text("토요일", "Saturday") if day.weekday() == 5 else Text("일요일", "Sunday")


@dataclass(frozen=True, slots=True)
class BusinessNotice(Rule):
    """영업일 기준 최소 N일 전: the work begins on or after the N-th business day after receipt.

    ``soft`` makes a start that is too early a caution: a proposal may wait for an override.
    """

    start: str = "work_start"
    received: str = "received"
    days: int = 7
    soft: bool = False

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "{received}에 받은 요청은 {counted_from}부터 셉니다. {days}번째 영업일이 {first_date}이므로 "
            "{start_date} 작업이 가능합니다.",
            "A request received on {received} counts from {counted_from}. The {days}th business day "
            "is {first_date}, so work on {start_date} is possible.",
        ),
        "provisional": Text(
            "{first_date}부터 가능하지만 {year}년 공휴일이 아직 확정되지 않았습니다. 날짜가 바뀔 수 있습니다.",
            "Possible from {first_date}, but the public holidays of {year} are not final; "
            "the date may change.",
        ),
        "too_early": Text(
            "{start_date}{start_date:은/는} 너무 이릅니다. {received}에 받은 요청의 {days}번째 영업일인 "
            "{first_date}부터 가능합니다.{holidays}",
            "{start_date} is too early. Work is possible from {first_date}, the {days}th business "
            "day after the request of {received}.{holidays}",
        ),
        "calendar_ends": Text(
            "영업일 달력이 {last}에 끝나서 계산할 수 없습니다. 달력을 갱신하세요.",
            "The calendar ends on {last}, so this cannot be counted. Refresh the calendar.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the start of work, the day of receipt and the calendar."""
        return (f"values.{self.start}", f"values.{self.received}", "calendar")

    def judge(self, facts: Facts) -> Verdict:
        """Compare the local date of the start with the first permitted date."""
        calendar = facts.calendar
        assert calendar is not None
        start = facts.local_date(facts.values[self.start])
        received = facts.local_date(facts.values[self.received])
        try:
            counted_from = calendar.received_on(received)
            first = calendar.add_business_days(counted_from, self.days)
            if not calendar.covers(start):
                raise CalendarEnds(start.isoformat())
        except CalendarEnds:
            return blocked("calendar_ends", last=calendar.last, calendar=calendar.version)
        told: dict[str, Any] = {
            "received": received,
            "counted_from": counted_from,
            "days": self.days,
            "first_date": first,
            "start_date": start,
            "opens_at": facts.midnight(first),
            "calendar": calendar.version,
        }
        if start < first:
            early = caution if self.soft else blocked
            return early("too_early", holidays=_named(calendar, received, first), **told)
        if calendar.is_provisional(received, first, start):
            return caution("provisional", year=max(first, start).year, **told)
        return allowed("ok", **told)


def _named(calendar: Calendar, after: date, until: date) -> tuple[Text, ...]:
    """List the holidays and closing days that stretched the count, by name."""
    names: list[Text] = []
    day = after
    while day <= until:
        name = calendar.holidays.get(day) or calendar.closings.get(day)
        if name and day.weekday() < 5:
            stamp = f"{day.month}/{day.day} "
            names.append(Text(stamp + name.ko, stamp + name.en))
        day += _DAY
    return tuple(names)
