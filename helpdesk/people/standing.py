"""Ask once more under the lock: whoever lost a right a moment ago finishes nothing with it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from helpdesk.access import roles_in
from helpdesk.models import Tenant, User
from helpdesk.permissions import may
from helpdesk.vendor.standing import vendor_roles


def require(
    tenant: Tenant, actor: User, command: str, now: datetime, about: int | None = None
) -> None:
    """Raise PermissionDenied unless the actor may give a command now; the tenant is locked.

    ``about`` is the person whom the command is about.
    """
    relations = ("self",) if about == actor.pk else ()
    active = User.objects.filter(pk=actor.pk, is_active=True).exists()
    held = roles_in(actor, tenant, now) if active else frozenset()
    if not may(held, command, relations):
        raise PermissionDenied


def require_to_invite(tenant: Tenant | None, actor: User, now: datetime) -> None:
    """Raise PermissionDenied unless the actor may invite; without a company, to the vendor's staff.

    Who creates companies invites the first person to each.
    """
    at_vendor = vendor_roles(actor)
    if tenant is None:
        if not may(at_vendor, "vendor.manage_staff"):
            raise PermissionDenied
    elif not may(at_vendor, "vendor.create_tenant"):
        require(tenant, actor, "people.invite", now)
