"""Give every page its frame: tenant, navigation, theme; none queries before it is drawn."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.models import Tenant
from helpdesk.theme import chosen_theme

type Tenants = Callable[[], list[Tenant]]


class Entry(NamedTuple):
    """One place of the navigation; `short` is its name where there is little room."""

    name: str
    label: str | Promise
    short: str | Promise
    icon: str
    pages: frozenset[str]


_ENTRIES = (
    Entry(
        "my_work",
        gettext_lazy("My work"),
        pgettext_lazy("tab", "My work"),
        "list-todo",
        frozenset({"my_work"}),
    ),
    Entry(
        "search",
        gettext_lazy("What happened?"),
        pgettext_lazy("tab", "Search"),
        "search",
        frozenset({"search"}),
    ),
    Entry(
        "run_list",
        gettext_lazy("Runs"),
        pgettext_lazy("tab", "Runs"),
        "list-checks",
        frozenset({"run_list", "run"}),
    ),
    Entry(
        "procedure_list",
        gettext_lazy("Procedures"),
        pgettext_lazy("tab", "Procedures"),
        "book-open-check",
        frozenset({"procedure_list", "procedure"}),
    ),
    Entry(
        "ledger",
        gettext_lazy("Sync ledger"),
        pgettext_lazy("tab", "Ledger"),
        "calendar-sync",
        frozenset({"ledger"}),
    ),
    Entry(
        "notices",
        gettext_lazy("Notices"),
        pgettext_lazy("tab", "Notices"),
        "bell",
        frozenset({"notices"}),
    ),
)


def face(request: HttpRequest) -> dict[str, object]:
    """Return what base.html draws; a view's own values of the same names win."""
    tenants = cache(lambda: _tenants_of(request))
    return {
        "theme": chosen_theme(request),
        "tenants": SimpleLazyObject(tenants),
        "tenant": SimpleLazyObject(lambda: _tenant_in_url(request, tenants)),
        "nav": SimpleLazyObject(lambda: _navigation(request, tenants)),
    }


def _tenants_of(request: HttpRequest) -> list[Tenant]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    mine = Q(memberships__user=user) | Q(assignments__user=user)
    return list(Tenant.objects.filter(mine).distinct().order_by("name"))


def _tenant_in_url(request: HttpRequest, tenants: Tenants) -> Tenant | None:
    match = request.resolver_match
    slug = match.kwargs.get("slug") if match else None
    if slug is None:
        return None
    return next((tenant for tenant in tenants() if tenant.slug == slug), None)


def _navigation(request: HttpRequest, tenants: Tenants) -> list[dict[str, object]]:
    # Pages of no tenant (settings, the style guide) lead back to the person's first one.
    tenant = _tenant_in_url(request, tenants) or next(iter(tenants()), None)
    if tenant is None:
        return []
    here = request.resolver_match.url_name if request.resolver_match else None
    return [
        {
            "label": entry.label,
            "short": entry.short,
            "icon": entry.icon,
            "href": reverse(entry.name, args=[tenant.slug]),
            "current": here in entry.pages,
        }
        for entry in _ENTRIES
    ]
