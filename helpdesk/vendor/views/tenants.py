"""The companies the vendor serves: the list, a new one, and a visit with a reason."""

from typing import Any

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.models import Assignment, Tenant
from helpdesk.vendor import founding, paging, visits
from helpdesk.vendor.forms import NewTenantForm
from helpdesk.vendor.staff_forms import VisitForm
from helpdesk.vendor.standing import Sitting, tenants_of, vendor_page


@require_safe
@vendor_page("vendor.see_tenants")
def vendor_tenants(sitting: Sitting) -> HttpResponse:
    """List the companies whose configuration this person may read."""
    return _list(sitting, VisitForm())


@require_POST
@vendor_page("vendor.visit")
def vendor_visit(sitting: Sitting) -> HttpResponse:
    """Open a visit to a company named exactly, and lead to its pages."""
    form = VisitForm(sitting.request.POST)
    if not form.is_valid():
        return _list(sitting, form, status=422)
    tenant = form.cleaned_data["company"]
    visits.open_visit(
        tenant, user=sitting.user, reason=form.cleaned_data["reason"], now=sitting.now
    )
    return _see("my_work", slug=tenant.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@vendor_page("vendor.create_tenant")
def vendor_tenant_new(sitting: Sitting) -> HttpResponse:
    """Create a company and invite its first site admin."""
    asked = sitting.request.method == "POST"
    form = NewTenantForm(sitting.request.POST) if asked else NewTenantForm()
    if asked and form.is_valid():
        try:
            tenant = founding.create_tenant(
                **form.cleaned_data, actor=sitting.user, now=sitting.now
            )
        except IntegrityError:
            form.add_error("slug", _("Another company has this short name."))
        else:
            return _see("vendor_tenant", company=tenant.slug)
    crumbs = [
        {"label": _("Companies served"), "href": reverse("vendor_tenants")},
        {"label": _("New company"), "href": ""},
    ]
    return sitting.draw(
        "vendor/new.html", {"form": form, "crumbs": crumbs}, status=422 if asked else 200
    )


def _see(name: str, **kw: Any) -> HttpResponse:
    answer = redirect(name, **kw)
    answer.status_code = 303
    return answer


def _list(sitting: Sitting, visit: VisitForm, status: int = 200) -> HttpResponse:
    asked = paging.asked_for(sitting.request)
    found = _found(tenants_of(sitting), asked)
    page = paging.page_of(found, sitting.request, reverse("vendor_tenants"))
    mine = Assignment.objects.filter(user=sitting.user, tenant__in=page.rows)
    served = set(mine.values_list("tenant_id", flat=True))
    context = {
        "page": page,
        "q": page.q,
        "columns": [_("Company"), _("Short name"), _("Main domain"), _("You")],
        "rows": [_row(one, one.pk in served) for one in page.rows],
        "visit_form": visit,
    }
    return sitting.draw("vendor/tenants.html", context, status=status)


def _found(tenants: QuerySet[Tenant], q: str) -> QuerySet[Tenant]:
    if not q:
        return tenants
    return tenants.filter(Q(name__icontains=q) | Q(slug__icontains=q) | Q(main_domain__icontains=q))


def _row(tenant: Tenant, served: bool) -> list[object]:
    assigned: object = ""
    if served:
        assigned = {"text": _("Assigned: open"), "href": reverse("my_work", args=[tenant.slug])}
    return [
        {"text": tenant.name, "href": reverse("vendor_tenant", args=[tenant.slug])},
        tenant.slug,
        tenant.main_domain,
        assigned,
    ]
