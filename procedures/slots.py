"""What people say about slots by hand: pressed outside the app, given back by a manager."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from audit.chain import Entry
from helpdesk.models import Tenant
from helpdesk.permissions import may, roles_of
from helpdesk.zones import zone_at
from procedures import refusals, store
from procedures.change import Change, NotPossible, Refusal
from procedures.engine import ATTEMPTS, Busy
from procedures.models import Claim
from procedures.reasons import REASONS, roles_text
from procedures.rules.base import Text, Verdict
from procedures.rules.facts import Facts, Person
from procedures.rules.limits import DailyLimit, slot_key
from procedures.rules.wording import iso, pack
from procedures.store import slots as rows

LIMIT = "sync"
LATE = timedelta(minutes=10)
OUTSIDE_ROLES = roles_of("ledger.claim_outside")
GIVE_BACK_ROLES = roles_of("ledger.give_back", "not_user")
TEXTS: Mapping[str, Text] = {**REASONS, "used": DailyLimit.texts["used"]}
# 실패 or 모름: only then may the product still offer what was pressed.
GIVE_BACK_RESULTS = ("failed", "unknown")


@dataclass(frozen=True, slots=True)
class SlotResult:
    """The claim as it is now, or why nothing was done; ``opens_at`` when waiting helps."""

    claim: Claim | None
    refusal: Refusal | None = None
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Refused:
    """A refusal on its way to the history."""

    service: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    opens_at: datetime | None = None


def claim_outside(
    tenant: Tenant, *, service: str, at: datetime, actor_id: int, now: datetime, note: str = ""
) -> SlotResult:
    """Enter that a service was synced outside of this app: it takes the local day of ``at``.

    By a site admin of the tenant; not in the future; more than ten minutes late with a note.
    The same entry again by the same person is answered with what is stored.
    Raises Busy when others took the slot each time.
    """
    code = service.strip().lower()
    return _retry(lambda: _claim(store.lock_tenant(tenant.pk), code, at, actor_id, now, note))


def give_back(
    tenant: Tenant, *, claim_id: int, actor_id: int, now: datetime, reason: str
) -> SlotResult:
    """Give a used slot back, stating that the product still offers [동기화].

    By a manager who did not run it, on the same local day, only after failed or unknown; the
    claim is marked, not deleted; pressing twice is once. Raises NotPossible for a slot that is
    not this tenant's, is given back already, or without a reason.
    """
    return _retry(lambda: _give(store.lock_tenant(tenant.pk), claim_id, actor_id, now, reason))


def _retry(attempt: Callable[[], SlotResult]) -> SlotResult:
    lost: Exception | None = None
    for _number in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return attempt()
        except IntegrityError as error:
            lost = error
        except OperationalError as error:
            raise Busy from error
    raise Busy from lost


def _claim(
    tenant: Tenant, service: str, at: datetime, actor_id: int, now: datetime, note: str
) -> SlotResult:
    actor = rows.person_in(tenant, actor_id, now)
    key = slot_key(LIMIT, service, at.astimezone(zone_at(tenant, now)).date())
    again = rows.same_outside(tenant, key, at, actor_id, note.strip())
    if again:
        return SlotResult(again)
    refused = _why_not_outside(tenant, actor, service, at, now, note)
    if refused:
        return _refuse(tenant, actor, refused, now)
    claim = rows.take_slot(tenant, key, at, actor_id, note.strip())
    body = {"service": service, "day": day_of(claim).isoformat(), "key": key, "note": claim.note}
    _append(tenant, actor, "slot.claimed_outside", body, now, performed_at=at)
    return SlotResult(claim)


def _why_not_outside(
    tenant: Tenant, actor: Person, service: str, at: datetime, now: datetime, note: str
) -> _Refused | None:
    if not may(actor.roles, "ledger.claim_outside"):
        return _Refused(service, "not_your_role", {"roles": roles_text(OUTSIDE_ROLES)})
    if not service:
        raise NotPossible("not_used")
    if at > now:
        return _Refused(service, "performed_future", {"when": at})
    if now - at > LATE and not note.strip():
        return _Refused(service, "late_needs_note")
    verdict = _limit_of_service(tenant, service, at, now)
    if verdict.level == "blocked":
        return _Refused(service, verdict.code, verdict.params, verdict.opens_at)
    return None


def _limit_of_service(tenant: Tenant, service: str, at: datetime, now: datetime) -> Verdict:
    """Judge the day of one service alone: what was pressed elsewhere has been pressed."""
    used = rows.slots_in_force(tenant, LIMIT)
    facts = Facts(
        now=now,
        performed_at=at,
        zone=zone_at(tenant, now),
        values={"service": service},
        slots=frozenset(key for key in used if key.startswith(f"{LIMIT}:{service}:")),
    )
    return DailyLimit(limit=LIMIT).judge(facts)


def _give(tenant: Tenant, claim_id: int, actor_id: int, now: datetime, reason: str) -> SlotResult:
    claim = rows.lock_claim(tenant, claim_id)
    if claim is None or not claim.key.startswith(f"{LIMIT}:"):
        raise NotPossible("not_used")
    if claim.released_at:
        if (claim.released_by_id, claim.release_reason) == (actor_id, reason.strip()):
            return SlotResult(claim)
        raise NotPossible("not_used")
    if not reason.strip():
        raise NotPossible("reason_required")
    actor = rows.person_in(tenant, actor_id, now)
    service = service_of(claim)
    if not may(actor.roles, "ledger.give_back", ("not_user",)):
        told = {"roles": roles_text(GIVE_BACK_ROLES)}
        return _refuse(tenant, actor, _Refused(service, "not_your_role", told), now)
    if not may_give_back(tenant, claim, rows.result_of(claim), actor, now):
        return _refuse(tenant, actor, _Refused(service, "not_releasable"), now)
    if not rows.release_slot(claim, actor_id, now, reason.strip()):
        raise NotPossible("not_used")
    body = {
        "service": service,
        "day": day_of(claim).isoformat(),
        "key": claim.key,
        "run": claim.run.reference if claim.run else "",
        "reason": reason.strip(),
    }
    _append(tenant, actor, "slot.released", body, now)
    claim.refresh_from_db()
    return SlotResult(claim)


def may_give_back(tenant: Tenant, claim: Claim, result: str, actor: Person, now: datetime) -> bool:
    """Say whether a person may give a slot in force back now; pages ask the same."""
    return (
        claim.released_at is None
        and may(actor.roles, "ledger.give_back", _relations(claim, actor))
        and result in GIVE_BACK_RESULTS
        and day_of(claim) == now.astimezone(zone_at(tenant, now)).date()
    )


def _relations(claim: Claim, actor: Person) -> tuple[str, ...]:
    return () if claim.actor_id == actor.id else ("not_user",)


def service_of(claim: Claim) -> str:
    """Return the service of a slot's key, ``sync:email:2026-11-23``."""
    return claim.key.partition(":")[2].rpartition(":")[0]


def day_of(claim: Claim) -> date:
    """Return the local day of a slot's key."""
    return date.fromisoformat(claim.key.rpartition(":")[2])


def _append(
    tenant: Tenant,
    actor: Person,
    kind: str,
    body: Mapping[str, Any],
    now: datetime,
    *,
    performed_at: datetime | None = None,
) -> int:
    told = {**body, "actor": {"name": actor.name, "email": actor.email}}
    entry = Entry(kind, actor.kind, actor.id, told, performed_at=performed_at)
    return store.append_to_tenant(tenant, [entry], now)[0].number


def _refuse(tenant: Tenant, actor: Person, why: _Refused, now: datetime) -> SlotResult:
    """Record a refusal on the tenant's stream; the same again within a minute is counted."""
    refusal = Refusal(why.code, why.params, step=why.service)
    change = Change(refusal=refusal)
    if not refusals.counted_on(tenant.stream, actor.id, change, now):
        body = {
            "service": why.service,
            "code": why.code,
            "params": {key: pack(value) for key, value in why.params.items()},
            "opens_at": iso(why.opens_at) if why.opens_at else None,
        }
        number = _append(tenant, actor, "slot.refused", body, now)
        refusals.remember(tenant.stream, actor.id, change, number, now)
    return SlotResult(None, refusal, why.opens_at)
