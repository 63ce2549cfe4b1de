"""The window: one live page for everybody who sees the run, from the fixed date to the end."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.access import remember_roles
from helpdesk.middleware import in_background
from procedures import engine
from procedures.change import InvalidInput, Loaded, NotPossible
from procedures.forms.steps import ReasonForm
from procedures.present import run as parts
from procedures.present import steps
from procedures.present.language import say
from procedures.present.verdicts import problem_reason, refusal_reason
from procedures.rules.values import Problem, parse_datetime
from procedures.rules.wording import iso
from procedures.views.commands import SeeOther
from procedures.views.run import RunVisit
from procedures.views.run_forms import Desk
from procedures.views.run_panels import panel
from tickets import page
from tickets.outage import present, rollback
from tickets.outage.access import of_change
from tickets.outage.state import Window, window_of

# The steps of the window, in the order in which somebody presses them.
PRESSED = ("start_work", "stabilise", "resume")
_NEVER = datetime.max.replace(tzinfo=UTC)
_REDRAWN_EVERY = timedelta(minutes=1)


@require_safe
@of_change
def window_page(visit: RunVisit) -> HttpResponse:
    """Show the window."""
    return _draw(visit, page.load(visit))


@in_background
@require_safe
@of_change
def window_live(visit: RunVisit) -> HttpResponse:
    """Answer 204 until something happened, or what the page says has changed with time."""
    asked = visit.request.GET
    unchanged = asked.get("seen") == str(visit.run.event_number)
    if unchanged and visit.now <= _until(asked.get("until", "")):
        return HttpResponse(status=204)
    loaded = page.load(visit)
    remember_roles(visit.request, loaded.actor.roles)
    context = context_of(visit, loaded) | {"tenant": visit.tenant, "now": visit.now}
    return render(visit.request, "tickets/outage/live.html", context)


@require_POST
@of_change
def roll_back(visit: RunVisit) -> HttpResponse:
    """Roll back, with a reason; whatever cannot be done is said where it was asked."""
    loaded = page.load(visit)
    form = ReasonForm(visit.request.POST, auto_id="rollback-%s")
    if not form.is_valid():
        return _draw(visit, loaded, form, status=422)
    try:
        result = rollback.roll_back(
            visit.run,
            actor=visit.user,
            reason=form.cleaned_data["reason"],
            now=visit.now,
            submission=form.cleaned_data["submission"],
        )
    except NotPossible as error:
        return _again(visit, form, refusal_reason(error), 409)
    except InvalidInput as wrong:
        return _again(visit, form, " ".join(map(problem_reason, wrong.problems.values())), 422)
    except engine.SubmissionReused:
        text = _("This form was sent before with other content. Look, then send it again.")
        return _again(visit, form, text, 422)
    except engine.Busy:
        text = _("Many people are writing at once. Please send it again in a moment.")
        return _again(visit, form, text, 503)
    if not result.done:
        assert result.refusal is not None
        return _again(visit, form, refusal_reason(result.refusal), 422)
    if not result.repeated:
        messages.success(visit.request, _("Rolled back: service is resumed on the old domain."))
    return SeeOther(_address("outage_window", visit))


def _again(visit: RunVisit, form: ReasonForm, text: str, status: int) -> HttpResponse:
    form.add_error(None, text)
    form.renew()
    return _draw(visit, page.load(visit), form, status=status)


def _draw(
    visit: RunVisit, loaded: Loaded, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    context = context_of(visit, loaded, form)
    return page.draw(visit, loaded, "tickets/outage/window.html", context, _("Window"), status)


def context_of(visit: RunVisit, loaded: Loaded, form: ReasonForm | None = None) -> dict[str, Any]:
    """Gather what the window shows."""
    window = window_of(loaded, visit.now)
    views = steps.views_of(loaded, visit.now)
    here = _address("outage_window", visit)
    pressed = [view for view in views if view.step.key in PRESSED and view.ready]
    shown = [panel(Desk(loaded, visit.tenant, visit.now), view) for view in pressed]
    for one in shown:
        if one.get("action"):
            one["action"] = f"{one['action']}?next={here}"
        if one.get("probe", {}).get("action"):
            one["probe"]["action"] += f"?next={here}"
        # Who is out of service looks for the button, not for what else could be done.
        one["extras"] = []
    waiting = [view for view in views if view.ready and view.step.key not in PRESSED]
    may = rollback.may_roll_back(loaded)
    return {
        "run": loaded.run,
        "window": window,
        "headline": present.headline(window),
        "clocks": present.clocks(window),
        "overrun": present.overrun(window),
        "facts": present.facts(window),
        "bar": present.bar(window),
        "workers": present.workers(loaded),
        "stages": parts.stages(loaded, views),
        "pressed": shown,
        "waiting": [_waits(view) for view in waiting],
        "rollback": (form or ReasonForm(auto_id="rollback-%s")) if may else None,
        "rollback_action": _address("outage_rollback", visit) if may else "",
        "plan": loaded.values.get("rollback_plan", ""),
        "run_page": reverse("run", args=[visit.tenant.slug, loaded.run.reference]),
        "window_page": here,
        "window_live": _live(visit, window, views, loaded),
    }


def _waits(view: steps.StepView) -> dict[str, Any]:
    """Say which step waits for whom."""
    return {"title": say(view.step.title), "who": view.who, "mine": view.mine}


def _address(name: str, visit: RunVisit) -> str:
    return reverse(name, args=[visit.tenant.slug, visit.run.reference])


def _live(visit: RunVisit, window: Window, views: list[steps.StepView], loaded: Loaded) -> str:
    """Return where the page asks for news: after which event, and when it changes by itself."""
    turns = window.turns + [due.due_at for due in loaded.deadlines if due.state == "pending"]
    turns += [
        at
        for view in views
        if view.step.key in PRESSED and view.ready
        for one in view.judged
        for at in (one.verdict.opens_at, one.verdict.closes_at)
        if at
    ]
    if window.is_out:
        # The bar grows.
        turns.append(visit.now + _REDRAWN_EVERY)
    coming = min((at for at in turns if at > visit.now), default=None)
    url = f"{_address('outage_live', visit)}?seen={loaded.run.event_number}"
    return f"{url}&until={iso(coming)}" if coming else url


def _until(typed: str) -> datetime:
    try:
        return parse_datetime(typed)
    except Problem:
        return _NEVER
