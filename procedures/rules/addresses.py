"""Which address, which domain? Questions about names that must be free or registered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked
from procedures.rules.evidence import many
from procedures.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class AddressFree(Rule):
    """Unique among users, representative and mailing addresses of the tenant (ours)."""

    local: str = "local_part"

    outside: ClassVar[bool] = True
    guard: ClassVar[str] = "claim"  # type: ignore[assignment]
    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("사용할 수 있는 주소입니다.", "The address is free."),
        "taken": Text(
            "{address}{address:은/는} 이미 쓰이는 주소입니다(사용자·대표메일·메일링 포함). 다른 주소를 정하세요.",
            "{address} is in use already (users, representative mail, mailing lists). Choose another.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the address wanted and the local parts in use."""
        return (f"values.{self.local}", "addresses")

    def judge(self, facts: Facts) -> Verdict:
        """Look the local part up without regard to case."""
        assert facts.addresses is not None
        wanted = str(facts.values[self.local])
        taken = wanted.partition("@")[0].lower() in facts.addresses
        return blocked("taken", address=wanted) if taken else allowed("ok")


@dataclass(frozen=True, slots=True)
class DomainRegistered(Rule):
    """메인/멀티도메인 등록만 되어 있다면: the domain is the tenant's main or a multi domain."""

    field: str = "domain"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("등록된 도메인입니다.", "The domain is registered."),
        "automatic": Text(
            "등록된 도메인이므로 대표메일과 메일링은 자동으로 변경됩니다. 따로 할 일이 없습니다.",
            "All registered, so representative mail and mailing lists change by themselves. "
            "Nothing else is to be done.",
        ),
        "strange": Text(
            "{domains}{domains:은/는} 메인·멀티 도메인으로 등록되어 있지 않습니다. 먼저 등록하세요.",
            "{domains}: not registered as main or multi domain. Register first.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the domain(s) and what the tenant has."""
        return (f"values.{self.field}", "domains")

    def judge(self, facts: Facts) -> Verdict:
        """Look for domains that are not registered."""
        named = many(facts.values[self.field])
        known = set(facts.domains or ()) | set(many(facts.values.get("new_main")))
        known |= set(many(facts.values.get("multi_domains")))
        names = {str(value).rpartition("@")[2].lower() for value in named}
        strange = tuple(sorted(names - known))
        if strange:
            return blocked("strange", domains=strange)
        return allowed("automatic" if isinstance(facts.values[self.field], tuple) else "ok")


@dataclass(frozen=True, slots=True)
class NoLocalPartChange(Rule):
    """도메인 앞 아이디 변경 불가: a list of ids to change is refused, naming the row."""

    field: str = "id_changes"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("아이디 변경은 없습니다.", "No id changes."),
        "asked": Text(
            "{row}번째 줄 “{entry}”: 도메인 앞 아이디는 바꿀 수 없습니다. 이 줄을 지우세요.",
            "Row {row}, “{entry}”: the id before the domain cannot be changed. Delete the row.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the list."""
        return (f"values.{self.field}",)

    def judge(self, facts: Facts) -> Verdict:
        """Refuse the first row that asks for another local part."""
        for row, entry in enumerate(many(facts.values[self.field]), start=1):
            parts = [p.partition("@")[0].strip().lower() for p in _split(str(entry))]
            if len(set(parts)) != 1 or len(parts) < 2:
                return blocked("asked", row=row, entry=str(entry))
        return allowed("ok")


def _split(entry: str) -> list[str]:
    for mark in ("->", "→", ",", "\t", " "):
        if mark in entry:
            return [part for part in entry.split(mark) if part.strip()]
    return [entry]
