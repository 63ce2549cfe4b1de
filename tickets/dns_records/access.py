"""Which runs have a page of their DNS, which domains it shows, and who may look now."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from procedures.change import Loaded
from procedures.decide.who import may
from procedures.definition import Procedure, Step
from procedures.views.run import RunVisit, of_run

PROCEDURES = frozenset({"domain_change", "godomall_mx"})
# A look at more would not be done in its three seconds.
MOST_DOMAINS = 12


def of_dns(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand a view a run with domains, or answer 404 as for a run that does not exist."""

    @of_run
    @wraps(view)
    def answer(visit: RunVisit, **kw: Any) -> HttpResponse:
        if visit.run.procedure not in PROCEDURES:
            raise Http404
        return view(visit, **kw)

    return answer


def probed_step(procedure: Procedure) -> Step:
    """Return the first step that rests on the MX; its fields name the domains."""
    return next(step for step in procedure.steps if step.probe == "mx")


def lookers(procedure: Procedure) -> tuple[str, ...]:
    """Name the roles that set or check the DNS in this procedure."""
    steps = [step for step in procedure.steps if step.probe or step.stage == "dns"]
    return tuple(dict.fromkeys(role for step in steps for role in step.roles))


def may_look(loaded: Loaded) -> bool:
    """Say whether the actor may look at the DNS now: while the run is open."""
    return loaded.run.state == "open" and may(loaded, "run.look_up", lookers(loaded.procedure))


def domains_named(procedure: Procedure, values: Any) -> list[str]:
    """List the domains of a run, the first ones of too many."""
    named: list[str] = []
    for key in probed_step(procedure).probe_fields:
        value = values.get(key)
        named += value if isinstance(value, list | tuple) else [value] if value else []
    return first_ones(named)


def first_ones(domains: Iterable[str]) -> list[str]:
    """Leave out what comes twice, and what is too much for one look."""
    return list(dict.fromkeys(domains))[:MOST_DOMAINS]
