"""Ask somebody to join: a link by mail that works once within seven days."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from audit.chain import Entry
from helpdesk import history
from helpdesk.models import Invitation, Membership, Tenant, User, VendorDesk, VendorMembership
from helpdesk.people import mail
from helpdesk.people.errors import Refused
from helpdesk.people.standing import require_to_invite

AGE = timedelta(days=7)
_TOKEN_BYTES = 32


def invite(
    tenant: Tenant | None,
    *,
    email: str,
    name: str,
    language: str,
    roles: Sequence[str],
    actor: User,
    now: datetime,
) -> Invitation:
    """Invite somebody to a company, or without one to the vendor's staff, and mail the link.

    The mail leaves after the commit; ``invitation.mailed`` is False when it could not be sent.
    The caller has checked the roles.
    Raises Refused: already_member, already_invited.
    """
    email = email.strip().lower()
    with transaction.atomic():
        owner = lock(tenant)
        require_to_invite(tenant, actor, now)
        _check_new(tenant, email, now)
        invitation = make(
            tenant, email=email, name=name, language=language, roles=roles, actor=actor, now=now
        )
        history.append(owner, [told("person.invited", invitation, actor)], now=now)
    return invitation


def make(
    tenant: Tenant | None,
    *,
    email: str,
    name: str,
    language: str,
    roles: Sequence[str],
    actor: User,
    now: datetime,
) -> Invitation:
    """Write an invitation and have its link mailed after the commit; the owner is locked."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invitation = Invitation.objects.create(
        tenant=tenant,
        email=email,
        name=name,
        language=language,
        roles=[str(role) for role in roles],
        digest=digest(token),
        invited_by=actor,
        created_at=now,
        expires_at=now + AGE,
    )
    _mail(invitation, token)
    return invitation


def send_again(invitation: Invitation, *, actor: User, now: datetime) -> Invitation:
    """Mail a new link, good for seven days from now; the old one dies.

    Raises Refused: invitation_over.
    """
    with transaction.atomic():
        owner = lock(invitation.tenant)
        require_to_invite(invitation.tenant, actor, now)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        unused = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
        if not unused.update(digest=digest(token), expires_at=now + AGE):
            raise Refused("invitation_over")
        invitation.refresh_from_db()
        _mail(invitation, token)
        history.append(owner, [told("person.invited", invitation, actor, again=True)], now=now)
    return invitation


def revoke(invitation: Invitation, *, actor: User, now: datetime) -> None:
    """Let the link die. Raises Refused: invitation_over."""
    with transaction.atomic():
        owner = lock(invitation.tenant)
        require_to_invite(invitation.tenant, actor, now)
        entries = revoke_all(owner, invitation.email, actor=actor, now=now, only=invitation.pk)
        if not entries:
            raise Refused("invitation_over")
        history.append(owner, entries, now=now)


def revoke_all(
    owner: Tenant | VendorDesk, email: str, *, actor: User, now: datetime, only: int | None = None
) -> list[Entry]:
    """Let the unused links to an address die and return their events; the owner is locked."""
    tenant = owner if isinstance(owner, Tenant) else None
    rows = Invitation.objects.filter(
        tenant=tenant, email__iexact=email, used_at=None, revoked_at=None
    )
    if only is not None:
        rows = rows.filter(pk=only)
    entries = [told("invitation.revoked", one, actor) for one in rows]
    rows.update(revoked_at=now)
    return entries


def send_link(tenant: Tenant, person: User, *, actor: User, now: datetime) -> Invitation:
    """Mail a member who has no password yet a link to choose one; older links die.

    Raises Refused: not_a_member, already_member.
    """
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require_to_invite(locked, actor, now)
        if not Membership.objects.filter(tenant=locked, user=person, user__is_active=True).exists():
            raise Refused("not_a_member")
        if person.has_usable_password():
            raise Refused("already_member")
        entries = revoke_all(locked, person.email, actor=actor, now=now)
        invitation = make(
            locked,
            email=person.email,
            name=person.name,
            language=person.language,
            roles=(),
            actor=actor,
            now=now,
        )
        history.append(locked, [*entries, told("person.invited", invitation, actor)], now=now)
    return invitation


def find(token: str, now: datetime) -> Invitation | None:
    """Return the open invitation of a token; None when unknown, used, revoked or too old."""
    rows = open_ones(now).select_related("tenant", "invited_by")
    return rows.filter(digest=digest(token)).first()


def open_ones(now: datetime) -> QuerySet[Invitation]:
    """Return the invitations that can still be accepted."""
    return Invitation.objects.filter(used_at=None, revoked_at=None, expires_at__gt=now)


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()


def lock(tenant: Tenant | None) -> Tenant | VendorDesk:
    """Lock the owner of an invitation: the company, or the vendor."""
    return history.lock_tenant(tenant.pk) if tenant else history.lock_vendor()


def told(kind: str, invitation: Invitation, actor: User, **more: object) -> Entry:
    """Make an event about an invitation."""
    body = {
        "invitation": invitation.pk,
        "email": invitation.email,
        "name": invitation.name,
        "roles": list(invitation.roles),
        **more,
    }
    return history.told_by(kind, actor, body)


def _check_new(tenant: Tenant | None, email: str, now: datetime) -> None:
    if tenant:
        here = Membership.objects.filter(tenant=tenant, user__email__iexact=email).exists()
    else:
        here = VendorMembership.objects.filter(user__email__iexact=email).exists()
    if here:
        raise Refused("already_member")
    if open_ones(now).filter(tenant=tenant, email__iexact=email).exists():
        raise Refused("already_invited")


def _mail(invitation: Invitation, token: str) -> None:
    """Send after the commit: a mail that fails undoes nothing, and can be sent again by hand."""
    invitation.mailed = False  # type: ignore[attr-defined]

    def send() -> None:
        invitation.mailed = mail.send(invitation, token)  # type: ignore[attr-defined]

    transaction.on_commit(send)
