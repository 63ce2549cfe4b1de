"""End a person's account for good: what named them goes, the row stays for the history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import CASCADE, Q

from audit.chain import Entry
from helpdesk import history
from helpdesk.identity import Identity
from helpdesk.models import (
    Assignment,
    Membership,
    SupportVisit,
    Tenant,
    User,
    VendorDesk,
    VendorMembership,
    VendorRole,
)
from helpdesk.people.errors import Refused
from helpdesk.people.models import Invitation, Substitute
from helpdesk.people.roles import keep_an_admin, roles_held


class NotErasable(Exception):
    """Something must be settled first; the message says what, nothing was written."""


def made_by(kind: str, body: dict[str, Any], by: User | None) -> Entry:
    """Make an event of an erasure: by a person, or at the console by the system."""
    if by is not None:
        return history.told_by(kind, by, body)
    return Entry(kind, "system", None, body, cause="console")


def leave_tenant(tenant: Tenant, user: User, by: User | None, *, now: datetime) -> None:
    """Take all roles of a person in a locked tenant, with one event that does not name them.

    Raises NotErasable for the last admin.
    """
    roles = roles_held(tenant, user)
    try:
        keep_an_admin(tenant, user, roles)
    except Refused as refused:
        raise NotErasable(f"{tenant.slug}: {refused.words}") from refused
    assigned, _ = Assignment.objects.filter(tenant=tenant, user=user).delete()
    Membership.objects.filter(tenant=tenant, user=user).delete()
    if roles or assigned:
        body = {"user": user.pk, "roles": sorted(roles), "assigned": bool(assigned)}
        history.append(tenant, [made_by("person.erased", body, by)], now=now)


def leave_vendor(desk: VendorDesk, user: User, by: User | None, *, now: datetime) -> None:
    """Take a person's roles at the vendor, whose row is locked; the last manager stays."""
    held = VendorMembership.objects.filter(user=user)
    roles = sorted(held.values_list("role", flat=True))
    if not roles:
        return
    managers = VendorMembership.objects.filter(role=VendorRole.MANAGER, user__is_active=True)
    if VendorRole.MANAGER in roles and not managers.exclude(user=user).exists():
        raise NotErasable("they are the vendor's last active manager")
    held.delete()
    body = {"user": user.pk, "roles": roles}
    history.append(desk, [made_by("person.erased", body, by)], now=now)


def forget_account(user: User, who: Identity, *, now: datetime) -> None:
    """Replace what names the person, and end whatever could still sign them in."""
    _forget_invitations(user, who, now)
    _forget_stand_ins(user, now)
    SupportVisit.objects.filter(user=user, ended_at=None).update(ended_at=now)
    SupportVisit.objects.filter(user=user).update(reason="")
    for model, column in _goes_with_account():
        model._default_manager.filter(**{column: user}).delete()
    end_sessions(user.pk)
    user.name, user.email, user.persona = who.pseudonym, who.address, ""
    user.is_active, user.is_staff, user.is_superuser = False, False, False
    user.last_login = None
    user.sessions_epoch += 1
    user.set_unusable_password()
    user.save()


def end_sessions(user_id: int) -> int:
    """Delete every stored session of a person; return how many there were."""
    own = [
        row.pk
        for row in Session.objects.iterator(chunk_size=2_000)
        if str(row.get_decoded().get("_auth_user_id")) == str(user_id)
    ]
    return Session.objects.filter(pk__in=own).delete()[0]


def forget_addresses(tenant: Tenant, who: Identity) -> None:
    """Take the person's addresses out of a locked tenant's lists."""
    changed = []
    for name in ("reminder_addresses", "known_addresses"):
        kept = [one for one in getattr(tenant, name) if str(one).lower() not in who.emails]
        if kept != getattr(tenant, name):
            setattr(tenant, name, kept)
            changed.append(name)
    if changed:
        tenant.save(update_fields=changed)


def _forget_invitations(user: User, who: Identity, now: datetime) -> None:
    theirs = Q(user=user)
    for email in who.emails:
        theirs |= Q(email__iexact=email)
    own = Invitation.objects.filter(theirs)
    own.filter(used_at=None, revoked_at=None).update(revoked_at=now)
    own.update(email=who.address, name=who.pseudonym)


def _forget_stand_ins(user: User, now: datetime) -> None:
    rows = Substitute.objects.filter(Q(absent=user) | Q(stand_in=user))
    rows.filter(ended_at=None).update(ended_at=now)
    Substitute.objects.filter(Q(absent=user) | Q(appointed_by=user)).update(reason="")


def _goes_with_account() -> Iterable[tuple[Any, str]]:
    """List what hangs on the account alone: addresses, authenticators, links, sign-in sessions."""
    for relation in User._meta.related_objects:
        if relation.on_delete is CASCADE and relation.field.name:
            yield relation.related_model, relation.field.name
