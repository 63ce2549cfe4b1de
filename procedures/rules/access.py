"""From where? The countries from which mail may be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked
from procedures.rules.facts import Facts


def _codes(value: Any) -> tuple[str, ...]:
    return tuple(value or ())


@dataclass(frozen=True, slots=True)
class OwnCountryStays(Rule):
    """The tenant's own country stays on the list (ours): nobody locks everybody out."""

    field: str = "remove_countries"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("자국 접속은 그대로 유지됩니다.", "Access from your own country stays."),
        "removed": Text(
            "{country}{country:은/는} 고객사의 국가이므로 목록에서 뺄 수 없습니다.",
            "{country} is your own country and must stay on the list.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the countries to be taken off and the tenant's own."""
        return (f"values.{self.field}", "country")

    def judge(self, facts: Facts) -> Verdict:
        """Look for the own country among those removed."""
        if facts.country in _codes(facts.values[self.field]):
            return blocked("removed", country=facts.country)
        return allowed("ok")


@dataclass(frozen=True, slots=True)
class OwnCountryListed(Rule):
    """After saving, the tenant's own country is on the list (ours)."""

    added: str = "countries"
    current: str = "current_countries"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "저장한 뒤에도 자국({country})이 목록에 있습니다.",
            "Your own country ({country}) is on the list after saving.",
        ),
        "missing": Text(
            "저장하면 목록에 자국({country})이 없어 국내 접속까지 막힐 수 있습니다. 허용할 국가에 "
            "자국도 넣으세요.",
            "Your own country ({country}) would not be on the list, which may lock everybody out. "
            "Add it to the countries to allow.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read what is added, what is there now, and the tenant's country."""
        return (f"values.{self.added}", f"values.{self.current}", "country")

    def judge(self, facts: Facts) -> Verdict:
        """Look for the own country in both lists together."""
        after = {*_codes(facts.values[self.added]), *_codes(facts.values[self.current])}
        code = allowed if facts.country in after else blocked
        return code("ok" if facts.country in after else "missing", country=facts.country)


@dataclass(frozen=True, slots=True)
class OnlyAddedHere(Rule):
    """Only what this run added and no other open run needs is taken off (ours)."""

    removed: str = "remove_countries"
    added: str = "countries"
    current: str = "current_countries"

    outside: ClassVar[bool] = True
    guard: ClassVar[str] = "tenant"  # type: ignore[assignment]
    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("이 신청으로 추가한 국가만 뺍니다.", "Only what this run added is taken off."),
        "not_ours": Text(
            "{countries}{countries:은/는} 이 신청으로 추가한 국가가 아닙니다. 목록에 남겨 두세요.",
            "{countries}: not added by this run. Leave it on the list.",
        ),
        "needed": Text(
            "{countries}{countries:은/는} 진행 중인 다른 신청에 필요합니다. 목록에 남겨 두세요.",
            "{countries}: needed by another open run. Leave it on the list.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read what is taken off, what was added, and what other open runs need."""
        return (f"values.{self.removed}", f"values.{self.added}", "countries_elsewhere")

    def judge(self, facts: Facts) -> Verdict:
        """Subtract what this run added, then look at the other runs."""
        before = set(_codes(facts.values.get(self.current)))
        ours = set(_codes(facts.values[self.added])) - before
        removed = set(_codes(facts.values[self.removed]))
        strange = tuple(sorted(removed - ours))
        needed = tuple(sorted(removed & (facts.countries_elsewhere or frozenset())))
        if strange:
            return blocked("not_ours", countries=strange)
        return blocked("needed", countries=needed) if needed else allowed("ok")
