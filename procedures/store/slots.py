"""Slots that people take or give back by hand; the tenant's row is locked by the caller."""

from datetime import datetime

from helpdesk.access import roles_in
from helpdesk.models import Tenant, User, VendorRole
from procedures.models import Claim, Run, Value
from procedures.rules.facts import Person
from procedures.store.dialect import postgres


def person_in(tenant: Tenant, user_id: int, now: datetime) -> Person:
    """Return somebody with the roles they hold in a tenant; none for who was deactivated."""
    user = User.objects.get(pk=user_id)
    roles = roles_in(user, tenant, now) if user.is_active else frozenset()
    kind = "support" if not roles.isdisjoint(VendorRole.values) else "user"
    return Person(user.pk, user.email, user.name, roles, kind)


def slots_in_force(tenant: Tenant, limit: str) -> frozenset[str]:
    """Return the keys of a limit's slots that are used."""
    held = Claim.objects.filter(
        tenant=tenant, key__startswith=f"{limit}:", released_at=None
    ).values_list("key", flat=True)
    return frozenset(held)


def lock_claim(tenant: Tenant, claim_id: int) -> Claim | None:
    """Lock the run of a claim, then read the claim, so that its result stays what it is."""
    found = Claim.objects.filter(tenant=tenant, pk=claim_id).first()
    if found is None or found.run_id is None:
        return found
    if postgres():
        Run.objects.select_for_update(of=("self",), no_key=True).get(pk=found.run_id)
    return Claim.objects.select_related("run").get(pk=claim_id)


def result_of(claim: Claim) -> str:
    """Return the result recorded for a slot's run; what was pressed outside is unknown."""
    if claim.run_id is None:
        return "unknown"
    newest = Value.objects.filter(run_id=claim.run_id, field="result").order_by("-id").first()
    return str(newest.value) if newest and newest.value else ""


def same_outside(tenant: Tenant, key: str, at: datetime, actor_id: int, note: str) -> Claim | None:
    """Return the entry that the same person made with the same words, if it is in force."""
    return Claim.objects.filter(
        tenant=tenant,
        key=key,
        run=None,
        at=at,
        actor_id=actor_id,
        note=note,
        released_at=None,
    ).first()


def take_slot(tenant: Tenant, key: str, at: datetime, actor_id: int, note: str) -> Claim:
    """Insert a used slot of no run. Raises IntegrityError when it is taken."""
    return Claim.objects.create(
        tenant=tenant, key=key, until="forever", at=at, actor_id=actor_id, note=note
    )


def release_slot(claim: Claim, actor_id: int, now: datetime, reason: str) -> bool:
    """Mark a claim as given back; say whether it was in force."""
    free = Claim.objects.filter(pk=claim.pk, released_at=None).update(
        released_at=now, released_by_id=actor_id, release_reason=reason
    )
    return free == 1
