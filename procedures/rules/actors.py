"""Who? Questions about people, roles and who is concerned."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked, caution
from procedures.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class NotConcerned(Rule):
    """Who is changed does not confirm the change: it is left to another (ours)."""

    field: str = "remove"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "변경 대상이 아닌 사람이 확인합니다.", "Somebody who is not concerned confirms."
        ),
        "concerned": Text(
            "본인이 변경 대상입니다. 다른 관리자가 확인해야 합니다.",
            "You are concerned by this change yourself. Another admin must confirm it.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the people concerned and who acts."""
        return (f"values.{self.field}", "actor")

    def judge(self, facts: Facts) -> Verdict:
        """Look for the actor among the people concerned."""
        concerned = facts.values[self.field]
        people = concerned if isinstance(concerned, tuple) else (concerned,)
        assert facts.actor is not None
        if facts.actor.email and facts.actor.email.lower() in {p.lower() for p in people}:
            return blocked("concerned")
        return allowed("ok")


@dataclass(frozen=True, slots=True)
class OtherThan(Rule):
    """Another person than the one who did ``step`` (ours: four eyes)."""

    step: str = ""

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("다른 사람이 확인합니다.", "Another person checks."),
        "same": Text(
            "앞 단계를 수행한 사람은 확인할 수 없습니다. 다른 담당자가 확인해야 합니다.",
            "Whoever did that step cannot check it. Another person must.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read who did the step and who acts."""
        return (f"doers.{self.step}", "actor")

    def judge(self, facts: Facts) -> Verdict:
        """Compare the two people."""
        assert facts.actor is not None
        if facts.actor.id is not None and facts.doers[self.step] == facts.actor.id:
            return blocked("same")
        return allowed("ok")


@dataclass(frozen=True, slots=True)
class NotYetAdmin(Rule):
    """Who is added is not a mail admin already (ours)."""

    add: str = "add"

    outside: ClassVar[bool] = True
    guard: ClassVar[str] = "tenant"  # type: ignore[assignment]
    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "추가할 사람은 아직 이메일 관리자가 아닙니다.", "Nobody added is a mail admin yet."
        ),
        "already": Text(
            "{people}{people:은/는} 이미 이메일 관리자입니다. 목록에서 빼세요.",
            "{people}: already a mail admin. Take them off the list.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the list and today's mail admins."""
        return (f"values.{self.add}", "mail_admins")

    def judge(self, facts: Facts) -> Verdict:
        """Intersect both."""
        assert facts.mail_admins is not None
        again = sorted(p for p in facts.values[self.add] if p.lower() in facts.mail_admins)
        return blocked("already", people=tuple(again)) if again else allowed("ok")


@dataclass(frozen=True, slots=True)
class IsAdmin(Rule):
    """Who is removed is a mail admin now (ours)."""

    remove: str = "remove"

    outside: ClassVar[bool] = True
    guard: ClassVar[str] = "tenant"  # type: ignore[assignment]
    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("삭제할 사람은 현재 이메일 관리자입니다.", "Everybody removed is a mail admin."),
        "not_admin": Text(
            "{people}{people:은/는} 이메일 관리자가 아닙니다. 목록에서 빼세요.",
            "{people}: not a mail admin. Take them off the list.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the list and today's mail admins."""
        return (f"values.{self.remove}", "mail_admins")

    def judge(self, facts: Facts) -> Verdict:
        """Look everybody up."""
        assert facts.mail_admins is not None
        strange = sorted(p for p in facts.values[self.remove] if p.lower() not in facts.mail_admins)
        return blocked("not_admin", people=tuple(strange)) if strange else allowed("ok")


@dataclass(frozen=True, slots=True)
class OneRemains(Rule):
    """At least one mail admin remains (ours): otherwise nobody could ever set another."""

    add: str = "add"
    remove: str = "remove"

    outside: ClassVar[bool] = True
    guard: ClassVar[str] = "tenant"  # type: ignore[assignment]
    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "변경 뒤 이메일 관리자가 {left}명 남습니다.",
            "{left} mail admin(s) remain after the change.",
        ),
        "nobody": Text(
            "이메일 관리자가 한 명도 남지 않습니다. 먼저 다른 사람을 추가하세요.",
            "No mail admin would remain. Add somebody first.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read who is removed and today's mail admins."""
        return (f"values.{self.remove}", "mail_admins")

    def judge(self, facts: Facts) -> Verdict:
        """Count who is left."""
        assert facts.mail_admins is not None
        added = {p.lower() for p in facts.values.get(self.add) or ()}
        removed = {p.lower() for p in facts.values[self.remove]}
        left = (facts.mail_admins | added) - removed
        return allowed("ok", left=len(left)) if left else blocked("nobody")


@dataclass(frozen=True, slots=True)
class AdminLeft(Rule):
    """현재 이메일 관리자가 설정: somebody can perform, else it goes to support (ours).

    ``field`` says "yes" when a mail admin is there. ``careful`` warns whoever takes over that
    mail admins are known after all.
    """

    field: str = "current_admin"
    careful: bool = False

    outside: ClassVar[bool] = True
    guard: ClassVar[str] = "tenant"  # type: ignore[assignment]
    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("누가 진행할지 정해졌습니다.", "It is settled who performs this."),
        "nobody": Text(
            "등록된 이메일 관리자가 없습니다. ‘없습니다’를 골라 고객지원에 맡기세요.",
            "No mail admin is known. Answer “no” so that support takes it over.",
        ),
        "somebody": Text(
            "{people}{people:이/가} 이메일 관리자로 등록되어 있습니다. 직접 할 수 없는지 먼저 물어보세요.",
            "{people}: known as mail admin. Ask first whether they cannot do it themselves.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the answer and today's mail admins."""
        return (f"values.{self.field}", "mail_admins")

    def judge(self, facts: Facts) -> Verdict:
        """Compare the answer with who is known."""
        people = tuple(sorted(facts.mail_admins or ()))
        if facts.values[self.field] == "yes":
            return allowed("ok") if people else blocked("nobody")
        return caution("somebody", people=people) if people and self.careful else allowed("ok")
