"""The frame that the pages of one ticket share: head, way back, tabs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.access import remember_roles
from procedures.change import Loaded
from procedures.present import run as parts
from procedures.views.run import RunVisit, load, of_run

__all__ = ["RunVisit", "draw", "load", "of_run"]


def draw(
    visit: RunVisit,
    loaded: Loaded,
    template: str,
    context: dict[str, Any],
    title: str,
    status: int = 200,
) -> HttpResponse:
    """Draw a page of a ticket, whose template extends ``tickets/page.html``.

    ``title`` names it in the way back.
    """
    remember_roles(visit.request, loaded.actor.roles)
    slug, reference = visit.tenant.slug, loaded.run.reference
    page = reverse("run", args=[slug, reference])
    known = {
        "tenant": visit.tenant,
        "now": visit.now,
        "run": loaded.run,
        "roles": loaded.actor.roles,
        "head": parts.head(loaded, visit.run.requester.get_full_name(), slug, visit.now),
        "place": title,
        "run_page": page,
        "crumbs": [
            {"label": _("Runs"), "href": reverse("run_list", args=[slug])},
            {"label": reference, "href": page},
            {"label": title, "href": ""},
        ],
    }
    return render(visit.request, template, known | context, status=status)
