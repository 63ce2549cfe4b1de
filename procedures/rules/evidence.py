"""What? Questions about the values typed and what is known about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked, caution
from procedures.rules.facts import Facts

OK = Text("확인했습니다.", "Checked.")


def month_of(facts: Facts) -> str:
    """Return the month of performed_at in the tenant's zone as YYYYMM."""
    local = facts.performed_at.astimezone(facts.zone)
    return f"{local.year:04d}{local.month:02d}"


def many(value: Any) -> tuple[Any, ...]:
    """Return one value or several as a tuple; nothing is empty."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


@dataclass(frozen=True, slots=True)
class MonthNotLater(Rule):
    """YYYYMM 형식: the month is not later than the month of performed_at (ours)."""

    field: str = "month"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("{month}{month:은/는} 올바른 기간입니다.", "{month} is a valid month."),
        "later": Text(
            "{month}{month:은/는} 이번 달({current})보다 늦습니다. 예: 202408",
            "{month} is later than the current month ({current}). Example: 202408",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the month."""
        return (f"values.{self.field}",)

    def judge(self, facts: Facts) -> Verdict:
        """Compare as text: six ASCII digits sort as time does."""
        month, current = facts.values[self.field], month_of(facts)
        if month <= current:
            return allowed("ok", month=month, current=current)
        opens_at = facts.midnight(date(int(month[:4]), int(month[4:]), 1))
        return blocked("later", month=month, current=current, opens_at=opens_at)


@dataclass(frozen=True, slots=True)
class InOrder(Rule):
    """The first value is not greater than the second: months, dates or instants."""

    first: str
    second: str

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": OK,
        "reversed": Text(
            "시작({first})이 끝({second})보다 늦습니다. 두 값을 바꿔 입력하세요.",
            "The beginning ({first}) lies after the end ({second}). Swap the two.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read both."""
        return (f"values.{self.first}", f"values.{self.second}")

    def judge(self, facts: Facts) -> Verdict:
        """Compare; equal is fine."""
        first, second = facts.values[self.first], facts.values[self.second]
        if first > second:
            return blocked("reversed", first=first, second=second)
        return allowed("ok")


@dataclass(frozen=True, slots=True)
class Disjoint(Rule):
    """Nobody stands on both lists (ours)."""

    first: str
    second: str

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("두 목록에 함께 있는 사람이 없습니다.", "Nobody stands on both lists."),
        "both": Text(
            "{people}{people:이/가} 추가와 삭제에 모두 있습니다. 한쪽에서 빼세요.",
            "{people}: both added and removed. Take them off one list.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read both lists."""
        return (f"values.{self.first}", f"values.{self.second}")

    def judge(self, facts: Facts) -> Verdict:
        """Intersect without regard to case."""
        lists = [{p.lower() for p in many(facts.values[f])} for f in (self.first, self.second)]
        both = tuple(sorted(lists[0] & lists[1]))
        return blocked("both", people=both) if both else allowed("ok")


@dataclass(frozen=True, slots=True)
class Differs(Rule):
    """The new value is another one than the current (ours)."""

    new: str = "new_main"
    current: str = "current_main"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("현재와 다른 값입니다.", "It differs from the current value."),
        "same": Text(
            "{value}{value:은/는} 현재 값과 같습니다. 새 값을 입력하세요.",
            "{value} is the current value already. Give the new one.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read both values."""
        return (f"values.{self.new}", f"values.{self.current}")

    def judge(self, facts: Facts) -> Verdict:
        """Compare normalised names."""
        new, current = facts.values[self.new], facts.values[self.current]
        return blocked("same", value=new) if new == current else allowed("ok")


@dataclass(frozen=True, slots=True)
class NothingAddedSince(Rule):
    """변경 사항을 충분히 확인: nothing was added after the review (ours)."""

    step: str = "review"
    field: str = "changes"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("확인한 뒤에 추가된 변경이 없습니다.", "Nothing was added after the review."),
        "added": Text(
            "{reviewed} 확인 이후 {added}에 변경이 추가되었습니다. 전체를 다시 확인하세요.",
            "Changes were added at {added}, after the review of {reviewed}. Review all again.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read when the review was entered and when the list was last changed."""
        return (f"recorded.{self.step}", f"value_at.{self.field}")

    def judge(self, facts: Facts) -> Verdict:
        """Compare both times of entry."""
        reviewed, added = facts.recorded[self.step], facts.value_at[self.field]
        told = {"reviewed": reviewed, "added": added}
        return blocked("added", **told) if added > reviewed else allowed("ok", **told)


@dataclass(frozen=True, slots=True)
class CoveredBy(Rule):
    """추가 비용이 발생: the acknowledgement covers exactly the values performed (ours)."""

    step: str
    field: str

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("확인한 내용과 같습니다.", "The same as was acknowledged."),
        "changed": Text(
            "비용을 확인한 뒤에 목록이 바뀌었습니다. 추가 비용을 다시 확인하세요.",
            "The list changed after the cost was acknowledged. Acknowledge the cost again.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read what the step covered and the present value."""
        return (f"covered.{self.step}", f"values.{self.field}")

    def judge(self, facts: Facts) -> Verdict:
        """Compare as sets; the order of a list means nothing."""
        then = facts.covered[self.step].get(self.field)
        same = set(many(then)) == set(many(facts.values[self.field]))
        return allowed("ok") if same else blocked("changed")


@dataclass(frozen=True, slots=True)
class ChoiceIs(Rule):
    """The answer is one with which this step, or this procedure, is right (ours).

    ``why`` says what to do instead. With an answer in ``careful`` one may go on with care.
    """

    field: str
    values: tuple[str, ...]
    why: Text
    careful: tuple[str, ...] = ()

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": OK,
        "careful": Text("{why}", "{why}"),
        "other": Text("{why}", "{why}"),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the answer."""
        return (f"values.{self.field}",)

    def judge(self, facts: Facts) -> Verdict:
        """Look the answer up."""
        answer = facts.values[self.field]
        if answer in self.values:
            return allowed("ok")
        if answer in self.careful:
            return caution("careful", why=self.why)
        return blocked("other", why=self.why)


@dataclass(frozen=True, slots=True)
class OneTimeOrInterval(Rule):
    """Exactly one of a time, or an interval whose ends are in order and not in the future."""

    at: str = "deleted_at"
    start: str = "deleted_from"
    end: str = "deleted_to"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": OK,
        "both": Text(
            "시각 하나 또는 시작과 끝 중 한 가지만 입력하세요.",
            "Give either one time or a beginning and an end, not both.",
        ),
        "half": Text("시작과 끝을 모두 입력하세요.", "Give both the beginning and the end."),
        "reversed": Text(
            "시작이 끝보다 늦습니다. 두 시각을 바꿔 입력하세요.",
            "The beginning lies after the end. Swap the two times.",
        ),
        "future": Text(
            "{when}{when:은/는} 아직 오지 않은 시각입니다. 삭제한 시각을 확인하세요.",
            "{when} has not come yet. Check the time of deletion.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the time and both ends; any of them may be missing."""
        return tuple(f"values.{name}" for name in (self.at, self.start, self.end))

    def ready(self, facts: Facts) -> bool:
        """Be ready once any of the three is given."""
        return any(facts.has(name) for name in self.inputs())

    def judge(self, facts: Facts) -> Verdict:
        """Check number, order and future."""
        one: datetime | None = facts.values.get(self.at)
        start: datetime | None = facts.values.get(self.start)
        end: datetime | None = facts.values.get(self.end)
        if one is not None and (start is not None or end is not None):
            return blocked("both")
        last = one or end
        if last is None or (one is None and start is None):
            return blocked("half")
        if one is None and start is not None and start > last:
            return blocked("reversed")
        if last > facts.performed_at:
            return blocked("future", when=last)
        return allowed("ok")
