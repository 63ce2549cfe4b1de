"""Which runs have a window: changes of a domain; any other run has no such page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from procedures.views.run import RunVisit, of_run

PROCEDURES = frozenset({"domain_change"})


def of_change(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand a view its change of domain, or answer 404 as for a run that does not exist."""

    @of_run
    @wraps(view)
    def answer(visit: RunVisit, **kw: Any) -> HttpResponse:
        if visit.run.procedure not in PROCEDURES:
            raise Http404
        return view(visit, **kw)

    return answer
