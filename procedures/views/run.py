"""The page of a run: what to do next, by whom, until when; and everything that happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.access import remember_roles, roles_in
from helpdesk.models import Tenant, User
from helpdesk.vendor.visits import note_view
from helpdesk.zones import zone_at
from procedures import store
from procedures.access import run_or_404, runs_of
from procedures.change import Loaded
from procedures.models import Run
from procedures.present import events, steps
from procedures.present import run as parts
from procedures.rules.wording import iso
from procedures.selectors import runs as reads
from procedures.selectors.versions import newest_versions
from procedures.views import run_actions
from procedures.views.run_forms import CameBack, Desk
from procedures.views.run_panels import panel

type View = Callable[..., HttpResponse]
type Context = dict[str, Any]
type Find = Callable[[User, str, str, datetime], tuple[Tenant, Run]]


@dataclass(frozen=True, slots=True)
class RunVisit:
    """A request about one run; the clock was read once."""

    request: HttpRequest
    user: User
    tenant: Tenant
    run: Run
    now: datetime


def found_by(find: Find) -> Callable[[View], View]:
    """Return what hands a view the run that ``find`` answers with, or its 404.

    Times are the tenant's.
    """

    def hand(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, slug: str, ref: str, **kw: Any) -> HttpResponse:
            user, now = request.user, timezone.now()
            assert isinstance(user, User)
            tenant, run = find(user, slug, ref, now)
            note_view(request, run.visit_id, now)  # type: ignore[attr-defined]
            with timezone.override(zone_at(tenant, now)):
                return view(RunVisit(request, user, tenant, run, now), **kw)

        return answer

    return hand


# Hands a view its run, or answers 404.
of_run = found_by(run_or_404)


@require_safe
@of_run
def run_page(visit: RunVisit) -> HttpResponse:
    """Show a run."""
    return draw(visit)


def load(visit: RunVisit) -> Loaded:
    """Read the run as it is now, with all that its gates need."""
    procedure = store.procedure_of(visit.run.version_id)
    needs = store.needs_of(procedure.steps) | {"people", "names"}
    ask = store.Ask(actor_id=visit.user.pk, needs=needs)
    return store.read(visit.run, ask, visit.now).loaded


def draw(
    visit: RunVisit,
    back: CameBack | None = None,
    status: int = 200,
    template: str = "run/page.html",
    loaded: Loaded | None = None,
) -> HttpResponse:
    """Draw the page, or its live part; ``back`` is a command that was not carried out."""
    loaded = loaded or load(visit)
    remember_roles(visit.request, loaded.actor.roles)
    context = context_of(visit, loaded, back)
    return render(visit.request, template, context, status=status)


def context_of(visit: RunVisit, loaded: Loaded, back: CameBack | None) -> Context:
    """Gather everything that the templates draw."""
    desk = Desk(loaded, visit.tenant, visit.now, back)
    history = reads.history(loaded.run.stream)
    views = steps.views_of(loaded, visit.now)
    chosen = _shown_first(views, back)
    others = [view for view in views if (view.ready or view.revivable) and view is not chosen]
    slug = visit.tenant.slug
    edit = visit.request.GET.get("edit", "")
    return {
        "tenant": visit.tenant,
        "now": visit.now,
        "run": loaded.run,
        "head": parts.head(loaded, visit.run.requester.get_full_name(), slug, visit.now),
        "left_note": parts.left_note(
            loaded,
            visit.run.requester.get_full_name(),
            left=visit.run.requester_left,  # type: ignore[attr-defined]
        ),
        "crumbs": _crumbs(slug, loaded.run.reference),
        "stages": parts.stages(loaded, views),
        "next": panel(desk, chosen) if chosen else None,
        "others": [panel(desk, view) for view in others],
        "steps": steps.step_rows(
            views, loaded, chosen.step.key if chosen else "", events.told_of_rounds(history)
        ),
        "values": parts.value_rows(loaded, slug),
        "amend": run_actions.amend_part(desk, edit),
        "extras": run_actions.run_extras(desk, _owned(loaded)),
        "timeline": events.timeline(
            loaded.procedure, history, reads.refusal_counts(loaded.run.stream)
        ),
        "back": back,
        "live": _live_url(visit, loaded, views, edit),
        "page": reverse("run", args=[slug, loaded.run.reference]),
        **_links(visit, loaded),
    }


def _shown_first(views: list[steps.StepView], back: CameBack | None) -> steps.StepView | None:
    """Show the step whose form came back; else the one next step."""
    if back and back.step:
        for view in views:
            if view.step.key == back.step and (view.ready or view.revivable):
                return view
    return steps.next_of(views)


def _crumbs(slug: str, reference: str) -> list[dict[str, str]]:
    return [
        {"label": _("Runs"), "href": reverse("run_list", args=[slug])},
        {"label": reference, "href": ""},
    ]


def _owned(loaded: Loaded) -> dict[str, int | None]:
    """Say who added which row, while a run still collects."""
    collects = any(held.until.startswith("step:") for held in loaded.claims)
    joins = loaded.procedure.joins
    return store.row_owners(loaded) if joins and collects and loaded.run.state == "open" else {}


def _links(visit: RunVisit, loaded: Loaded) -> Context:
    roles = loaded.actor.roles or roles_in(visit.user, visit.tenant, visit.now)
    visible = runs_of(visit.user, visit.tenant, roles)
    related: list[dict[str, Any]] = []
    if loaded.procedure.related and loaded.run.state == "open":
        related = parts.related(loaded, newest_versions(), visit.tenant.slug)
    return {
        "linked": parts.linked(reads.linked_runs(loaded.run, visible), visit.tenant.slug),
        "related": related,
    }


def _live_url(visit: RunVisit, loaded: Loaded, views: list[steps.StepView], edit: str) -> str:
    """Return where the page asks for news: after which event, and when an answer changes."""
    url = reverse("run_live", args=[visit.tenant.slug, loaded.run.reference])
    url += f"?seen={loaded.run.event_number}"
    turns = [at for view in views for one in view.judged for at in _turns(one.verdict)]
    turns += [due.due_at for due in loaded.deadlines if due.state == "pending"]
    coming = min((at for at in turns if at > visit.now), default=None)
    if coming:
        url += f"&until={iso(coming)}"
    return f"{url}&edit={edit}" if edit in loaded.procedure.field_by_key else url


def _turns(verdict: Any) -> list[datetime]:
    return [at for at in (verdict.opens_at, verdict.closes_at) if at]
