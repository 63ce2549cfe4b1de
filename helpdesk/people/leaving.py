"""Deactivate somebody in a company, at once and everywhere they could come in; take them back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from audit.chain import Entry
from helpdesk import history
from helpdesk.models import (
    Invitation,
    Leaver,
    Membership,
    SignInLink,
    Substitute,
    Tenant,
    User,
)
from helpdesk.people import invitations, roles, substitutes
from helpdesk.people.errors import Refused
from helpdesk.people.standing import require

# The address of whoever was erased on their own wish; nobody is behind it any more.
ERASED = "@erased.invalid"


def deactivate(tenant: Tenant, person: User, *, actor: User, reason: str, now: datetime) -> None:
    """Take all roles of a member; without another company or role the account ends, too.

    From the next request on their sessions, sign-in links, invitations and password links fail.
    Raises Refused: not_a_member, last_site_admin, last_mail_admin.
    """
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require(locked, actor, "people.deactivate", now)
        person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        held = roles.roles_held(locked, person)
        if not held:
            raise Refused("not_a_member")
        roles.keep_an_admin(locked, person, held)
        Membership.objects.filter(tenant=locked, user=person).delete()
        Leaver.objects.get_or_create(tenant=locked, user=person, defaults={"left_at": now})
        entries = _ended(locked, person, actor, reason, now)
        everywhere = _shut_out(person, now)
        body = {
            "user": person.pk,
            "email": person.email,
            "roles": sorted(held),
            "reason": reason,
            "account": "ended" if everywhere else "kept",
        }
        entries.append(history.told_by("person.deactivated", actor, body))
        history.append(locked, entries, now=now)


def reactivate(
    tenant: Tenant,
    person: User,
    *,
    given: Sequence[str],
    actor: User,
    reason: str,
    now: datetime,
) -> Invitation | None:
    """Give a deactivated person roles again; who has no password is mailed a link to choose one.

    Raises Refused: not_a_leaver, elsewhere_deactivated, erased.
    """
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require(locked, actor, "people.deactivate", now)
        person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if not Leaver.objects.filter(tenant=locked, user=person).delete()[0]:
            raise Refused("not_a_leaver")
        if person.email.endswith(ERASED):
            raise Refused("erased")
        if not person.is_active and (person.has_usable_password() or person.vendor_roles.exists()):
            # It did not end by leaving a company, so a company cannot open it again.
            raise Refused("elsewhere_deactivated")
        Membership.objects.bulk_create(
            Membership(tenant=locked, user=person, role=role) for role in given
        )
        body = {"user": person.pk, "email": person.email, "roles": sorted(given), "reason": reason}
        entries = [history.told_by("person.reactivated", actor, body)]
        User.objects.filter(pk=person.pk).update(is_active=True)
        history.append(locked, entries, now=now)
    if person.has_usable_password():
        return None
    person.is_active = True
    return invitations.send_link(tenant, person, actor=actor, now=now)


def _ended(tenant: Tenant, person: User, actor: User, reason: str, now: datetime) -> list[Entry]:
    """End what stands on a person being a member: stand-ins, and links to their address."""
    mine = Substitute.objects.filter(Q(absent=person) | Q(stand_in=person), tenant=tenant)
    keys = list(mine.values_list("pk", flat=True))
    ended = substitutes.end_all(tenant, keys, actor=actor, reason=reason, now=now)
    return ended + invitations.revoke_all(tenant, person.email, actor=actor, now=now)


def _shut_out(person: User, now: datetime) -> bool:
    """End sessions and sign-in links; say whether the account ended, too.

    Without its password an account's reset links are void, whoever kept one.
    """
    SignInLink.objects.filter(user=person, used_at=None).update(used_at=now)
    User.objects.filter(pk=person.pk).update(sessions_epoch=F("sessions_epoch") + 1)
    if person.memberships.exists() or person.vendor_roles.exists():
        return False
    person.set_unusable_password()
    person.is_active = False
    person.save(update_fields=["password", "is_active"])
    return True
