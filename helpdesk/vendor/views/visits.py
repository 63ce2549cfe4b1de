"""What a company sees of the vendor: who visited, when and why, and what was configured."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import SupportVisit
from helpdesk.permissions import may
from helpdesk.vendor import present, visits
from helpdesk.visit import Visit, tenant_page

ROWS = 50


@require_safe
@tenant_page
def support_visits(visit: Visit) -> HttpResponse:
    """List the vendor's visits, newest first, and what else the vendor did."""
    if not may(visit.roles, "support_access.see"):
        raise PermissionDenied
    typed = visit.request.GET.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else None
    rows = SupportVisit.objects.filter(tenant=visit.tenant).select_related("user", "ended_by")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: ROWS + 1])
    here = reverse("support_visits", args=[visit.tenant.slug])
    context = {
        "visits": [_shown(one, visit) for one in found[:ROWS]],
        "older_url": f"{here}?before={found[ROWS - 1].pk}" if len(found) > ROWS else "",
        "may_end": may(visit.roles, "support_access.end"),
        "timeline": present.timeline(visit.tenant, present.CONFIGURATION + present.VISITS),
    }
    return visit.draw("vendor/visits.html", context)


@require_POST
@tenant_page
def support_visit_end(visit: Visit, number: int) -> HttpResponse:
    """End a visit: a site admin any, the visitor their own."""
    found = SupportVisit.objects.filter(tenant=visit.tenant, pk=number).first()
    if found is None:
        raise Http404
    own = found.user_id == visit.user.pk
    if not may(visit.roles, "support_access.end", ["self"] if own else []):
        raise PermissionDenied
    ended = visits.end_visit(found, user=visit.user, now=visit.now)
    words = _("The visit has ended.") if ended else _("The visit was over already.")
    messages.success(visit.request, words)
    answer = redirect("home") if own else redirect("support_visits", slug=visit.tenant.slug)
    answer.status_code = 303
    return answer


def _shown(one: SupportVisit, visit: Visit) -> dict[str, Any]:
    return {
        "number": one.pk,
        "who": one.user.get_full_name(),
        "reason": one.reason,
        "starts_at": one.starts_at,
        "ends_at": one.ended_at or one.ends_at,
        "ended_by": one.ended_by.get_full_name() if one.ended_by else "",
        "is_open": one.is_open(visit.now),
        "viewed": one.viewed_at,
    }
