"""Is everything there? Questions about what has to be given, and who has to have answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked
from procedures.rules.evidence import OK, many
from procedures.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class AnyGiven(Rule):
    """At least one of the fields has a value (ours)."""

    fields_: tuple[str, ...]

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": OK,
        "none": Text("하나 이상 입력하세요.", "Give at least one."),
    }

    def ready(self, facts: Facts) -> bool:
        """Judge as soon as any of the fields is known, even when empty."""
        return any(facts.has(f"values.{name}") for name in self.fields_)

    def judge(self, facts: Facts) -> Verdict:
        """Look for anything that is not empty."""
        given = any(many(facts.values.get(name)) for name in self.fields_)
        return allowed("ok") if given else blocked("none")


@dataclass(frozen=True, slots=True)
class GivenWhen(Rule):
    """A value is given where another field has a certain answer (ours)."""

    field: str
    when: str
    equals: str
    why: Text

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": OK,
        "missing": Text("{why}", "{why}"),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the answer, and the value that it asks for."""
        return (f"values.{self.when}", f"values.{self.field}")

    def ready(self, facts: Facts) -> bool:
        """Be ready once the answer is known; the value may be missing."""
        return facts.has(f"values.{self.when}")

    def judge(self, facts: Facts) -> Verdict:
        """Look at the value only where the answer asks for it."""
        asked = facts.values[self.when] == self.equals
        if asked and not many(facts.values.get(self.field) or None):
            return blocked("missing", why=self.why)
        return allowed("ok")


@dataclass(frozen=True, slots=True)
class EverybodyIn(Rule):
    """Everybody on one list stands on the other, too (ours)."""

    listed: str
    confirmed: str

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("목록의 모든 사람이 확인했습니다.", "Everybody on the list has confirmed."),
        "missing": Text(
            "아직 확인하지 않은 사람: {people}. 모두 확인한 뒤 완료하세요.",
            "Not confirmed yet: {people}. Complete it once all have confirmed.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read both lists."""
        return (f"values.{self.listed}", f"values.{self.confirmed}")

    def judge(self, facts: Facts) -> Verdict:
        """Subtract without regard to case."""
        done = {str(name).lower() for name in many(facts.values[self.confirmed])}
        missing = tuple(
            name for name in many(facts.values[self.listed]) if str(name).lower() not in done
        )
        return blocked("missing", people=missing) if missing else allowed("ok")
