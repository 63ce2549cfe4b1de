"""The vendor's people: their roles, whom they serve; the last active manager stays."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.chain import Entry
from helpdesk import history
from helpdesk.models import (
    Assignment,
    Membership,
    SupportVisit,
    Tenant,
    User,
    VendorMembership,
    VendorRole,
)
from helpdesk.vendor.standing import require

COMMAND = "vendor.manage_staff"
REASONS: Mapping[str, str | Promise] = {
    "last_manager": _("This is the last active manager. Give the role to somebody else first."),
    "own_role": _("Nobody gives a role to themselves. Ask another manager."),
    "role_held": _("They have this role already."),
    "role_not_held": _("They do not have this role any more."),
    "last_role": _("This is their only role. Deactivate them instead."),
    "not_staff": _("They are not active at the vendor."),
    "assigned": _("They are assigned to this company already."),
    "not_assigned": _("They are not assigned to this company any more."),
    "member_too": _("They are a member of a company as well. Take them out of it first."),
    "active": _("Their account is active already."),
}


class StaffRefused(Exception):
    """A change of the vendor's staff is not made; nothing was written."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        """Say why, in the active language."""
        return str(REASONS[self.code])


def assign(tenant: Tenant, person: User, *, actor: User, now: datetime) -> None:
    """Let somebody of the vendor serve a company, which can read of it.

    Raises StaffRefused: not_staff, assigned.
    """
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require(actor, COMMAND)
        if not VendorMembership.objects.filter(user=person, user__is_active=True).exists():
            raise StaffRefused("not_staff")
        if not Assignment.objects.get_or_create(user=person, tenant=locked)[1]:
            raise StaffRefused("assigned")
        history.append(locked, [_about("staff.assigned", person, actor)], now=now)


def unassign(tenant: Tenant, person: User, *, actor: User, now: datetime) -> None:
    """End that somebody serves a company. Raises StaffRefused: not_assigned."""
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require(actor, COMMAND)
        if not _unassign(locked, person, actor, now):
            raise StaffRefused("not_assigned")


def give_role(person: User, role: str, *, actor: User, reason: str, now: datetime) -> None:
    """Give somebody of the vendor one more role.

    Raises StaffRefused: own_role, not_staff, role_held.
    """
    with transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        held = roles_held(person)
        if person.pk == actor.pk:
            raise StaffRefused("own_role")
        if not held or not _is_active(person):
            raise StaffRefused("not_staff")
        if role in held:
            raise StaffRefused("role_held")
        VendorMembership.objects.create(user=person, role=VendorRole(role))
        told = _about("membership.given", person, actor, role=role, reason=reason)
        history.append(desk, [told], now=now)


def take_role(person: User, role: str, *, actor: User, reason: str, now: datetime) -> None:
    """Take one of several roles. Raises StaffRefused: role_not_held, last_manager, last_role."""
    with transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        held = roles_held(person)
        if role not in held:
            raise StaffRefused("role_not_held")
        if role == VendorRole.MANAGER:
            keep_a_manager(person)
        if len(held) == 1:
            raise StaffRefused("last_role")
        VendorMembership.objects.filter(user=person, role=role).delete()
        told = _about("membership.taken", person, actor, role=role, reason=reason)
        history.append(desk, [told], now=now)


def deactivate(person: User, *, actor: User, reason: str, now: datetime) -> None:
    """End an account of the vendor's: sessions, assignments and visits end with it.

    The roles stay on record for a return. Raises StaffRefused: not_staff, last_manager,
    member_too.
    """
    with transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        held = roles_held(person)
        if not held or not _is_active(person):
            raise StaffRefused("not_staff")
        if VendorRole.MANAGER in held:
            keep_a_manager(person)
        if Membership.objects.filter(user=person).exists():
            raise StaffRefused("member_too")
        _end_account(person, actor, now)
        told = _about("person.deactivated", person, actor, roles=sorted(held), reason=reason)
        history.append(desk, [told], now=now)


def reactivate(person: User, *, actor: User, reason: str, now: datetime) -> None:
    """Open a deactivated account again, with its roles and without any company.

    Raises StaffRefused: not_staff, active.
    """
    with transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        held = roles_held(person)
        if not held:
            raise StaffRefused("not_staff")
        if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            raise StaffRefused("active")
        told = _about("person.reactivated", person, actor, roles=sorted(held), reason=reason)
        history.append(desk, [told], now=now)


def keep_a_manager(person: User) -> None:
    """Make sure that another active manager stays; the vendor's row is locked."""
    managers = VendorMembership.objects.filter(role=VendorRole.MANAGER, user__is_active=True)
    if not managers.exclude(user=person).exists():
        raise StaffRefused("last_manager")


def roles_held(person: User) -> frozenset[str]:
    """List the roles on record, whether or not the account is active."""
    return frozenset(VendorMembership.objects.filter(user=person).values_list("role", flat=True))


def _end_account(person: User, actor: User, now: datetime) -> None:
    User.objects.filter(pk=person.pk).update(
        is_active=False, sessions_epoch=F("sessions_epoch") + 1
    )
    visits = SupportVisit.objects.filter(user=person, ended_at=None, ends_at__gt=now)
    visits.update(ended_at=now, ended_by=actor)
    served = Assignment.objects.filter(user=person).order_by("tenant_id")
    for pk in list(served.values_list("tenant_id", flat=True)):
        _unassign(history.lock_tenant(pk), person, actor, now)


def _unassign(tenant: Tenant, person: User, actor: User, now: datetime) -> bool:
    if not Assignment.objects.filter(user=person, tenant=tenant).delete()[0]:
        return False
    history.append(tenant, [_about("staff.unassigned", person, actor)], now=now)
    return True


def _is_active(person: User) -> bool:
    return User.objects.filter(pk=person.pk, is_active=True).exists()


def _about(kind: str, person: User, actor: User, **more: object) -> Entry:
    named = {"user": person.pk, "name": person.get_full_name(), "email": person.email}
    return history.told_by(kind, actor, {**named, **more})
