"""How often? Limits that are used up by a claim, a unique row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from procedures.rules.base import Rule, Text, Verdict, allowed, blocked, caution
from procedures.rules.facts import Facts


def slot_key(limit: str, service: str, day: date) -> str:
    """Name the claim of one limit, service and local day: ``sync:email:2026-11-23``."""
    return f"{limit}:{service}:{day.isoformat()}"


@dataclass(frozen=True, slots=True)
class DailyLimit(Rule):
    """부가서비스 동기화가 일 1회로 제한: one slot a service and local day of the tenant (ours).

    Another service on the same day is a caution until the tenant's setting says whether
    the limit is per service or per tenant.
    """

    limit: str = "sync"
    service: str = "service"

    outside: ClassVar[bool] = True
    # The claim guards one service; where the limit covers all of them, only the tenant's row does.
    guard: ClassVar[str] = "tenant"  # type: ignore[assignment]
    texts: ClassVar[Mapping[str, Text]] = {
        "ok": Text(
            "{day}의 동기화가 아직 남아 있습니다. 하루 한 번뿐이니 변경 사항을 모두 확인하고 누르세요.",
            "The sync of {day} is still unused. There is one a day: check all changes before pressing.",
        ),
        "used": Text(
            "{day}에는 이미 동기화했습니다(일 1회). {opens}부터 다시 할 수 있습니다.",
            "The sync of {day} is used (once a day). It opens again at {opens}.",
        ),
        "other_service": Text(
            "{day}에 다른 서비스({others})를 동기화했습니다. 일 1회 제한이 모든 서비스에 걸릴 수 있습니다.",
            "Another service ({others}) was synced on {day}. The limit may cover all services.",
        ),
        "tenant_used": Text(
            "{day}에 다른 서비스({others})를 동기화했고 이 고객사의 제한은 전체 일 1회입니다. {opens}부터 할 수 있습니다.",
            "Another service ({others}) was synced on {day} and this tenant's limit covers all "
            "services. It opens at {opens}.",
        ),
    }

    def inputs(self) -> tuple[str, ...]:
        """Read the claims in force; which service is asked for may be left open."""
        return ("slots",)

    def judge(self, facts: Facts) -> Verdict:
        """Look the local day of performed_at up among the slots used."""
        assert facts.slots is not None
        # Claims are kept in lower case, so that two spellings never sync twice.
        service = str(facts.values.get(self.service) or "").lower()
        day = facts.local_date(facts.performed_at)
        used = self._services(facts, day)
        others = tuple(sorted(name for name in used if name != service))
        if service in used:
            opens = facts.midnight(self._next_free(facts, service, day))
            return blocked("used", day=day, opens=opens, opens_at=opens, closes_at=opens)
        if others and facts.sync_scope == "tenant":
            opens = facts.midnight(self._next_free(facts, service, day))
            return blocked(
                "tenant_used", day=day, others=others, opens=opens, opens_at=opens, closes_at=opens
            )
        if others and facts.sync_scope == "unknown":
            end = facts.midnight(day + timedelta(days=1))
            return caution("other_service", day=day, others=others, closes_at=end)
        return allowed("ok", day=day)

    def _services(self, facts: Facts, day: date) -> set[str]:
        suffix = ":" + day.isoformat()
        prefix = self.limit + ":"
        return {
            key[len(prefix) : -len(suffix)]
            for key in facts.slots or ()
            if key.startswith(prefix) and key.endswith(suffix)
        }

    def _next_free(self, facts: Facts, service: str, day: date) -> date:
        """Walk to the next local day whose slot is free."""
        day += timedelta(days=1)
        while True:
            used = self._services(facts, day)
            if service not in used and not (used and facts.sync_scope == "tenant"):
                return day
            day += timedelta(days=1)
