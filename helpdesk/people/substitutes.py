"""Appoint a dated stand-in for an admin who is away, and end it early."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from audit.chain import Entry
from helpdesk import history
from helpdesk.access import STOOD_IN_FOR
from helpdesk.models import Membership, Substitute, Tenant, User
from helpdesk.people.errors import Refused
from helpdesk.people.roles import roles_held
from helpdesk.people.standing import require
from helpdesk.zones import first_instant, zone_at

COMMAND = "people.appoint_substitute"
LONGEST = timedelta(days=366)


def appoint(
    tenant: Tenant,
    absent: User,
    stand_in: User,
    *,
    first: date,
    last: date,
    reason: str,
    actor: User,
    now: datetime,
) -> Substitute:
    """Let a member hold somebody's admin roles from the first to the last day, both whole.

    Days are the tenant's; the caller has checked their order.
    Raises Refused: own_stand_in, not_a_member, no_admin_role, stand_in_twice.
    """
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require(locked, actor, COMMAND, now, about=absent.pk)
        zone = zone_at(locked, now)
        starts, ends = first_instant(first, zone), first_instant(last + timedelta(days=1), zone)
        if stand_in.pk == actor.pk:
            raise Refused("own_stand_in")
        if not members(locked).filter(user=stand_in).exists() or stand_in.pk == absent.pk:
            raise Refused("not_a_member")
        if not roles_held(locked, absent) & STOOD_IN_FOR:
            raise Refused("no_admin_role")
        others = Substitute.objects.filter(tenant=locked, absent=absent, ended_at=None)
        if others.filter(starts_at__lt=ends, ends_at__gt=starts).exists():
            raise Refused("stand_in_twice")
        made = Substitute.objects.create(
            tenant=locked,
            absent=absent,
            stand_in=stand_in,
            starts_at=starts,
            ends_at=ends,
            reason=reason,
            appointed_by=actor,
            appointed_at=now,
        )
        history.append(locked, [_told("substitute.appointed", made, actor, reason)], now=now)
    return made


def end(substitute: Substitute, *, actor: User, now: datetime) -> None:
    """End it now, or before it began. Raises Refused: substitute_over."""
    with transaction.atomic():
        locked = history.lock_tenant(substitute.tenant_id)
        require(locked, actor, COMMAND, now, about=substitute.absent_id)
        entries = end_all(locked, [substitute.pk], actor=actor, reason="", now=now)
        if not entries:
            raise Refused("substitute_over")
        history.append(locked, entries, now=now)


def end_all(
    tenant: Tenant, keys: list[int], *, actor: User, reason: str, now: datetime
) -> list[Entry]:
    """End those of these that are not over, and return their events; the tenant is locked."""
    rows = Substitute.objects.filter(tenant=tenant, pk__in=keys, ended_at=None, ends_at__gt=now)
    rows = rows.select_related("absent", "stand_in")
    entries = [_told("substitute.ended", one, actor, reason) for one in rows]
    rows.update(ended_at=now, ended_by=actor)
    return entries


def members(tenant: Tenant) -> QuerySet[Membership]:
    """Return the memberships of active people."""
    return Membership.objects.filter(tenant=tenant, user__is_active=True)


def _told(kind: str, one: Substitute, actor: User, reason: str) -> Entry:
    body = {
        "user": one.absent_id,
        "email": one.absent.email,
        "stand_in": one.stand_in_id,
        "stand_in_email": one.stand_in.email,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "reason": reason,
    }
    return history.told_by(kind, actor, body)
