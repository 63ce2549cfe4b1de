"""Accept an invitation: once, by whoever holds the link, and never over somebody's account."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from audit.chain import Entry
from helpdesk import history
from helpdesk.models import Invitation, Leaver, Membership, Tenant, User, VendorMembership
from helpdesk.people import invitations, roles


class LinkIsOver(Exception):
    """The link is unknown, used, revoked or too old: one answer for all four."""


class NeedsSignIn(Exception):
    """The address has an account with a password: only who signs in to it may accept."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What a person without a password chooses when they accept."""

    name: str
    password: str


def account_of(invitation: Invitation) -> User | None:
    """Return the account that must sign in to accept; None where a password is chosen."""
    user = User.objects.filter(email__iexact=invitation.email).first()
    return user if user and _is_taken(user) else None


def accept(token: str, *, by: User | Newcomer, now: datetime) -> tuple[User, Tenant | None]:
    """Use the link up, give its roles and return who joined what; all or nothing.

    Raises LinkIsOver or NeedsSignIn.
    """
    found = invitations.find(token, now)
    if found is None:
        raise LinkIsOver
    try:
        with transaction.atomic():
            return _accept(found, by, now)
    except IntegrityError as error:
        # Another invitation to the same address made the account a moment ago.
        raise NeedsSignIn from error


def _accept(found: Invitation, by: User | Newcomer, now: datetime) -> tuple[User, Tenant | None]:
    owner = invitations.lock(found.tenant)
    mine = invitations.open_ones(now).filter(pk=found.pk, digest=found.digest)
    if not mine.update(used_at=now):
        raise LinkIsOver
    user = _person(found, by)
    Invitation.objects.filter(pk=found.pk).update(user=user)
    entries = [invitations.told("person.joined", found, user, user=user.pk)]
    if isinstance(owner, Tenant):
        entries += _join(owner, found, user)
    else:
        for role in found.roles:
            VendorMembership.objects.get_or_create(user=user, role=role)
    history.append(owner, entries, now=now)
    return user, found.tenant


def _join(tenant: Tenant, found: Invitation, user: User) -> list[Entry]:
    held = roles.roles_held(tenant, user)
    Leaver.objects.filter(tenant=tenant, user=user).delete()
    new = [role for role in found.roles if role not in held]
    Membership.objects.bulk_create(Membership(tenant=tenant, user=user, role=one) for one in new)
    return [roles.given(user, role, user, "") for role in new]


def _person(found: Invitation, by: User | Newcomer) -> User:
    """Return the person: who is signed in, or the account that a newcomer completes."""
    user = User.objects.select_for_update(of=("self",)).filter(email__iexact=found.email).first()
    if isinstance(by, User):
        if user is None or user.pk != by.pk or not user.is_active:
            raise NeedsSignIn
        return user
    if user is None:
        user = User.objects.create_user(
            found.email, by.password, name=by.name, language=found.language
        )
    elif _is_taken(user):
        raise NeedsSignIn
    elif not user.is_active and (user.has_usable_password() or user.vendor_roles.exists()):
        # The account did not end by leaving a company, so a company cannot open it again.
        raise LinkIsOver
    else:
        user.name, user.is_active = by.name, True
        user.set_password(by.password)
        user.save(update_fields=["name", "is_active", "password"])
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
    return user


def _is_taken(user: User) -> bool:
    """Say whether an account is somebody's already: active, and with a password."""
    return user.is_active and user.has_usable_password()
