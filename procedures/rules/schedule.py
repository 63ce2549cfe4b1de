"""How long before, how long in all? Preparation, planned window, running outage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked, caution
from procedures.rules.calendar import CalendarEnds
from procedures.rules.facts import Facts
from procedures.rules.timing import MICRO, elapsed


@dataclass(frozen=True, slots=True)
class PreparationTime(Rule):
    """작업 준비 기간 최소 1일: ``hours`` elapse between confirming the schedule and the start.

    At the confirming step itself (``confirmed`` empty) the planned start is judged against
    performed_at; afterwards performed_at against the confirmation. Careful unless a whole
    business day lies between.
    """

    start: str = "work_start"
    confirmed: str = ""
    hours: int = 24

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "{confirmed} 확정 기준으로 {hours}시간 이상의 준비 기간이 있습니다.",
            "Counted from a confirmation at {confirmed}, there are at least {hours} hours of "
            "preparation.",
        ),
        "no_business_day": Text(
            "{hours}시간은 확보되지만 그 사이에 온전한 영업일이 없습니다(우리 해석). 준비할 수 있는지 확인하세요.",
            "There are {hours} hours, but no whole business day lies between (our reading). "
            "Make sure that it can be prepared.",
        ),
        "too_soon": Text(
            "작업 준비 기간이 최소 {hours}시간 필요합니다. {confirmed} 확정 기준으로 {earliest}부터 시작할 수 있습니다.",
            "At least {hours} hours of preparation are needed. Counted from a confirmation at "
            "{confirmed}, work can start from {earliest}.",
        ),
        "calendar_ends": Text(
            "영업일 달력이 {last}에 끝나서 준비 기간의 영업일을 계산할 수 없습니다. 달력을 갱신하세요.",
            "The calendar ends on {last}, so business days cannot be counted. Refresh it.",
        ),
        "provisional": Text(
            "준비 기간은 충분하지만 {year}년 공휴일이 아직 확정되지 않았습니다.",
            "There is enough time, but the public holidays of {year} are not final.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the calendar and either the planned start or the confirmation."""
        return ("calendar", f"done.{self.confirmed}" if self.confirmed else f"values.{self.start}")

    def judge(self, facts: Facts) -> Verdict:
        """Measure the elapsed time, then look for a whole business day."""
        confirmed, start = self._span(facts)
        calendar = facts.calendar
        assert calendar is not None
        earliest = elapsed(confirmed, timedelta(hours=self.hours))
        told = {"confirmed": confirmed, "earliest": earliest, "hours": self.hours}
        if start < earliest:
            return blocked("too_soon", opens_at=earliest, closes_at=earliest, **told)
        try:
            whole = self._first_whole_day(facts, confirmed)
            if not calendar.covers(facts.local_date(start)):
                raise CalendarEnds
        except CalendarEnds:
            return blocked("calendar_ends", last=calendar.last, calendar=calendar.version)
        whole_end = facts.midnight(whole + timedelta(days=1))
        if start < whole_end:
            return caution(
                "no_business_day", closes_at=whole_end, calendar=calendar.version, **told
            )
        if calendar.is_provisional(whole):
            return caution("provisional", year=whole.year, calendar=calendar.version, **told)
        return allowed("ok", calendar=calendar.version, **told)

    def _span(self, facts: Facts) -> tuple[datetime, datetime]:
        if self.confirmed:
            return facts.done[self.confirmed], facts.performed_at
        return facts.performed_at, facts.values[self.start]

    def _first_whole_day(self, facts: Facts, confirmed: datetime) -> date:
        """Find the first business day that begins at or after the confirmation."""
        assert facts.calendar is not None
        day = facts.local_date(confirmed)
        if facts.midnight(day) == confirmed and facts.calendar.is_business_day(day):
            return day
        return facts.calendar.add_business_days(day, 1)


@dataclass(frozen=True, slots=True)
class WorkWindow(Rule):
    """작업 및 안정화 최대 8시간: the planned window is longer than nothing and at most ``hours``."""

    start: str = "work_start"
    end: str = "work_end"
    hours: int = 8

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "작업 창 {start}부터 {end}까지는 {hours}시간 이내입니다. 이 시간에는 메일을 쓸 수 없습니다.",
            "The window from {start} to {end} is within {hours} hours. Mail is out of service then.",
        ),
        "too_long": Text(
            "작업 창이 {hours}시간보다 깁니다. 끝을 {latest} 이전으로 정하세요.",
            "The window is longer than {hours} hours. Let it end by {latest}.",
        ),
        "reversed": Text(
            "작업 끝이 시작보다 늦어야 합니다. 두 시점을 확인하세요.",
            "The end must lie after the start. Check both times.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read both ends of the window."""
        return (f"values.{self.start}", f"values.{self.end}")

    def judge(self, facts: Facts) -> Verdict:
        """Measure the window in elapsed time."""
        start, end = facts.values[self.start], facts.values[self.end]
        latest = elapsed(start, timedelta(hours=self.hours))
        told = {"start": start, "end": end, "latest": latest, "hours": self.hours}
        if end.astimezone(UTC) <= start.astimezone(UTC):
            return blocked("reversed", **told)
        if end > latest:
            return blocked("too_long", **told)
        return allowed("ok", **told)


@dataclass(frozen=True, slots=True)
class NotBeforePlan(Rule):
    """Be careful when the act comes before its planned time (ours)."""

    planned: str = "work_start"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "계획한 시작 시각 {planned}{planned:이/가} 되었습니다.",
            "The planned start {planned} has come.",
        ),
        "early": Text(
            "약속한 시작 시각 {planned}보다 이릅니다. 사용자에게 먼저 알렸는지 확인하세요.",
            "This is before the agreed start {planned}. Make sure that users have been told.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the planned time."""
        return (f"values.{self.planned}",)

    def judge(self, facts: Facts) -> Verdict:
        """Compare performed_at with the plan."""
        planned = facts.values[self.planned]
        if facts.performed_at < planned:
            return caution("early", planned=planned, closes_at=planned)
        return allowed("ok", planned=planned)


@dataclass(frozen=True, slots=True)
class RunningWindow(Rule):
    """작업 및 안정화 최대 8시간: an alarm, never a block, once the outage lasts longer."""

    started: str = "start_work"
    hours: int = 8

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "중단 시작 {started} 이후 {hours}시간 이내입니다({latest}까지).",
            "Within {hours} hours of the outage's start at {started} (until {latest}).",
        ),
        "overrun": Text(
            "중단이 {hours}시간을 넘었습니다({latest}). 재개할 수 있지만 초과가 기록됩니다.",
            "The outage has passed {hours} hours (at {latest}). Resume; the overrun is recorded.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read when the outage began."""
        return (f"done.{self.started}",)

    def judge(self, facts: Facts) -> Verdict:
        """Answer yes with the time left, or yes with the overrun named."""
        started = facts.done[self.started]
        latest = elapsed(started, timedelta(hours=self.hours))
        told = {"started": started, "latest": latest, "hours": self.hours}
        if facts.performed_at > latest:
            return allowed("overrun", **told)
        return allowed("ok", closes_at=latest, **told)

    def marks(self, facts: Facts) -> Mapping[str, datetime]:
        """Name the end of the window and the first instant of the overrun."""
        latest = elapsed(facts.done[self.started], timedelta(hours=self.hours))
        return {"first_end": latest, "last_end": latest, "overrun_from": latest + MICRO}
