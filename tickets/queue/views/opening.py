"""Open a ticket for a company: choose the company, fill the form in, and be led to the run."""

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.access import roles_in, tenant_or_404
from helpdesk.permissions import may
from helpdesk.vendor.standing import Sitting, vendor_page
from helpdesk.vendor.visits import note_view
from helpdesk.zones import zone_at
from procedures.definition import Procedure
from procedures.forms.start import StartForm
from procedures.present.language import say
from procedures.views.starting import NotStarted, start
from procedures.views.visit import Visit
from tickets.queue import assigning
from tickets.queue.opening import open_form, opened_by
from tickets.queue.scope import scope_of

COMMAND = "ticket.open"


@require_safe
@vendor_page(COMMAND)
def ticket_open_where(sitting: Sitting) -> HttpResponse:
    """Choose for which of the companies served; where there is one, go on at once."""
    served = list(scope_of(sitting.user, sitting.roles, sitting.now).served.values())
    if len(served) == 1:
        return redirect("ticket_open", company=served[0].slug)
    rows = [
        [{"text": one.name, "href": reverse("ticket_open", args=[one.slug])}, one.main_domain]
        for one in served
    ]
    context = {
        "rows": rows,
        "columns": [_("Company"), _("Main domain")],
        "crumbs": [*_queue(), {"label": _("Open a ticket"), "href": ""}],
    }
    return sitting.draw("tickets/queue/open_where.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@vendor_page(COMMAND)
def ticket_open(sitting: Sitting, company: str, key: str = "") -> HttpResponse:
    """Show the form of a procedure, the change of a domain unless named, or open the ticket."""
    visit = _visit(sitting, company)
    procedures = opened_by(visit.roles)
    found = next((one for one in procedures if key in ("", one.key)), None)
    if found is None:
        raise Http404
    posted = sitting.request.POST if sitting.request.method == "POST" else None
    with timezone.override(zone_at(visit.tenant, visit.now)):
        form = open_form(found, visit.tenant, visit.user, visit.now, posted)
        if posted is None:
            return _page(visit, procedures, found, form)
        outcome = start(visit, found, form)
        if isinstance(outcome, NotStarted):
            page = _page(visit, procedures, found, form, outcome)
            if outcome.status == 503:
                page["Retry-After"] = "1"
            return page
    # What somebody holds already, such as a run that others joined, stays theirs.
    with suppress(assigning.Held, assigning.NotServing):
        assigning.take(outcome, actor=visit.user, seen=None, now=visit.now)
    answer = redirect("run", slug=visit.tenant.slug, ref=outcome.reference)
    answer.status_code = 303
    return answer


def _visit(sitting: Sitting, company: str) -> Visit:
    """Enter a company that is served now; any other is not there."""
    request, user, now = sitting.request, sitting.user, sitting.now
    tenant = tenant_or_404(user, company, now)
    roles = roles_in(user, tenant, now)
    if not may(roles, COMMAND):
        raise Http404
    note_view(request, tenant.visit_id, now)  # type: ignore[attr-defined]
    return Visit(request, user, tenant, roles, now)


def _page(
    visit: Visit,
    procedures: list[Procedure],
    found: Procedure,
    form: StartForm,
    outcome: NotStarted | None = None,
) -> HttpResponse:
    first = found.steps[0]
    slug = visit.tenant.slug
    context: dict[str, Any] = {
        "company": visit.tenant,
        "crumbs": [*_queue(), {"label": visit.tenant.name, "href": ""}],
        "tabs": [
            {
                "label": say(one.title),
                "href": reverse("ticket_open_of", args=[slug, one.key]),
                "current": one.key == found.key,
            }
            for one in procedures
        ],
        "first": {"title": say(first.title), "text": say(first.text)},
        "may_open": True,
        "form": form,
        "procedure_href": reverse("procedure", args=[slug, found.key]),
        **(outcome.told if outcome else {}),
    }
    return visit.draw("tickets/queue/open.html", context, outcome.status if outcome else 200)


def _queue() -> list[dict[str, str]]:
    return [{"label": _("Tickets"), "href": reverse("ticket_queue")}]
