"""무슨 일이 있나요? Everyday words in, the procedures that help out."""

from functools import lru_cache

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.zones import zone_at
from procedures import store
from procedures.access import runs_of
from procedures.present.finds import procedure_card
from procedures.present.run_cards import list_card
from procedures.selectors.hints import prefill, read_hints
from procedures.selectors.search import Index
from procedures.selectors.versions import newest_versions
from procedures.views.visit import Visit, tenant_page

LONGEST = 200
LONGEST_REFERENCE = 24


@lru_cache(maxsize=8)
def _index(versions: tuple[int, ...]) -> Index:
    return Index(store.procedure_of(pk) for pk in versions)


def examples() -> list[str]:
    """Return what somebody may try, in the reader's language."""
    return [
        _("A new employee cannot open e-mail"),
        _("I deleted a mail yesterday at 3 pm"),
        _("E-mail does not open in Japan"),
        _("Back up my mail of last year"),
    ]


@require_safe
@tenant_page
def search(visit: Visit) -> HttpResponse:
    """Show what fits a question, best first, with the fields that it already tells."""
    query = visit.request.GET.get("q", "")[:LONGEST].replace("\x00", "").strip()
    cards = []
    if query:
        hints = read_hints(query, visit.now, zone_at(visit.tenant, visit.now), visit.tenant.country)
        for hit in _index(newest_versions()).find(query, hints):
            told = prefill(hit.procedure, hints)
            cards.append(procedure_card(hit.procedure, visit.tenant.slug, told))
    context = {
        "q": query,
        "cards": cards,
        "runs": _runs(visit, query),
        "examples": examples(),
        "action": reverse("search", args=[visit.tenant.slug]),
    }
    return visit.draw("search/page.html", context)


def _runs(visit: Visit, query: str) -> list[dict[str, object]]:
    """Find the run whose reference was typed."""
    if not query or len(query) > LONGEST_REFERENCE or "-" not in query:
        return []
    found = runs_of(visit.user, visit.tenant, visit.roles).filter(reference__iexact=query)
    return [list_card(run, visit.tenant.slug) for run in found.select_related("requester")[:1]]
