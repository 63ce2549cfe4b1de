"""When? Spans that elapse, windows that close, times that have not come yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked, caution
from procedures.rules.calendar import CalendarEnds
from procedures.rules.facts import Facts

MICRO = timedelta(microseconds=1)


def elapsed(moment: datetime, span: timedelta) -> datetime:
    """Add real time to an aware moment; adding in a local zone would add wall-clock time."""
    return moment.astimezone(UTC) + span


@dataclass(frozen=True, slots=True)
class WithinSpan(Rule):
    """삭제 시점으로부터 24시간 이내에만: the act lies within ``hours`` of an instant or interval.

    The span includes its last instant. With an interval: allowed to the end counted from
    its beginning, careful to the end counted from its end, then never.
    """

    at: str = "deleted_at"
    start: str = "deleted_from"
    end: str = "deleted_to"
    hours: int = 24

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "{first_end}까지 복구할 수 있습니다(삭제 후 {hours}시간).",
            "Recovery is possible until {first_end} ({hours} hours after the deletion).",
        ),
        "maybe": Text(
            "가장 이른 삭제 시점 기준 {hours}시간이 {first_end}에 지났습니다. 그 뒤에 삭제된 메일만 "
            "{last_end}까지 복구될 수 있습니다.",
            "{hours} hours from the earliest possible deletion ended at {first_end}. Only mail "
            "deleted later may still be recovered, until {last_end}.",
        ),
        "too_late": Text(
            "복구 기한이 {last_end}에 지났습니다. 삭제 후 {hours}시간이 지난 메일은 복구할 수 없습니다.",
            "The time for recovery ended at {last_end}. Mail deleted more than {hours} hours ago "
            "cannot be recovered.",
        ),
        "future": Text(
            "삭제 시점 {deleted}{deleted:이/가} 복구 시점보다 늦습니다. 삭제한 날짜와 시간을 확인하세요.",
            "The deletion time {deleted} lies after the recovery. Check the date and time.",
        ),
        "reversed": Text(
            "삭제 시작 시점이 끝 시점보다 늦습니다. 두 시점을 바꿔 입력하세요.",
            "The beginning of the interval lies after its end. Swap the two times.",
        ),
        "both": Text(
            "삭제 시점 하나 또는 시작과 끝 중 한 가지만 입력하세요.",
            "Give either one time of deletion or a beginning and an end, not both.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read one instant or both ends of an interval."""
        return (f"values.{self.at}", f"values.{self.start}", f"values.{self.end}")

    def ready(self, facts: Facts) -> bool:
        """Be ready with the instant, or with the whole interval."""
        one, first, last = (facts.has(name) for name in self.inputs())
        return one or (first and last)

    def judge(self, facts: Facts) -> Verdict:
        """Compare performed_at with the two ends."""
        if facts.has(f"values.{self.at}") and (
            facts.has(f"values.{self.start}") or facts.has(f"values.{self.end}")
        ):
            return blocked("both")
        first, last = self._interval(facts)
        if first > last:
            return blocked("reversed")
        when = facts.performed_at
        if last > when:
            return blocked("future", deleted=last)
        first_end, last_end = self._ends(first, last)
        told = {"first_end": first_end, "last_end": last_end, "hours": self.hours}
        if when <= first_end:
            return allowed("ok", closes_at=first_end, **told)
        if when <= last_end:
            return caution("maybe", closes_at=last_end, **told)
        return blocked("too_late", **told)

    def marks(self, facts: Facts) -> Mapping[str, datetime]:
        """Name the earliest end, the last end and the first instant that is never again."""
        first, last = self._interval(facts)
        first_end, last_end = self._ends(first, last)
        return {
            "first_end": first_end,
            "last_end": last_end,
            "last_instant": last_end,
            "never_from": last_end + MICRO,
        }

    def _interval(self, facts: Facts) -> tuple[datetime, datetime]:
        one = facts.values.get(self.at)
        if one is not None:
            return one, one
        return facts.values[self.start], facts.values[self.end]

    def _ends(self, first: datetime, last: datetime) -> tuple[datetime, datetime]:
        span = timedelta(hours=self.hours)
        return elapsed(first, span), elapsed(last, span)


@dataclass(frozen=True, slots=True)
class AvailableDays(Rule):
    """준비되면 7일간: from an instant for ``days`` × 24 h, careful to the end of the last local day."""

    since: str = "ready_at"
    days: int = 7

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "{span_end}까지 내려받을 수 있습니다(준비 후 {days}일).",
            "The download is available until {span_end} ({days} days after it was ready).",
        ),
        "not_yet": Text(
            "백업이 {ready}에 준비됩니다. 그때부터 내려받을 수 있습니다.",
            "The backup is ready at {ready}; it can be downloaded from then on.",
        ),
        "last_day": Text(
            "{days}일(168시간)이 {span_end}에 지났습니다. 마지막 날이 끝나는 {day_end} 전까지는 될 수도 있습니다.",
            "{days} × 24 hours ended at {span_end}. It may still work until the last day ends "
            "at {day_end}.",
        ),
        "too_late": Text(
            "내려받기 기간이 {day_end}에 끝났습니다. 같은 값으로 다시 신청하세요.",
            "The time for the download ended at {day_end}. Ask again with the same values.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the instant from which the days run."""
        return (f"values.{self.since}",)

    def judge(self, facts: Facts) -> Verdict:
        """Compare performed_at with the span and with the end of the last day."""
        ready: datetime = facts.values[self.since]
        span_end, day_end = self._ends(facts)
        told = {"ready": ready, "span_end": span_end, "day_end": day_end, "days": self.days}
        when = facts.performed_at
        if when < ready:
            return blocked("not_yet", opens_at=ready, closes_at=ready, **told)
        if when <= span_end:
            return allowed("ok", closes_at=span_end, **told)
        if when < day_end:
            return caution("last_day", closes_at=day_end, **told)
        return blocked("too_late", **told)

    def marks(self, facts: Facts) -> Mapping[str, datetime]:
        """Name the ends and the first instant that is never again."""
        span_end, day_end = self._ends(facts)
        # Clocks that go forward may end the last local day before the span itself ends.
        never_from = max(day_end, span_end + MICRO)
        return {
            "first_end": span_end,
            "last_end": never_from,
            "last_instant": never_from - MICRO,
            "never_from": never_from,
        }

    def _ends(self, facts: Facts) -> tuple[datetime, datetime]:
        ready: datetime = facts.values[self.since]
        day = facts.local_date(ready) + timedelta(days=self.days + 1)
        return elapsed(ready, timedelta(days=self.days)), facts.midnight(day)


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
            "일정 확정 {confirmed} 이후 {hours}시간 이상의 준비 기간이 있습니다.",
            "At least {hours} hours of preparation lie after the schedule was confirmed at "
            "{confirmed}.",
        ),
        "no_business_day": Text(
            "{hours}시간은 확보되지만 그 사이에 온전한 영업일이 없습니다(우리 해석). 준비할 수 있는지 확인하세요.",
            "There are {hours} hours, but no whole business day lies between (our reading). "
            "Make sure that it can be prepared.",
        ),
        "too_soon": Text(
            "작업 준비 기간이 최소 {hours}시간 필요합니다. 일정 확정 {confirmed} 기준 {earliest}부터 시작할 수 있습니다.",
            "At least {hours} hours of preparation are needed. Confirmed at {confirmed}, work "
            "can start from {earliest}.",
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
class DayIsOver(Rule):
    """Be careful until a last day, which is included, has ended in the tenant's zone (ours)."""

    field: str = "to"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("마지막 날 {day}{day:이/가} 지났습니다.", "The last day, {day}, is over."),
        "still": Text(
            "마지막 날 {day}{day:이/가} 아직 지나지 않았습니다. 지금 하면 그때까지 쓸 수 없게 됩니다.",
            "The last day, {day}, is not over yet. Done now, it ends the use before that.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the last day."""
        return (f"values.{self.field}",)

    def judge(self, facts: Facts) -> Verdict:
        """Compare the local day of performed_at with the last day."""
        day: date = facts.values[self.field]
        if facts.local_date(facts.performed_at) <= day:
            return caution("still", day=day, closes_at=facts.midnight(day + timedelta(days=1)))
        return allowed("ok", day=day)


@dataclass(frozen=True, slots=True)
class NotAfterNow(Rule):
    """The instant lies not after performed_at: what has not happened cannot be recorded."""

    field: str = "received"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("{when}에 있었던 일입니다.", "It happened at {when}."),
        "future": Text(
            "{when}{when:은/는} 아직 오지 않은 시각입니다. 지금까지의 시각을 입력하세요.",
            "{when} has not come yet. Give a time up to now.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the instant."""
        return (f"values.{self.field}",)

    def judge(self, facts: Facts) -> Verdict:
        """Compare with performed_at."""
        when = facts.values[self.field]
        if when > facts.performed_at:
            return blocked("future", when=when, opens_at=when, closes_at=when)
        return allowed("ok", when=when)


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
