"""The queue: every ticket of the companies served, filtered, what is due first."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.vendor.standing import Sitting, vendor_page
from procedures import store
from procedures.present.language import say
from procedures.selectors.versions import newest_versions
from tickets.queue import present, saved
from tickets.queue.asked import Asked
from tickets.queue.counting import LIMIT
from tickets.queue.forms import QueueFilter, SaveViewForm, ViewNameForm
from tickets.queue.holders import serving_any
from tickets.queue.models import SavedView
from tickets.queue.order import Place
from tickets.queue.reading import page_of
from tickets.queue.scope import Scope, scope_of

# Everybody's own views, before those that somebody saved.
OWN = (
    Asked(),
    Asked(assignee="me"),
    Asked(assignee="nobody"),
    Asked(waiting="vendor"),
    Asked(due="overdue"),
)
_PEOPLE = 200


@require_safe
@vendor_page("ticket.see_queue")
def ticket_queue(sitting: Sitting) -> HttpResponse:
    """Show a page of the queue."""
    return draw_queue(sitting)


def draw_queue(
    sitting: Sitting,
    *,
    asked: Asked | None = None,
    save_form: SaveViewForm | None = None,
    name_form: ViewNameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the queue; a form about a view that came back stands in its place."""
    scope = scope_of(sitting.user, sitting.roles, sitting.now)
    views = saved.views_of(sitting.user)
    asked = asked or _asked(sitting, views)
    others = [*OWN, *(Asked.parse(view.query) for view in views)]
    places = {key: Place.read(sitting.request.GET.get(key, "")) for key in ("after", "before")}
    page = page_of(scope, asked, others, **places)
    form = _filter(scope, asked)
    here = reverse("ticket_queue")
    shown = next((view for view in views if Asked.parse(view.query) == asked), None)
    context = {
        "form": form,
        "here": here,
        "asked": asked,
        "query": asked.query,
        "cards": [present.card(row, scope) for row in page.rows],
        "count": _count(page.counts[0] or 0),
        "active": _active(form, asked, here),
        "tabs": _tabs(asked, views, page.counts[1:], here),
        "newer_url": _url(here, asked, "before", page.before),
        "older_url": _url(here, asked, "after", page.after),
        "serves_any": bool(scope.served),
        "shown": shown,
        "save_form": save_form or _save_form(asked),
        "name_form": name_form or ViewNameForm(initial={"name": shown.name if shown else ""}),
        "more_open": bool(set(asked.filters) - {"q"}) or asked.sort != "due",
    }
    return sitting.draw("tickets/queue/page.html", context, status=status)


def _asked(sitting: Sitting, views: list[SavedView]) -> Asked:
    """Return what the address asks for; a bare one begins with the person's own first view."""
    given = sitting.request.GET
    if not given:
        first = next((view for view in views if view.is_default), None)
        if first is not None:
            return Asked.parse(first.query)
    return Asked.read(given)


def _filter(scope: Scope, asked: Asked) -> QueueFilter:
    found = [store.procedure_of(pk) for pk in newest_versions()]
    procedures = [(one.key, say(one.title)) for one in found]
    among = None if scope.everything else list(scope.served)
    people = list(serving_any(among, scope.now)[:_PEOPLE])
    form = QueueFilter(asked, scope, procedures, people)
    form.is_valid()
    return form


def _save_form(asked: Asked) -> SaveViewForm:
    return SaveViewForm(initial={"query": asked.query}, auto_id="save_%s")


def _tabs(
    asked: Asked, views: list[SavedView], counts: list[int | None], here: str
) -> list[dict[str, Any]]:
    words = (_("All open"), _("Mine"), _("Unassigned"), _("Waits for us"), _("Overdue"))
    named = [*zip(words, OWN, strict=True)]
    named += [(view.name, Asked.parse(view.query)) for view in views]
    return [
        {
            "label": word,
            "href": f"{here}?{one.query or 'state=open'}",
            "current": one == asked,
            "count": f"{LIMIT:,}+" if count is not None and count > LIMIT else count,
        }
        for (word, one), count in zip(named, counts, strict=True)
    ]


def _active(form: QueueFilter, asked: Asked, here: str) -> list[dict[str, str]]:
    """List the filters in force, each with the address of the queue without it."""
    active = []
    for name, value in asked.filters.items():
        label = value if name == "q" else form.word(name, value)
        href = f"{here}?{asked.without(name).query or 'state=open'}"
        active.append({"label": label, "href": href})
    return active


def _url(here: str, asked: Asked, key: str, place: Place | None) -> str:
    if place is None:
        return ""
    begun = f"{asked.query}&" if asked.query else ""
    return f"{here}?{begun}{urlencode({key: str(place)})}"


def _count(count: int) -> str:
    if count > LIMIT:
        return _("more than %(count)s tickets") % {"count": f"{LIMIT:,}"}
    return _("%(count)s tickets") % {"count": count}
