"""When? Spans that elapse, windows that close, times that have not come yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked, caution
from procedures.rules.facts import Facts

MICRO = timedelta(microseconds=1)


def elapsed(moment: datetime, span: timedelta) -> datetime:
    """Add real time to an aware moment; adding in a local zone would add wall-clock time."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)) + span


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
        first_end = elapsed(first, span)
        return first_end, first_end if last is first else elapsed(last, span)


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
