"""Who visits which tenant, when: the first line of every page of a tenant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from helpdesk.access import remember_roles, roles_in, tenant_or_404
from helpdesk.models import Tenant, User
from helpdesk.vendor.visits import note_view
from helpdesk.zones import zone_at

type Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request within a tenant; the clock was read once."""

    request: HttpRequest
    user: User
    tenant: Tenant
    roles: frozenset[str]
    now: datetime

    def draw(
        self, template: str, context: dict[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        """Draw a page; its times are counted from this visit's now."""
        known = {"tenant": self.tenant, "now": self.now, "roles": self.roles}
        return render(self.request, template, known | (context or {}), status=status)


def tenant_page(page: Page) -> Page:
    """Hand a page its visit, or answer 404; its times are the tenant's."""

    @wraps(page)
    def answer(request: HttpRequest, slug: str, **kw: Any) -> HttpResponse:
        user, now = request.user, timezone.now()
        assert isinstance(user, User)
        tenant = tenant_or_404(user, slug, now)
        note_view(request, tenant.visit_id, now)  # type: ignore[attr-defined]
        roles = roles_in(user, tenant, now)
        remember_roles(request, roles)
        with timezone.override(zone_at(tenant, now)):
            return page(Visit(request, user, tenant, roles, now), **kw)

    return answer
