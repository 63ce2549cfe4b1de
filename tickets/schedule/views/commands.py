"""Commands about a date: each goes to the engine once; what it answers is shown on the page."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procedures import engine
from procedures.change import InvalidInput, NotPossible
from procedures.decide.shared import read_field, seen_digest
from procedures.definition import worst
from procedures.forms.values import ValuesForm
from procedures.present.events import changed_since
from procedures.present.verdicts import judged_cards, problem_reason, refusal_reason
from procedures.rules.values import Problem
from procedures.selectors.runs import history
from procedures.views.commands import SeeOther
from procedures.views.probe import look_up_if_needed
from procedures.views.run_forms import CameBack
from tickets.conversation import stream
from tickets.page import RunVisit, of_run
from tickets.schedule import shown
from tickets.schedule.board import Board, board_of
from tickets.schedule.days import judge_window
from tickets.schedule.deeds import COUNTER, DEEDS, PROPOSED, make_form
from tickets.schedule.forms import ConfirmForm
from tickets.schedule.views.page import draw


@require_POST
@of_run
def run_schedule_command(visit: RunVisit, command: str) -> HttpResponse:
    """Propose, counter, agree, confirm, reschedule, confirm again; or only look."""
    if command not in DEEDS:
        raise Http404
    board = board_of(visit)
    if command == "confirm":
        look_up_if_needed(visit, board.loaded.procedure.step_by_key["confirm_schedule"])
    form = make_form(board, command, visit.request.POST)
    back = CameBack(command, DEEDS[command].step, "", form)
    if not form.is_valid():
        return _again(board, back, 422)
    if "look" in visit.request.POST and isinstance(form, ValuesForm):
        return _look(board, back, form)
    return _send(visit, board, back)


def _look(board: Board, back: CameBack, form: ValuesForm) -> HttpResponse:
    """Judge the typed window as the confirmation would, and write nothing."""
    names = COUNTER if back.command == "counter" else PROPOSED
    fields = board.loaded.procedure.field_by_key
    span: list[Any] = []
    for name in names:
        try:
            span.append(read_field(fields[name], form.raw.get(name)))
        except Problem as problem:
            form.add_error(name, problem_reason(problem))
    if form.errors:
        return _again(board, back, 422)
    start, end = span
    facts = board.loaded.facts
    judged = judge_window(board.loaded.procedure, facts, start, end)
    back.cards = judged_cards(judged)
    back.title = _("What would be answered at the confirmation. Nothing was sent.")
    back.lines = [] if end <= start else shown.clash_words(board, board.clashes(start, end))
    return _again(board, back, 200)


def _send(visit: RunVisit, board: Board, back: CameBack) -> HttpResponse:
    """Ask the engine; lead on when it is done, else show why not with the form as typed."""
    form, deed = back.form, DEEDS[back.command]
    assert form is not None
    try:
        result = _give(visit, board, back, dict(deed.read(form)))
    except InvalidInput as wrong:
        if isinstance(form, ValuesForm):
            form.add_problems(wrong.problems)
        return _again(board, back, 422)
    except NotPossible as error:
        return _not_possible(visit, back, error)
    except engine.SubmissionReused:
        back.text = _("This form was sent before with other content. Look, then send it again.")
        return _again(board, back, 422)
    except engine.Busy:
        back.text = _("Many people are writing at once. Please send it again in a moment.")
        response = draw(board, back, 503)
        response["Retry-After"] = "1"
        return response
    if not result.done:
        return _refused(visit, back, result)
    if result.repeated:
        messages.info(visit.request, _("This was sent before; here is what is stored."))
    else:
        messages.success(visit.request, _done(back.command))
    return SeeOther(reverse("run_schedule", args=[visit.tenant.slug, visit.run.reference]))


def _give(visit: RunVisit, board: Board, back: CameBack, told: dict[str, Any]) -> engine.Result:
    """Give the command, and note in the same transaction that a collision was seen."""
    form = back.form
    assert form is not None
    mark = {"now": visit.now, "submission": form.cleaned_data["submission"]}
    with transaction.atomic():
        result = DEEDS[back.command].send(visit.run, actor_id=visit.user.pk, **mark, **told)
        ticked = isinstance(form, ConfirmForm) and form.cleaned_data.get("collision_seen")
        if result.done and not result.repeated and ticked:
            body = {"clashes": [one.told() for one in board.standing_clashes()]}
            stream.record(
                visit.run, "collision.seen", body, actor=visit.user, now=visit.now, internal=True
            )
    return result


def _refused(visit: RunVisit, back: CameBack, result: engine.Result) -> HttpResponse:
    refusal = result.refusal
    assert refusal is not None
    back.cards = judged_cards(refusal.judged)
    back.text = refusal_reason(refusal)
    if refusal.code == "blocked" and worst(refusal.judged) == "blocked":
        back.title = _("Not recorded: a rule does not allow it now")
    return _again(board_of(visit), back, 422)


def _not_possible(visit: RunVisit, back: CameBack, error: NotPossible) -> HttpResponse:
    """Show that the command does not fit the ticket as it is now; what was typed stays."""
    board = board_of(visit)
    back.text = refusal_reason(error)
    number = back.form.cleaned_data.get("number") if back.form else None
    if number is not None:
        events = history(board.loaded.run.stream)
        back.lines = changed_since(board.loaded.procedure, events, number)
    return _again(board, back, 409)


def _again(board: Board, back: CameBack, status: int) -> HttpResponse:
    """Show the page with the form as typed, under a new submission id."""
    assert back.form is not None
    step = board.loaded.procedure.step_by_key[back.step]
    back.form.renew(seen_digest(step, board.loaded.values), board.loaded.run.event_number)
    return draw(board, back, status)


def _done(command: str) -> str:
    return {
        "propose": _("The proposal is sent. Nothing is settled by it."),
        "counter": _("Your date is sent to support. Nothing is settled by it."),
        "agree": _("Support is told that the company agrees. Support looks once more."),
        "confirm": _("Both sides have confirmed the window."),
        "reschedule": _("The window no longer stands. The day received stays as it is."),
        "reconfirm": _("Confirmed again. No date has changed."),
    }[command]
