"""What does the DNS say? Questions about MX records and name servers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed
from procedures.rules.evidence import many
from procedures.rules.facts import Facts

_LEVELS: Mapping[str, tuple[str, str]] = {
    "right": ("allowed", "ok"),
    "none": ("caution", "not_configured"),
    "timeout": ("caution", "unknown"),
    "disagree": ("caution", "disagree"),
    "wrong": ("blocked", "wrong"),
}


@dataclass(frozen=True, slots=True)
class MxMatches(Rule):
    """The MX set that the authoritative servers answer is the configured one (ours).

    Right is allowed; a time-out, servers that disagree or nothing configured is caution;
    wrong is blocked. ``soft`` makes it at most a caution. A look is good for ``minutes``.
    """

    fields_: tuple[str, ...] = ("domain",)
    soft: bool = False
    minutes: int = 15

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("{domain}의 MX가 맞습니다: {found}", "The MX of {domain} is right: {found}"),
        "not_configured": Text(
            "비교할 MX 값이 설정되어 있지 않습니다. 값을 직접 확인하세요.",
            "No expected MX is configured. Compare the values yourself.",
        ),
        "unknown": Text(
            "{domain}의 이름 서버가 제때 답하지 않아 알 수 없습니다. 잠시 뒤 다시 확인하세요.",
            "The name servers of {domain} did not answer in time, so it is unknown. Try again soon.",
        ),
        "disagree": Text(
            "{domain}의 이름 서버들이 서로 다르게 답합니다. 퍼지는 중일 수 있습니다.",
            "The name servers of {domain} disagree; the change may still be spreading.",
        ),
        "wrong": Text(
            "{domain}의 MX가 다릅니다. 있어야 할 값: {expected} · 찾은 값: {found}",
            "The MX of {domain} is wrong. Expected: {expected} · found: {found}",
        ),
        "stale": Text(
            "{domain}의 DNS를 {minutes}분 안에 확인한 결과가 없습니다. [지금 DNS 확인]을 누르세요.",
            "There is no DNS check of {domain} within {minutes} minutes. Press “Check DNS now”.",
        ),
    }

    def ready(self, facts: Facts) -> bool:
        """Be ready once the domain is known and there is something to compare."""
        if not all(facts.has(f"values.{name}") for name in self.fields_[:1]):
            return False
        if facts.expected_mx is None:
            return False
        return facts.expected_mx == () or facts.probes is not None

    def judge(self, facts: Facts) -> Verdict:
        """Answer with the worst domain."""
        if facts.expected_mx == ():
            return self._soften("caution", "not_configured", {})
        verdicts = [self._one(facts, domain) for domain in self.domains(facts)]
        order = {"allowed": 0, "caution": 1, "blocked": 2}
        return max(verdicts, key=lambda verdict: order[verdict.level])

    def domains(self, facts: Facts) -> tuple[str, ...]:
        """List the domains looked at."""
        named = [d for name in self.fields_ for d in many(facts.values.get(name))]
        return tuple(dict.fromkeys(named))

    def _one(self, facts: Facts, domain: str) -> Verdict:
        probe = (facts.probes or {}).get(domain)
        told: dict[str, Any] = {"domain": domain, "minutes": self.minutes}
        if probe is None or facts.performed_at - probe.at > timedelta(minutes=self.minutes):
            return self._soften("blocked", "stale", told)
        told |= {"expected": probe.expected, "found": probe.found, "at": probe.at}
        return self._soften(*_LEVELS[probe.outcome], told)

    def _soften(self, level: str, code: str, told: dict[str, Any]) -> Verdict:
        if level == "blocked" and self.soft:
            level = "caution"
        return Verdict(level, code, told)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class NameServersAre(Rule):
    """네임서버가 고도몰: careful when the name servers are not the ones the procedure is about."""

    field: str = "name_servers"

    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text("네임서버가 고도몰입니다.", "The name servers are Godomall's."),
        "not_configured": Text(
            "고도몰 네임서버가 설정되어 있지 않아 판단할 수 없습니다. 직접 확인하세요.",
            "Godomall's name servers are not configured, so this cannot be judged. Check yourself.",
        ),
        "other": Text(
            "네임서버 {servers}{servers:은/는} 고도몰이 아닌 것 같습니다. 이 절차가 맞지 않을 수 있습니다.",
            "The name servers {servers} do not look like Godomall's. This procedure may not apply.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the name servers found and the suffixes configured."""
        return (f"values.{self.field}", "name_server_suffixes")

    def judge(self, facts: Facts) -> Verdict:
        """Compare the ends of the names."""
        suffixes = facts.name_server_suffixes or ()
        servers = many(facts.values[self.field])
        if not suffixes:
            return Verdict("caution", "not_configured")
        tails = tuple("." + suffix.strip(".").lower() for suffix in suffixes)
        if servers and all(("." + name.rstrip(".").lower()).endswith(tails) for name in servers):
            return allowed("ok")
        return Verdict("caution", "other", {"servers": servers})
