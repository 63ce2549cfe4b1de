"""What a person is at the vendor, and the pages that only the vendor's people may open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from helpdesk.models import Tenant, User, VendorMembership
from helpdesk.permissions import may

type Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Sitting:
    """A request of somebody of the vendor; the clock was read once."""

    request: HttpRequest
    user: User
    roles: frozenset[str]
    now: datetime

    def may(self, command: str) -> bool:
        """Say whether this person may give a command of the vendor."""
        return may(self.roles, command)

    def draw(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """Draw a page."""
        known = {"now": self.now, "roles": self.roles}
        return render(self.request, template, known | context, status=status)


def vendor_roles(user: User) -> frozenset[str]:
    """List what an active person is at the vendor; one query."""
    rows = VendorMembership.objects.filter(user=user, user__is_active=True)
    return frozenset(rows.values_list("role", flat=True))


def remember(request: HttpRequest, roles: frozenset[str]) -> None:
    """Keep what was read of a person, for the frame of the page."""
    request.vendor_roles = roles  # type: ignore[attr-defined]


def remembered(request: HttpRequest) -> frozenset[str] | None:
    """Return what was read of the person during this request, if anything was."""
    return getattr(request, "vendor_roles", None)


def require(user: User, command: str) -> None:
    """Raise PermissionDenied unless the person may give a command now; ask under the lock."""
    if not may(vendor_roles(user), command):
        raise PermissionDenied


def vendor_page(command: str) -> Callable[[Page], Page]:
    """Hand a page its sitting; whoever is not the vendor's gets the 404 of a page that is none."""

    def of(page: Page) -> Page:
        @wraps(page)
        def answer(request: HttpRequest, **kw: Any) -> HttpResponse:
            user = request.user
            assert isinstance(user, User)
            roles = vendor_roles(user)
            remember(request, roles)
            if not roles:
                raise Http404
            if not may(roles, command):
                raise PermissionDenied
            return page(Sitting(request, user, roles, timezone.now()), **kw)

        return answer

    return of


def tenants_of(sitting: Sitting) -> QuerySet[Tenant]:
    """Return the companies whose configuration a person may read."""
    tenants = Tenant.objects.order_by("name", "pk")
    if sitting.may("vendor.configure"):
        return tenants
    return tenants.filter(Q(assignments__user=sitting.user))


def served_or_404(sitting: Sitting, slug: str) -> Tenant:
    """Return such a company, or the 404 of one that does not exist."""
    tenant = tenants_of(sitting).filter(slug=slug).first()
    if tenant is None:
        raise Http404
    return tenant
