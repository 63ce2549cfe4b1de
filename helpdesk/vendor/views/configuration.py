"""One company as the vendor knows it: its configuration, who serves it, what was changed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.models import Tenant, User
from helpdesk.vendor import present, staff, visits
from helpdesk.vendor.configuration import Conflict, configure, configured
from helpdesk.vendor.forms import ConfigurationForm, seen_text
from helpdesk.vendor.staff_forms import ROLE_NAMES, AssignPersonForm, VisitReasonForm
from helpdesk.vendor.standing import Sitting, served_or_404, vendor_page
from helpdesk.zones import zone_at


@require_http_methods(["GET", "HEAD", "POST"])
@vendor_page("vendor.see_configuration")
def vendor_tenant(sitting: Sitting, company: str) -> HttpResponse:
    """Show a company; a manager may change its configuration."""
    tenant = served_or_404(sitting, company)
    if sitting.request.method != "POST":
        return _page(sitting, tenant)
    if not sitting.may("vendor.configure"):
        raise Http404
    form = ConfigurationForm(sitting.request.POST, tenant=tenant)
    if not form.is_valid():
        return _page(sitting, tenant, form=form, status=422)
    try:
        changes = configure(
            tenant,
            values=form.configuration(),
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
            actor=sitting.user,
            now=sitting.now,
        )
    except Conflict as conflict:
        return _came_back(sitting, tenant, form, conflict)
    words = _("The configuration was changed.") if changes else _("Nothing was different.")
    messages.success(sitting.request, words)
    return _again(tenant)


def _came_back(
    sitting: Sitting, tenant: Tenant, form: ConfigurationForm, conflict: Conflict
) -> HttpResponse:
    """Keep what was typed, say what changed meanwhile, and take it as seen now.

    A field that was left as the old page showed it follows the change; nobody is undone unawares.
    """
    tenant.refresh_from_db()
    typed = sitting.request.POST.copy()
    for name, (seen, stored) in conflict.changes.items():
        if form.cleaned_data[name] == seen:
            _fill(typed, name, stored)
    typed["seen"] = seen_text(configured(tenant))
    kept = ConfigurationForm(typed, tenant=tenant)
    kept.is_valid()
    moved = present.moved(conflict.changes)
    return _page(sitting, tenant, form=kept, moved=moved, status=409)


def _fill(typed: QueryDict, name: str, value: Any) -> None:
    """Fill a value in as a browser would send it."""
    typed.pop(name, None)
    if isinstance(value, list):
        typed[name] = "\n".join(map(str, value))
    elif value is not False:
        typed[name] = "on" if value is True else str(value)


@require_POST
@vendor_page("vendor.manage_staff")
def vendor_tenant_assign(sitting: Sitting, company: str) -> HttpResponse:
    """Let somebody of the vendor serve the company."""
    tenant = served_or_404(sitting, company)
    form = AssignPersonForm(sitting.request.POST, tenant=tenant)
    if not form.is_valid():
        return _page(sitting, tenant, assign=form, status=422)
    try:
        staff.assign(tenant, form.cleaned_data["person"], actor=sitting.user, now=sitting.now)
    except staff.StaffRefused as refused:
        return _page(sitting, tenant, why=refused.words, status=409)
    return _again(tenant)


@require_POST
@vendor_page("vendor.manage_staff")
def vendor_tenant_unassign(sitting: Sitting, company: str, person: int) -> HttpResponse:
    """End that somebody serves the company."""
    tenant = served_or_404(sitting, company)
    who = User.objects.filter(pk=person, vendor_roles__isnull=False).first()
    if who is None:
        raise Http404
    try:
        staff.unassign(tenant, who, actor=sitting.user, now=sitting.now)
    except staff.StaffRefused as refused:
        return _page(sitting, tenant, why=refused.words, status=409)
    return _again(tenant)


@require_POST
@vendor_page("vendor.visit")
def vendor_tenant_visit(sitting: Sitting, company: str) -> HttpResponse:
    """Open a visit to a company whose configuration one reads already."""
    tenant = served_or_404(sitting, company)
    form = VisitReasonForm(sitting.request.POST)
    if not form.is_valid():
        return _page(sitting, tenant, visit=form, status=422)
    reason = form.cleaned_data["reason"]
    visits.open_visit(tenant, user=sitting.user, reason=reason, now=sitting.now)
    answer = redirect("my_work", slug=tenant.slug)
    answer.status_code = 303
    return answer


def _again(tenant: Tenant) -> HttpResponse:
    answer = redirect("vendor_tenant", company=tenant.slug)
    answer.status_code = 303
    return answer


def _page(
    sitting: Sitting,
    tenant: Tenant,
    *,
    form: ConfigurationForm | None = None,
    assign: AssignPersonForm | None = None,
    visit: VisitReasonForm | None = None,
    moved: list[dict[str, str]] | None = None,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    values = configured(tenant)
    manages = sitting.may("vendor.configure")
    if form is None and manages:
        form = ConfigurationForm(initial={**values, "seen": seen_text(values)}, tenant=tenant)
    serving = _serving(tenant)
    assigned = any(one["person"] == sitting.user for one in serving)
    context: dict[str, Any] = {
        "company": tenant,
        "form": form if manages else None,
        "items": [] if manages else present.details(values),
        "moved": moved,
        "why": why,
        "crumbs": _crumbs(tenant),
        "zone_waits": _waiting_zone(tenant, sitting),
        "serving": serving,
        "assign_form": assign or AssignPersonForm(tenant=tenant),
        "assigned": assigned,
        "visit_form": visit or VisitReasonForm(auto_id="visit_%s"),
        "timeline": present.timeline(tenant, present.CONFIGURATION),
    }
    with timezone.override(zone_at(tenant, sitting.now)):
        return sitting.draw("vendor/tenant.html", context, status=status)


def _crumbs(tenant: Tenant) -> list[dict[str, str]]:
    return [
        {"label": _("Companies served"), "href": reverse("vendor_tenants")},
        {"label": tenant.name, "href": ""},
    ]


def _waiting_zone(tenant: Tenant, sitting: Sitting) -> dict[str, Any] | None:
    """Say which zone waits for which midnight."""
    if not tenant.zone_next or tenant.zone_next_at is None or tenant.zone_next_at <= sitting.now:
        return None
    return {"old": tenant.zone, "new": tenant.zone_next, "at": tenant.zone_next_at}


def _serving(tenant: Tenant) -> list[dict[str, Any]]:
    """List who serves a company with their roles; two queries."""
    people = User.objects.filter(assignments__tenant=tenant, vendor_roles__isnull=False)
    people = people.distinct().prefetch_related("vendor_roles").order_by("name", "pk")
    return [
        {"person": one, "roles": ", ".join(str(ROLE_NAMES[r.role]) for r in one.vendor_roles.all())}
        for one in people
    ]
