"""Whose is a ticket? Take it, give it to a colleague, release it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import User
from helpdesk.vendor.standing import Sitting, vendor_page
from helpdesk.zones import zone_at
from procedures.models import Run
from tickets.queue import assigning, present
from tickets.queue.asked import Asked
from tickets.queue.forms import GiveForm, HolderForm
from tickets.queue.holders import serving
from tickets.queue.reading import rows_of
from tickets.queue.scope import Scope, scope_of


@require_safe
@vendor_page("ticket.see_queue")
def ticket_assignment(sitting: Sitting, company: str, ref: str) -> HttpResponse:
    """Show whose a ticket is and to whom it can be given."""
    scope, run = _found(sitting, company, ref)
    return _page(sitting, scope, run)


@require_POST
@vendor_page("ticket.assign")
def ticket_command(sitting: Sitting, company: str, ref: str, command: str) -> HttpResponse:
    """Take, give or release a ticket."""
    scope, run = _found(sitting, company, ref)
    if command not in ("take", "give", "release"):
        raise Http404
    form = _form(sitting, run, command)
    if not form.is_valid():
        return _page(sitting, scope, run, form=form, status=422)
    told = {"actor": sitting.user, "seen": form.cleaned_data["seen"], "now": sitting.now}
    try:
        if command == "release":
            assigning.release(run, **told)
        else:
            assigning.give(run, form.cleaned_data.get("person") or sitting.user, **told)
    except assigning.Held as held:
        return _page(sitting, scope, run, why=_meanwhile(held.holder), status=409)
    except assigning.NotServing:
        why = _("They do not serve this company now. Visit it first, or choose somebody else.")
        return _page(sitting, scope, run, why=why, status=409)
    messages.success(sitting.request, _said(command, run, form.cleaned_data.get("person")))
    return _back(form)


def _found(sitting: Sitting, company: str, ref: str) -> tuple[Scope, Run]:
    """Return a ticket of the queue, or the 404 of one that does not exist."""
    scope = scope_of(sitting.user, sitting.roles, sitting.now)
    runs = scope.runs().select_related("tenant", "requester")
    run = runs.filter(tenant__slug=company, reference=ref).first()
    if run is None:
        raise Http404
    return scope, run


def _form(sitting: Sitting, run: Run, command: str) -> HolderForm:
    if command == "give":
        return GiveForm(sitting.request.POST, people=serving(run.tenant, sitting.now))
    return HolderForm(sitting.request.POST)


def _page(
    sitting: Sitting,
    scope: Scope,
    run: Run,
    *,
    form: HolderForm | None = None,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the page; a form that came back keeps what was chosen, and learns who holds it now."""
    row = rows_of(scope, [run.pk])[0]
    card = present.card(row, scope)
    back = Asked.parse(sitting.request.GET.get("back", "")).query
    fresh = GiveForm(
        initial={"seen": card["seen"], "back": back}, people=serving(run.tenant, sitting.now)
    )
    context = {
        "card": card,
        "company": run.tenant,
        "why": why,
        "give_form": form if isinstance(form, GiveForm) else fresh,
        "hidden": HolderForm(initial={"seen": card["seen"], "back": back}),
        "give_href": reverse("ticket_command", args=[run.tenant.slug, run.reference, "give"]),
        "release_href": reverse("ticket_command", args=[run.tenant.slug, run.reference, "release"]),
        "crumbs": [
            {"label": _("Tickets"), "href": reverse("ticket_queue")},
            {"label": run.reference, "href": ""},
        ],
    }
    with timezone.override(zone_at(run.tenant, sitting.now)):
        return sitting.draw("tickets/queue/assignment.html", context, status=status)


def _meanwhile(holder: User | None) -> str:
    if holder is None:
        return _("Meanwhile it is nobody's. Look, then decide again.")
    return _("%(name)s has it meanwhile. Look, then decide again.") % {
        "name": holder.get_full_name()
    }


def _said(command: str, run: Run, person: User | None) -> str:
    told = {"reference": run.reference, "name": person.get_full_name() if person else ""}
    if command == "take":
        return _("%(reference)s is yours.") % told
    if command == "release":
        return _("%(reference)s is nobody's again.") % told
    return _("%(reference)s was given to %(name)s.") % told


def _back(form: HolderForm) -> HttpResponse:
    asked = Asked.parse(form.cleaned_data["back"])
    answer = redirect(f"{reverse('ticket_queue')}?{asked.query or 'state=open'}")
    answer.status_code = 303
    return answer
