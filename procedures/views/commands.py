"""Commands about a run: each is sent to the engine once, and what it answers is shown."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.redirects import local_or
from procedures import engine
from procedures.change import InvalidInput, Loaded, NotPossible
from procedures.decide.shared import seen_digest
from procedures.definition import Procedure, Step, worst
from procedures.forms.steps import (
    ChosenForm,
    DeclareForm,
    IncidentForm,
    NoteForm,
    OverrideForm,
    ReasonForm,
    ReopenForm,
    StepForm,
)
from procedures.forms.values import CommandForm, Known, ValuesForm, values_form
from procedures.present.events import changed_since
from procedures.present.language import say
from procedures.present.verdicts import judged_cards, refusal_reason
from procedures.selectors.runs import history
from procedures.store import procedure_of
from procedures.views.beforehand import what_first
from procedures.views.probe import look_up, look_up_if_needed
from procedures.views.run import RunVisit, draw, load, of_run
from procedures.views.run_actions import make_amend_form, make_back_form
from procedures.views.run_forms import CameBack, Desk

type Send = Callable[..., engine.Result]
type Kw = dict[str, Any]


class SeeOther(HttpResponseRedirect):
    """Lead on by GET, so that reloading sends nothing again."""

    status_code = 303


def _complete(form: Any) -> Kw:
    given = form.cleaned_data
    kw = {name: given[name] for name in ("performed_at", "note", "acknowledgement", "seen")}
    return kw | {"values": form.raw}


def _reason(form: Any) -> Kw:
    return {"reason": form.cleaned_data["reason"]}


def _approval(form: Any) -> Kw:
    return {"note": form.cleaned_data["note"], "seen": form.cleaned_data["seen"]}


def _chosen(form: ChosenForm) -> tuple[str, ...]:
    return tuple(form.cleaned_data["chosen"])


# command -> form, engine function, what the form hands over
_STEP: Mapping[str, tuple[type[CommandForm], Send, Callable[[Any], Kw]]] = {
    "complete": (StepForm, engine.complete_step, _complete),
    "skip": (ReasonForm, engine.skip_step, _reason),
    "approve": (NoteForm, engine.approve, _approval),
    "declare": (DeclareForm, engine.approve, lambda form: _approval(form) | {"declare": True}),
    "reject": (ReasonForm, engine.reject, _reason),
    "refuse": (ReasonForm, engine.reject, lambda form: _reason(form) | {"final": True}),
    "override": (
        OverrideForm,
        engine.override,
        lambda form: _reason(form) | {"rule": form.cleaned_data["rule"]},
    ),
    "incident": (
        IncidentForm,
        engine.record_incident,
        lambda form: {name: form.cleaned_data[name] for name in ("performed_at", "note")},
    ),
}


@require_POST
@of_run
def step_command(visit: RunVisit, step: str, command: str) -> HttpResponse:
    """Complete, skip, approve, reject, override a step, or record an incident."""
    procedure = procedure_of(visit.run.version_id)
    found = procedure.step_by_key.get(step)
    if found is None:
        raise Http404
    if command == "probe":
        return look_up(visit, found)
    if command not in _STEP:
        raise Http404
    kind, send, read = _STEP[command]
    data = visit.request.POST
    if kind is StepForm:
        look_up_if_needed(visit, found)
        form: CommandForm = _step_form(visit, procedure, found)
    else:
        form = kind(data, auto_id=f"{command}-{step}-%s")
    detail = data.get("rule", "") if command == "override" else ""
    back = CameBack(command, step, detail, form)
    if kind is StepForm and (words := what_first(visit, found)):
        back.text = words
        return _show(visit, back, 422)
    title = say(found.title)
    return _send(visit, back, send, lambda: {"step": step, **read(form)}, title)


def _step_form(visit: RunVisit, procedure: Procedure, step: Step) -> ValuesForm:
    known = Known(visit.tenant, visit.user.email, visit.now)
    if any(procedure.field_by_key[key].kind == "datetime" for key in step.fields):
        # The value so far is needed, so that what was not touched keeps its parts of a second.
        known = Desk(load(visit), visit.tenant, visit.now).known
    return values_form(
        procedure, step.fields, known, base=StepForm, data=visit.request.POST,
        auto_id=f"{step.key}-%s",
    )  # fmt: skip


@require_POST
@of_run
def run_command(visit: RunVisit, command: str) -> HttpResponse:
    """Change a value, withdraw rows, go back, cancel or reopen."""
    data, asked = visit.request.POST, visit.request.GET
    if command == "amend":
        return _amend(visit, asked.get("field", ""))
    if command == "back":
        return _go_back(visit, asked.get("way", ""))
    step = asked.get("step", "")
    kinds: Mapping[str, tuple[type[CommandForm], Send, Callable[[Any], Kw]]] = {
        "withdraw": (ChosenForm, engine.withdraw_rows, lambda form: {"rows": _chosen(form)}),
        "reopen": (
            ReopenForm, engine.reopen_run, lambda form: _reason(form) | {"steps": _chosen(form)},
        ),
        "cancel": (ReasonForm, engine.cancel_run, _reason),
        "reconfirm": (
            ReasonForm, engine.reconfirm, lambda form: _reason(form) | {"step": step},
        ),
    }  # fmt: skip
    if command not in kinds:
        raise Http404
    kind, send, take = kinds[command]
    form = kind(data, auto_id=f"{command}-%s")
    if isinstance(form, ChosenForm):
        # The engine says which rows or steps may be chosen; here they only need to be words.
        form.offer("", [(value, value) for value in data.getlist("chosen")])
    return _send(visit, CameBack(command, "", "", form), send, lambda: take(form))


def _go_back(visit: RunVisit, key: str) -> HttpResponse:
    """Take a way back; one that the procedure does not have is refused by the engine."""
    ways = procedure_of(visit.run.version_id).returns
    way = next((one for one in ways if one.key == key), None)
    form: CommandForm = ReasonForm(visit.request.POST, auto_id="back-%s")
    if way is not None:
        # The value so far is needed, so that what was not touched keeps its parts of a second.
        form = make_back_form(Desk(load(visit), visit.tenant, visit.now), way, visit.request.POST)

    def read() -> Kw:
        values = form.raw if isinstance(form, ValuesForm) else {}
        return _reason(form) | {"way": key, "values": values}

    return _send(visit, CameBack("back", "", key, form), engine.go_back, read)


def _amend(visit: RunVisit, key: str) -> HttpResponse:
    if key not in procedure_of(visit.run.version_id).field_by_key:
        raise Http404
    # The value so far is needed, so that what was not touched keeps its parts of a second.
    form = make_amend_form(Desk(load(visit), visit.tenant, visit.now), key, visit.request.POST)

    def read() -> Kw:
        return {"values": form.raw, "reason": form.cleaned_data["why"]}

    return _send(visit, CameBack("amend", "", key, form), engine.amend_values, read)


def _send(
    visit: RunVisit, back: CameBack, send: Send, read: Callable[[], Kw], title: str = ""
) -> HttpResponse:
    """Ask the engine; lead on when it is done, else show why not with the form as typed."""
    form = back.form
    assert form is not None
    if not form.is_valid():
        return _show(visit, back, 422)
    submission = form.cleaned_data["submission"]
    try:
        result = send(
            visit.run, actor_id=visit.user.pk, now=visit.now, submission=submission, **read()
        )
    except InvalidInput as wrong:
        if isinstance(form, ValuesForm):
            form.add_problems(wrong.problems)
        else:
            back.text = _("At least one row must remain; cancel the run instead.")
        return _show(visit, back, 422)
    except NotPossible as error:
        return _not_possible(visit, back, error)
    except engine.SubmissionReused:
        back.text = _("This form was sent before with other content. Look, then send it again.")
        return _show(visit, back, 422)
    except engine.Busy:
        back.text = _("Many people are writing at once. Please send it again in a moment.")
        response = _show(visit, back, 503, keep=True)
        response["Retry-After"] = "1"
        return response
    if not result.done:
        return _refused(visit, back, result)
    if result.repeated:
        messages.info(visit.request, _("This was sent before; here is what is stored."))
    else:
        messages.success(visit.request, _done_words(back.command, title))
    run = reverse("run", args=[visit.tenant.slug, visit.run.reference])
    # A page beside the run's may hold the form, and is led back to.
    return SeeOther(local_or(visit.request.GET.get("next", ""), run))


def _done_words(command: str, title: str) -> str:
    words = {
        "complete": _("Recorded: %(step)s"),
        "skip": _("Skipped: %(step)s"),
        "approve": _("Approved: %(step)s"),
        "declare": _("Declared: %(step)s"),
        "reject": _("Sent back to the request."),
        "refuse": _("Refused finally."),
        "override": _("The block is overridden; the step can be done now."),
        "incident": _("The incident is recorded. The step is still to be done."),
        "amend": _("The value is changed."),
        "withdraw": _("Your rows are withdrawn."),
        "back": _("Gone back; see what is to be done again."),
        "reconfirm": _("Confirmed again. No date has changed."),
        "cancel": _("The run is cancelled."),
        "reopen": _("The run is open again."),
    }[command]
    return words % {"step": title} if "%(" in words else words


def _refused(visit: RunVisit, back: CameBack, result: engine.Result) -> HttpResponse:
    """Show a rule's no as verdict cards at the step it concerns."""
    refusal = result.refusal
    assert refusal is not None
    back.cards = judged_cards(refusal.judged)
    back.text = refusal_reason(refusal)
    if refusal.code == "blocked" and worst(refusal.judged) == "blocked":
        back.title = _("Not recorded: a rule does not allow it now")
    return _show(visit, back, 422)


def _not_possible(visit: RunVisit, back: CameBack, error: NotPossible) -> HttpResponse:
    """Show that the command does not fit the run as it is now; what was typed stays."""
    loaded = load(visit)
    back.text = refusal_reason(error)
    shown = back.form.cleaned_data.get("number") if back.form else None
    if error.code == "values_changed" and shown is not None:
        back.lines = changed_since(loaded.procedure, history(loaded.run.stream), shown)
    return _show(visit, back, 409, loaded=loaded)


def _show(
    visit: RunVisit,
    back: CameBack,
    status: int,
    *,
    keep: bool = False,
    loaded: Loaded | None = None,
) -> HttpResponse:
    loaded = loaded or load(visit)
    if back.form is not None and not keep:
        step = loaded.procedure.step_by_key.get(back.step)
        seen = seen_digest(step, loaded.values) if step else ""
        back.form.renew(seen, loaded.run.event_number)
    return draw(visit, back, status, loaded=loaded)
