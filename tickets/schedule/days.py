"""The days of a calendar, each judged by the procedure's own rules; nothing is counted here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from procedures.definition import Gate, Judged, Procedure
from procedures.rules.base import Text, Verdict
from procedures.rules.calendar import BusinessNotice, Calendar, CalendarEnds
from procedures.rules.facts import Facts
from procedures.rules.schedule import PreparationTime, WorkWindow

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
BEYOND = 3 * WEEK
# A page holds at most these; a window further away has a page of its own weeks.
MOST_WEEKS = 16
_DATE_RULES = (BusinessNotice, PreparationTime, WorkWindow)


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of one ticket: counted from where, to which first permitted date."""

    gate: Gate
    received: date
    counted_from: date
    first: date
    numbers: Mapping[date, int]

    @property
    def rule(self) -> BusinessNotice:
        """Return the rule that counts."""
        assert isinstance(self.gate.rule, BusinessNotice)
        return self.gate.rule


@dataclass(frozen=True, slots=True)
class Day:
    """A day: what it is at the vendor, its number in the notice, and what the rule says of it."""

    date: date
    kind: str
    name: Text | None
    number: int | None
    provisional: bool
    verdict: Verdict | None

    @property
    def early(self) -> bool:
        """Say whether work on it would come too early."""
        return self.verdict is not None and self.verdict.code == "too_early"


def date_gates(procedure: Procedure) -> tuple[Gate, ...]:
    """Return the gates by which a date is confirmed: notice, preparation, length."""
    gates = procedure.step_by_key["confirm_schedule"].gates
    return tuple(gate for gate in gates if isinstance(gate.rule, _DATE_RULES))


def judge_window(
    procedure: Procedure, facts: Facts, start: datetime, end: datetime
) -> list[Judged]:
    """Judge a window as the confirmation would now; it writes nothing."""
    asked = facts.but(values={**facts.values, "work_start": start, "work_end": end})
    return [
        Judged(gate, gate.rule.judge(asked))
        for gate in date_gates(procedure)
        if gate.rule.ready(asked)
    ]


def notice_of(procedure: Procedure, facts: Facts) -> Notice | None:
    """Count the notice off; None while it is not known when the request was received.

    Raises CalendarEnds where the table is too short.
    """
    gate = next(g for g in date_gates(procedure) if isinstance(g.rule, BusinessNotice))
    rule, calendar = gate.rule, facts.calendar
    assert isinstance(rule, BusinessNotice)
    moment = facts.values.get(rule.received)
    if calendar is None or not isinstance(moment, datetime):
        return None
    received = facts.local_date(moment)
    counted_from = calendar.received_on(received)
    numbers = {
        calendar.add_business_days(counted_from, number): number
        for number in range(1, rule.days + 1)
    }
    return Notice(gate, received, counted_from, max(numbers), numbers)


def judge_day(notice: Notice, facts: Facts, day: date) -> Verdict:
    """Say whether work may begin on a day."""
    start = facts.midnight(day)
    return notice.rule.judge(facts.but(values={**facts.values, notice.rule.start: start}))


def weeks_of(
    notice: Notice, facts: Facts, today: date, shown: date | None = None
) -> list[list[Day]]:
    """List whole weeks from the receipt to three weeks past the first permitted date.

    Long after the receipt they begin with today; ``shown`` is a further day to be reached.
    """
    last = max(notice.first, today) + BEYOND
    if shown is not None and last < shown <= last + MOST_WEEKS * WEEK:
        last = shown
    begin = monday(notice.received)
    if (last - begin) > MOST_WEEKS * WEEK:
        begin = max(begin, monday(min(today, last)))
    end = min(monday(last) + WEEK, begin + MOST_WEEKS * WEEK)
    days = [_day(notice, facts, day) for day in _days(begin, end)]
    return [days[place : place + 7] for place in range(0, len(days), 7)]


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def day_of(notice: Notice, facts: Facts, day: date) -> Day:
    """Describe one day."""
    return _day(notice, facts, day)


def _days(begin: date, end: date) -> Iterator[date]:
    while begin < end:
        yield begin
        begin += DAY


def _day(notice: Notice, facts: Facts, day: date) -> Day:
    calendar = facts.calendar
    assert calendar is not None
    if not calendar.covers(day):
        return Day(day, "unknown", None, None, provisional=False, verdict=None)
    kind = kind_of(calendar, day)
    return Day(
        day,
        kind,
        # An extra working day may be a holiday by name all the same.
        calendar.holidays.get(day) or calendar.closings.get(day),
        notice.numbers.get(day),
        provisional=calendar.is_provisional(day),
        verdict=None if day < notice.received else judge_day(notice, facts, day),
    )


def kind_of(calendar: Calendar, day: date) -> str:
    """Say what a day is at the vendor: business, weekend, holiday, closing or extra."""
    if day in calendar.extra:
        return "extra"
    if day in calendar.holidays:
        return "holiday"
    if day in calendar.closings:
        return "closing"
    return "business" if calendar.is_business_day(day) else "weekend"


__all__ = ["CalendarEnds", "Day", "Notice", "judge_window", "notice_of", "weeks_of"]
