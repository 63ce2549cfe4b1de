"""언제 되나요? Asks for another day and hour on a procedure's page; nothing is written."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.calendars import NoCalendar
from procedures import whatif
from procedures.definition import Procedure, Step
from procedures.forms.fields import Known
from procedures.forms.whatif import WhatIfForm, whatif_form
from procedures.present.language import say
from procedures.present.run import business_days
from procedures.present.verdicts import card, unjudged_card
from procedures.rules.facts import Person
from procedures.views.visit import Visit


@dataclass(frozen=True, slots=True)
class Asked:
    """The form of the what-if and what came of it."""

    form: WhatIfForm
    tabs: list[dict[str, Any]]
    result: dict[str, Any] | None = None
    unjudged: tuple[dict[str, Any], ...] = ()
    days: dict[str, Any] | None = None
    problem: str = ""


def ask_on_page(visit: Visit, procedure: Procedure, known: Known) -> Asked | None:
    """Return the what-if of a procedure's page; None where no step has a gate."""
    gated = [step for step in procedure.steps if step.gates]
    if not gated:
        return None
    wanted = visit.request.GET.get("step")
    step = next((one for one in gated if one.key == wanted), _first_timed(procedure, gated))
    tabs = [_tab(visit, procedure, one, current=one is step) for one in gated]
    asked = "at" in visit.request.GET
    form = whatif_form(procedure, step, known, visit.request.GET if asked else None)
    if not asked or not form.is_valid():
        return Asked(form, tabs)
    return _answered(visit, procedure, step, form, tabs)


def _first_timed(procedure: Procedure, gated: list[Step]) -> Step:
    """Prefer the step whose answer depends on the day and hour."""
    timed = {"WithinSpan", "AvailableDays", "BusinessNotice", "DailyLimit", "MonthNotLater"}
    order = sorted(gated, key=lambda step: not any(g.rule.name in timed for g in step.gates[:1]))
    return order[0]


def _tab(visit: Visit, procedure: Procedure, step: Step, *, current: bool) -> dict[str, Any]:
    # What the page was led to with stays in the address.
    kept = {
        key: visit.request.GET.getlist(key)
        for key in procedure.field_by_key
        if key in visit.request.GET and "at" not in visit.request.GET
    }
    query = urlencode({**kept, "step": step.key}, doseq=True)
    href = reverse("procedure", args=[visit.tenant.slug, procedure.key])
    return {"label": say(step.title), "href": f"{href}?{query}#whatif", "current": current}


def _answered(
    visit: Visit, procedure: Procedure, step: Step, form: WhatIfForm, tabs: list[dict[str, Any]]
) -> Asked:
    question = form.question()
    user = visit.user
    try:
        known = whatif.facts_of_tenant(visit.tenant, step, question.at)
        actor = Person(user.pk, user.email, user.name, visit.roles)
        answer = whatif.ask(procedure, question, known.but(actor=actor))
    except whatif.BadQuestion:
        return Asked(form, tabs, problem=_("Give at least one of the values, then ask again."))
    except NoCalendar:
        return Asked(form, tabs, problem=_("There is no calendar yet. Tell whoever runs this app."))
    verdicts = [card(one.verdict, one.text, one.gate, one.quote) for one in answer.gates]
    result = {"at": question.at, "level": answer.level, "verdicts": verdicts}
    unjudged = tuple(unjudged_card(gate) for gate in answer.unjudged)
    return Asked(form, tabs, result, unjudged, business_days(answer.facts, step))
