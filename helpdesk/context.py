"""Give every page its frame: tenant, navigation, theme; none queries before it is drawn."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.access import remembered_roles, roles_in, tenants_of
from helpdesk.counts import waiting_at
from helpdesk.models import Tenant, User
from helpdesk.permissions import may
from helpdesk.theme import chosen_theme
from helpdesk.vendor.standing import remembered, vendor_roles

type Tenants = Callable[[], list[Tenant]]


class Entry(NamedTuple):
    """One place of the navigation; `short` is its name where there is little room.

    A `wide` one is no tab of a phone: there it stands in the menu of companies.
    """

    name: str
    label: str | Promise
    short: str | Promise
    icon: str
    pages: frozenset[str]
    command: str
    wide: bool = False


_ENTRIES = (
    Entry(
        "my_work",
        gettext_lazy("My work"),
        pgettext_lazy("tab", "My work"),
        "list-todo",
        frozenset({"my_work"}),
        "run.list",
    ),
    Entry(
        "search",
        gettext_lazy("What happened?"),
        pgettext_lazy("tab", "Search"),
        "search",
        frozenset({"search"}),
        "procedure.see",
    ),
    Entry(
        "run_list",
        gettext_lazy("Runs"),
        pgettext_lazy("tab", "Runs"),
        "list-checks",
        frozenset({"run_list", "run"}),
        "run.list",
    ),
    Entry(
        "procedure_list",
        gettext_lazy("Procedures"),
        pgettext_lazy("tab", "Procedures"),
        "book-open-check",
        frozenset({"procedure_list", "procedure"}),
        "procedure.see",
    ),
    Entry(
        "ledger",
        gettext_lazy("Sync ledger"),
        pgettext_lazy("tab", "Ledger"),
        "calendar-sync",
        frozenset({"ledger"}),
        "ledger.see",
    ),
    Entry(
        "notices",
        gettext_lazy("Notices"),
        pgettext_lazy("tab", "Notices"),
        "bell",
        frozenset({"notices"}),
        "notice.see",
    ),
    Entry(
        "people",
        gettext_lazy("People"),
        pgettext_lazy("tab", "People"),
        "users-round",
        frozenset({"people", "people_invite", "person"}),
        "people.see",
        wide=True,
    ),
    Entry(
        "support_visits",
        gettext_lazy("Support access"),
        gettext_lazy("Support access"),
        "eye",
        frozenset({"support_visits"}),
        "support_access.see",
        wide=True,
    ),
)
_VENDOR = (
    Entry(
        "ticket_queue",
        gettext_lazy("Tickets"),
        pgettext_lazy("tab", "Tickets"),
        "inbox",
        frozenset(
            {
                "ticket_queue",
                "ticket_assignment",
                "ticket_open",
                "ticket_open_of",
                "ticket_open_where",
                "answers",
                "answer",
                "answer_new",
            }
        ),
        "ticket.see_queue",
    ),
    Entry(
        "vendor_tenants",
        gettext_lazy("Companies served"),
        pgettext_lazy("tab", "Companies"),
        "building-2",
        frozenset({"vendor_tenants", "vendor_tenant", "vendor_tenant_new", "vendor_visit"}),
        "vendor.see_tenants",
    ),
    Entry(
        "vendor_calendar",
        gettext_lazy("Business days"),
        pgettext_lazy("tab", "Business days"),
        "calendar-days",
        frozenset({"vendor_calendar", "vendor_calendar_day", "vendor_capacity"}),
        "vendor.see_calendar",
    ),
    Entry(
        "vendor_staff",
        gettext_lazy("Vendor staff"),
        pgettext_lazy("tab", "Staff"),
        "users-round",
        frozenset({"vendor_staff", "vendor_staff_invite", "vendor_person"}),
        "vendor.manage_staff",
    ),
    Entry(
        "vendor_text_reports",
        gettext_lazy("Wrong texts"),
        pgettext_lazy("tab", "Texts"),
        "flag",
        frozenset({"vendor_text_reports", "vendor_text_report"}),
        "vendor.answer_text_reports",
    ),
    Entry(
        "vendor_feedback",
        gettext_lazy("Feedback"),
        pgettext_lazy("tab", "Feedback"),
        "smile",
        frozenset({"vendor_feedback"}),
        "vendor.see_feedback",
    ),
)


def face(request: HttpRequest) -> dict[str, object]:
    """Return what base.html draws; a view's own values of the same names win."""
    tenants = cache(lambda: _tenants_of(request))
    roles = cache(lambda: _roles_of(request, tenants))
    return {
        "theme": chosen_theme(request),
        "tenants": SimpleLazyObject(tenants),
        "tenant": SimpleLazyObject(lambda: _tenant_in_url(request, tenants)),
        "roles": SimpleLazyObject(roles),
        "nav": SimpleLazyObject(lambda: _navigation(request, tenants, roles)),
        "vendor_nav": SimpleLazyObject(lambda: _vendor_navigation(request)),
    }


def _tenants_of(request: HttpRequest) -> list[Tenant]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return tenants_of(user, timezone.now())


def _tenant_in_url(request: HttpRequest, tenants: Tenants) -> Tenant | None:
    match = request.resolver_match
    slug = match.kwargs.get("slug") if match else None
    if slug is None:
        return None
    return next((tenant for tenant in tenants() if tenant.slug == slug), None)


def _tenant_shown(request: HttpRequest, tenants: Tenants) -> Tenant | None:
    # Pages of no tenant (settings, the style guide) lead back to the person's first one.
    return _tenant_in_url(request, tenants) or next(iter(tenants()), None)


def _roles_of(request: HttpRequest, tenants: Tenants) -> frozenset[str]:
    """Return what the page has read already; else ask, once."""
    known = remembered_roles(request)
    if known is not None:
        return known
    tenant = _tenant_shown(request, tenants)
    return roles_in(request.user, tenant, timezone.now()) if tenant else frozenset()  # type: ignore[arg-type]


def _navigation(
    request: HttpRequest, tenants: Tenants, roles: Callable[[], frozenset[str]]
) -> list[dict[str, object]]:
    tenant = _tenant_shown(request, tenants)
    if tenant is None:
        return []
    allowed = [entry for entry in _ENTRIES if may(roles(), entry.command)]
    user = request.user
    assert isinstance(user, User)
    return [
        {**_drawn(request, one, tenant.slug), "count": waiting_at(one.name, user, tenant)}
        for one in allowed
    ]


def _vendor_navigation(request: HttpRequest) -> list[dict[str, object]]:
    """Return the vendor's own pages; a page of a tenant has read already who is the vendor's."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    roles = remembered_roles(request)
    if roles is None:
        roles = remembered(request)
    if roles is None:
        roles = vendor_roles(user)
    return [_drawn(request, entry) for entry in _VENDOR if may(roles, entry.command)]


def _drawn(request: HttpRequest, entry: Entry, *arguments: str) -> dict[str, object]:
    here = request.resolver_match.url_name if request.resolver_match else None
    return {
        "label": entry.label,
        "short": entry.short,
        "icon": entry.icon,
        "href": reverse(entry.name, args=arguments),
        "current": here in entry.pages,
        "wide": entry.wide,
    }
