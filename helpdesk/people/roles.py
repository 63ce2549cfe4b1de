"""Give and take roles under the tenant's lock; the last admin stays."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from audit.chain import Entry
from helpdesk import history
from helpdesk.models import Membership, Role, Tenant, User
from helpdesk.people.duties import mail_admins_going
from helpdesk.people.errors import Refused
from helpdesk.people.standing import require

# Without one of these a company could not help itself any more.
KEPT = (Role.SITE_ADMIN, Role.MAIL_ADMIN)
# Given and taken on the pages; the mail admin has a procedure of its own.
GIVEN_HERE = (Role.SITE_ADMIN, Role.MEMBER, Role.TENANT_MANAGER)


def give_role(
    tenant: Tenant, person: User, role: str, *, actor: User, reason: str, now: datetime
) -> None:
    """Give a member one more role, with one event.

    Raises Refused: own_role, mail_admin_by_procedure, not_a_member, role_held.
    """
    _check(role)
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require(locked, actor, "people.change_roles", now)
        held = roles_held(locked, person)
        if person.pk == actor.pk:
            raise Refused("own_role")
        if not held:
            raise Refused("not_a_member")
        if role in held:
            raise Refused("role_held")
        Membership.objects.create(tenant=locked, user=person, role=role)
        history.append(locked, [given(person, role, actor, reason)], now=now)


def take_role(
    tenant: Tenant, person: User, role: str, *, actor: User, reason: str, now: datetime
) -> None:
    """Take a role from a member, with one event.

    Raises Refused: mail_admin_by_procedure, role_not_held, last_role, last_site_admin.
    """
    _check(role)
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require(locked, actor, "people.change_roles", now)
        held = roles_held(locked, person)
        if role not in held:
            raise Refused("role_not_held")
        keep_an_admin(locked, person, [role])
        if len(held) == 1:
            raise Refused("last_role")
        Membership.objects.filter(tenant=locked, user=person, role=role).delete()
        history.append(locked, [taken(person, role, actor, reason)], now=now)


def roles_held(tenant: Tenant, person: User) -> frozenset[str]:
    """Return the roles that are a person's own, not those they hold for somebody else."""
    rows = Membership.objects.filter(tenant=tenant, user=person)
    return frozenset(rows.values_list("role", flat=True))


def keep_an_admin(tenant: Tenant, person: User, roles: Iterable[str]) -> None:
    """Make sure that another active person holds each of these roles that must be held.

    The tenant's row is locked, so that two who take the last two meet. Raises Refused.
    """
    for role in KEPT:
        if role not in roles:
            continue
        holders = Membership.objects.filter(tenant=tenant, role=role, user__is_active=True)
        others = holders.exclude(user=person).annotate(address=Lower("user__email"))
        if role == Role.MAIL_ADMIN:
            others = others.exclude(address__in=mail_admins_going(tenant))
        if not others.exists():
            raise Refused(f"last_{role.value}")


def given(person: User, role: str, actor: User, reason: str) -> Entry:
    """Make the event of a role given."""
    return history.told_by("membership.given", actor, _body(person, role, reason))


def taken(person: User, role: str, actor: User, reason: str) -> Entry:
    """Make the event of a role taken."""
    return history.told_by("membership.taken", actor, _body(person, role, reason))


def _body(person: User, role: str, reason: str) -> dict[str, object]:
    return {"user": person.pk, "email": person.email, "role": str(role), "reason": reason}


def _check(role: str) -> None:
    if role not in GIVEN_HERE:
        raise Refused("mail_admin_by_procedure")
