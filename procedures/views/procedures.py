"""The procedures: all of them, and the page of one, where a run is started."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procedures import store
from procedures.access import runs_of
from procedures.decide.shared import read_field
from procedures.decide.who import may_open, may_open_for
from procedures.definition import Procedure
from procedures.forms.fields import Known
from procedures.forms.start import start_form
from procedures.forms.values import ValuesForm
from procedures.models import Run
from procedures.present.finds import procedure_card, told_items
from procedures.present.language import say
from procedures.present.outline import outline
from procedures.present.run_cards import who
from procedures.present.slots import slots_today
from procedures.rules.values import Problem
from procedures.selectors.versions import newest_versions
from procedures.views.starting import NotStarted, start
from procedures.views.visit import Visit, tenant_page
from procedures.views.whatif import ask_on_page


@require_safe
@tenant_page
def procedure_list(visit: Visit) -> HttpResponse:
    """Show every procedure in the order of the FAQ."""
    found = [store.procedure_of(pk) for pk in newest_versions()]
    cards = [procedure_card(one, visit.tenant.slug) for one in found]
    action = reverse("search", args=[visit.tenant.slug])
    return visit.draw("procedure/list.html", {"cards": cards, "search_action": action})


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_page
def procedure(visit: Visit, key: str) -> HttpResponse:
    """Show a procedure, answer its what-if, or start a run of it."""
    version = store.newest_version(key)
    if version is None:
        raise Http404
    found = store.procedure_of(version)
    if visit.request.method == "POST":
        return _start(visit, found)
    known, initial = _known(visit, found)
    if visit.request.htmx and visit.request.htmx.target == "whatif":  # type: ignore[attr-defined]
        return visit.draw("procedure/whatif.html", _whatif(visit, found, known))
    form = start_form(found, known, for_others=may_open_for(visit.roles), initial=initial)
    return _page(visit, found, form, known)


def _known(visit: Visit, found: Procedure) -> tuple[Known, dict[str, str]]:
    """Read what the address tells; what cannot be read is shown as it was typed."""
    values: dict[str, Any] = {}
    typed: dict[str, str] = {}
    for key, one in found.field_by_key.items():
        raw = visit.request.GET.getlist(key)
        if not any(raw):
            continue
        try:
            values[key] = read_field(one, raw if one.many else raw[0])
        except Problem:
            typed[key] = "\n".join(raw) if one.many else raw[0]
    return Known(visit.tenant, visit.user.email, visit.now, values), typed


def _whatif(visit: Visit, found: Procedure, known: Known) -> dict[str, Any]:
    href = reverse("procedure", args=[visit.tenant.slug, found.key])
    return {"asked": ask_on_page(visit, found, known), "whatif_action": href}


def _page(
    visit: Visit,
    found: Procedure,
    form: ValuesForm,
    known: Known,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    first = found.steps[0]
    slug = visit.tenant.slug
    context = {
        "procedure": {
            "key": found.key,
            "title": say(found.title),
            "summary": say(found.summary),
            "question": found.question,
            "answer": found.answer,
        },
        "crumbs": [
            {"label": _("Procedures"), "href": reverse("procedure_list", args=[slug])},
            {"label": say(found.title)},
        ],
        "steps": outline(found),
        "first": {"title": say(first.title), "text": say(first.text)},
        "may_open": may_open(visit.roles, found),
        "openers": who(found.openers),
        "form": form,
        "parent": _parent(visit),
        "told": told_items(found, _told(visit, known)),
        "slots": slots_today(visit.tenant, found, visit.now),
        "related": [procedure_card(one, slug) for one in _related(found)],
        **_whatif(visit, found, known),
        **more,
    }
    return visit.draw("procedure/page.html", context, status)


def _told(visit: Visit, known: Known) -> dict[str, tuple[str, ...]]:
    """Return what the search told; a what-if in the address told nothing."""
    if "at" in visit.request.GET:
        return {}
    return {key: tuple(visit.request.GET.getlist(key)) for key in known.values}


def _related(found: Procedure) -> list[Procedure]:
    versions = [store.newest_version(key) for key in found.related]
    return [store.procedure_of(version) for version in versions if version is not None]


def _parent(visit: Visit) -> Run | None:
    """Return the run from which this one was offered, if this person may see it."""
    reference = visit.request.POST.get("parent") or visit.request.GET.get("parent", "")
    if not reference or len(reference) > 24:
        return None
    return runs_of(visit.user, visit.tenant, visit.roles).filter(reference=reference).first()


def _start(visit: Visit, found: Procedure) -> HttpResponse:
    """Open a run with what was typed, or join the one that collects."""
    known = Known(visit.tenant, visit.user.email, visit.now)
    others = may_open_for(visit.roles)
    form = start_form(found, known, for_others=others, data=visit.request.POST)
    parent = _parent(visit)
    if parent is None and visit.request.POST.get("parent"):
        # Only another's run, or none, is named by somebody who cannot see it.
        raise Http404
    outcome = start(visit, found, form, parent=parent)
    if isinstance(outcome, NotStarted):
        page = _page(visit, found, form, known, status=outcome.status, **outcome.told)
        if outcome.status == 503:
            page["Retry-After"] = "1"
        return page
    answer = redirect("run", slug=visit.tenant.slug, ref=outcome.reference)
    answer.status_code = 303
    return answer
