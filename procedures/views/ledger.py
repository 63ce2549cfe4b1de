"""The sync ledger: who used each day's slot, with what result, and when the next opens."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.permissions import may
from procedures import engine, slots, store
from procedures.change import NotPossible
from procedures.definition import Procedure
from procedures.forms.ledger import GiveBackForm, OutsideForm
from procedures.models import Claim
from procedures.present.language import say
from procedures.present.slots import service_name, services_of, slots_today
from procedures.present.verdicts import refusal_reason
from procedures.rules.facts import Person
from procedures.selectors.ledger import Slot, slots_of
from procedures.views.visit import Visit, tenant_page

PROCEDURE = "service_sync"


@require_safe
@tenant_page
def ledger(visit: Visit) -> HttpResponse:
    """Show the slots, newest first."""
    return _page(visit)


@require_POST
@tenant_page
def claim_outside(visit: Visit) -> HttpResponse:
    """Enter a sync that was pressed outside of this app."""
    form = OutsideForm(visit.request.POST, services=_services(visit))
    if not form.is_valid():
        return _page(visit, outside=form, status=422)
    given = form.cleaned_data
    return _carried_out(
        visit,
        lambda: slots.claim_outside(
            visit.tenant,
            service=given["service"],
            at=given["at"],
            actor_id=visit.user.pk,
            now=visit.now,
            note=given["note"],
        ),
        _("The day is taken."),
        outside=form,
    )


@require_POST
@tenant_page
def give_back(visit: Visit, claim: int) -> HttpResponse:
    """Give a slot back; another tenant's is answered like one that never was."""
    if not Claim.objects.filter(tenant=visit.tenant, pk=claim).exists():
        raise Http404
    form = GiveBackForm(visit.request.POST)
    if not form.is_valid():
        return _page(visit, returned=(claim, form), status=422)
    return _carried_out(
        visit,
        lambda: slots.give_back(
            visit.tenant,
            claim_id=claim,
            actor_id=visit.user.pk,
            now=visit.now,
            reason=form.cleaned_data["reason"],
        ),
        _("The day is free again."),
        returned=(claim, form),
    )


def _carried_out(
    visit: Visit, command: Callable[[], slots.SlotResult], done: str, **forms: Any
) -> HttpResponse:
    """Carry a command out and lead back to the ledger, or say on the page why not."""
    try:
        result = command()
    except NotPossible as error:
        return _page(visit, status=409, why=refusal_reason(error), **forms)
    except engine.Busy:
        words = _("Many people are writing at once. Please send it again in a moment.")
        answer = _page(visit, status=503, why=words, **forms)
        answer["Retry-After"] = "1"
        return answer
    if result.refusal:
        why = say(slots.TEXTS[result.refusal.code], result.refusal.params)
        return _page(visit, status=422, why=why, **forms)
    messages.success(visit.request, done)
    answer = redirect("ledger", slug=visit.tenant.slug)
    answer.status_code = 303
    return answer


def _procedure() -> Procedure | None:
    version = store.newest_version(PROCEDURE)
    return store.procedure_of(version) if version else None


def _services(visit: Visit) -> list[tuple[str, str]]:
    procedure = _procedure()
    if procedure is None:
        return []
    codes = services_of(visit.tenant, procedure.field_by_key["service"])
    return [(code, service_name(procedure, code)) for code in codes]


def _page(
    visit: Visit,
    *,
    outside: OutsideForm | None = None,
    returned: tuple[int, GiveBackForm] | None = None,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    before = visit.request.GET.get("before", "")
    is_place = before.isascii() and before.isdigit() and len(before) <= 18
    rows, older = slots_of(visit.tenant, before=int(before) if is_place else None)
    procedure = _procedure()
    action = reverse("ledger", args=[visit.tenant.slug])
    is_admin = may(visit.roles, "ledger.claim_outside")
    if outside is None and is_admin:
        outside = OutsideForm(
            initial={"at": visit.now.replace(second=0, microsecond=0)}, services=_services(visit)
        )
    context = {
        "today": slots_today(visit.tenant, procedure, visit.now) if procedure else [],
        "columns": [_("Day"), _("Service"), _("State"), _("Who"), _("When"), _("Result"), _("Run")],
        "rows": [_row(visit, procedure, row) for row in rows],
        "older_url": f"{action}?before={older}" if older else "",
        "outside": outside if is_admin else None,
        "give_backs": _give_backs(visit, procedure, rows, returned),
        "why": why,
    }
    return visit.draw("ledger/page.html", context, status)


def _row(visit: Visit, procedure: Procedure | None, row: Slot) -> list[object]:
    claim = row.claim
    run: object = _("outside the app")
    if claim.run:
        href = reverse("run", args=[visit.tenant.slug, claim.run.reference])
        run = {"text": claim.run.reference, "href": href}
    state = "returned" if claim.released_at else "used"
    who = claim.actor.get_full_name() if claim.actor else ""
    if claim.released_by:
        who = _("%(who)s; given back by %(other)s") % {
            "who": who,
            "other": claim.released_by.get_full_name(),
        }
    result: object = {"state": row.result} if row.result else ""
    return [
        f"{row.day:%Y-%m-%d}",
        service_name(procedure, row.service),
        {"state": state},
        who,
        {"at": claim.at},
        result,
        run,
    ]


def _give_backs(
    visit: Visit,
    procedure: Procedure | None,
    rows: list[Slot],
    returned: tuple[int, GiveBackForm] | None,
) -> list[dict[str, Any]]:
    """Offer to give back what this person may give back now."""
    actor = Person(visit.user.pk, visit.user.email, visit.user.name, visit.roles)
    offers = []
    for row in rows:
        sent = returned[1] if returned and returned[0] == row.claim.pk else None
        if sent or slots.may_give_back(visit.tenant, row.claim, row.result, actor, visit.now):
            name = service_name(procedure, row.service)
            offers.append(
                {
                    "label": _("Give back: %(service)s, %(day)s")
                    % {"service": name, "day": f"{row.day:%Y-%m-%d}"},
                    "form": sent or GiveBackForm(auto_id=f"back{row.claim.pk}_%s"),
                    "action": reverse("ledger_give_back", args=[visit.tenant.slug, row.claim.pk]),
                }
            )
    return offers
