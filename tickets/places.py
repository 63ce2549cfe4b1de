"""The pages of one ticket side by side: the run itself, its schedule, DNS, outage."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from procedures.models import Run


@dataclass(frozen=True, slots=True)
class Place:
    """A page about a run: its route (slug, ref), its word, and of which procedures it is."""

    route: str
    label: str | Promise
    procedures: frozenset[str]


_places: list[Place] = []


def register(place: Place) -> None:
    """Add a page; asked once for each, when the app is ready."""
    if place not in _places:
        _places.append(place)


def places_of(request: HttpRequest, run: Run, slug: str, first: str | Promise) -> list[Any]:
    """Shape the pages of a run for the tabs; none where the run has only its own page."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    others = [one for one in _places if run.procedure in one.procedures]
    if not others:
        return []
    pages = [Place("run", first, frozenset()), *others]
    return [
        {
            "label": one.label,
            "href": reverse(one.route, args=[slug, run.reference]),
            "current": here == one.route or (one.route == "run" and here == "run_live"),
        }
        for one in pages
    ]
