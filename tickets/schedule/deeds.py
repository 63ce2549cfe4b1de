"""What can be done about a date: which of it this person may do now, and the form of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk import permissions
from procedures import engine
from procedures.decide.shared import seen_digest
from procedures.forms.values import CommandForm, ValuesForm
from procedures.views.run_forms import CameBack
from tickets.schedule.board import Board
from tickets.schedule.forms import (
    AgreeForm,
    ConfirmForm,
    CounterForm,
    ProposeForm,
    ReasonForm,
    span_on,
    window_form,
)

type Part = dict[str, Any]
COUNTER = ("counter_start", "counter_end")
PROPOSED = ("work_start", "work_end")


@dataclass(frozen=True, slots=True)
class Deed:
    """A command about a date: its engine function, the step it is about, what it hands over."""

    send: Callable[..., engine.Result]
    step: str
    read: Callable[[Any], Mapping[str, Any]]


def _complete(step: str) -> Callable[[Any], Mapping[str, Any]]:
    def read(form: Any) -> Mapping[str, Any]:
        given = form.cleaned_data
        values = form.raw if isinstance(form, ValuesForm) else {}
        told = {"acknowledgement": given["acknowledgement"], "seen": given["seen"]}
        return {"step": step, "values": values, **told}

    return read


def _back(way: str) -> Callable[[Any], Mapping[str, Any]]:
    def read(form: Any) -> Mapping[str, Any]:
        told = {"way": way, "reason": form.cleaned_data["reason"]}
        return {**told, "values": form.raw} if isinstance(form, ValuesForm) else told

    return read


DEEDS: Mapping[str, Deed] = {
    "propose": Deed(engine.complete_step, "propose", _complete("propose")),
    "counter": Deed(engine.go_back, "propose", _back("counter")),
    "agree": Deed(
        engine.approve,
        "agree",
        lambda form: {
            "step": "agree",
            "note": form.cleaned_data["note"],
            "seen": form.cleaned_data["seen"],
        },
    ),
    "confirm": Deed(engine.complete_step, "confirm_schedule", _complete("confirm_schedule")),
    "reschedule": Deed(engine.go_back, "confirm_schedule", _back("reschedule")),
    "reconfirm": Deed(
        engine.reconfirm,
        "confirm_schedule",
        lambda form: {"step": "confirm_schedule", "reason": form.cleaned_data["reason"]},
    ),
}


def offered(board: Board) -> list[str]:
    """List what this person may do now, what is to be done first at the front."""
    found = [
        key
        for key in ("agree", "confirm", "propose")
        if board.views[DEEDS[key].step].ready and board.views[DEEDS[key].step].mine
    ]
    found += [key for key in ("counter", "reschedule") if board.way(key)]
    if board.affected and board.affected.confirmed and may_reconfirm(board):
        found.insert(0, "reconfirm")
    return found


def may_reconfirm(board: Board) -> bool:
    """Say whether this person stands by a date after the calendar has changed."""
    return permissions.may(board.loaded.actor.roles, "run.reconfirm", _performs(board))


def _performs(board: Board) -> tuple[str, ...]:
    roles = board.loaded.procedure.step_by_key["confirm_schedule"].roles
    return () if board.loaded.actor.roles.isdisjoint(roles) else ("step_role",)


def make_form(
    board: Board,
    key: str,
    data: Mapping[str, Any] | None = None,
    day: date | None = None,
) -> CommandForm:
    """Make the form of a deed, bound to what was typed, or as the chosen day fills it."""
    step = board.loaded.procedure.step_by_key[DEEDS[key].step]
    seen = seen_digest(step, board.loaded.values)
    marks = {"seen": seen, "number": board.loaded.run.event_number}
    auto_id = f"{key}-%s"
    if key in {"propose", "counter"}:
        base: type[ValuesForm] = ProposeForm if key == "propose" else CounterForm
        names = step.fields if key == "propose" else COUNTER
        initial = marks | (_filled(board, key, day) if data is None else {})
        return window_form(
            base, board.desk.known, board.loaded.procedure, names,
            data=data, initial=initial, auto_id=auto_id,
        )  # fmt: skip
    kinds: Mapping[str, type[CommandForm]] = {"agree": AgreeForm, "confirm": ConfirmForm}
    form = kinds.get(key, ReasonForm)(data, initial=marks, auto_id=auto_id)
    if isinstance(form, ConfirmForm) and not board.standing_clashes():
        form.without_collision()
    return form


def _filled(board: Board, key: str, day: date | None) -> Part:
    """Start with the chosen day; else with the window that is talked about."""
    names = PROPOSED if key == "propose" else COUNTER
    facts = board.loaded.facts
    if day is not None:
        span = span_on(day, board.loaded.procedure, facts.values, board.window, facts.zone)
        return dict(zip(names, span, strict=True))
    if board.window is not None and board.window.stands:
        return dict(zip(names, (board.window.start, board.window.end), strict=True))
    return {}


def parts(board: Board, back: CameBack | None, day: date | None) -> list[Part]:
    """Shape the forms for the page, the first of them the one obvious next step."""
    shown = []
    keys = offered(board)
    if back and back.form and back.command not in keys:
        # Somebody was faster; what was typed is shown all the same.
        keys.append(back.command)
    for place, key in enumerate(keys):
        came = back if back and back.command == key else None
        form = came.form if came and came.form else make_form(board, key, day=day)
        shown.append(
            {
                "key": key,
                "form": form,
                "action": address(board, key),
                "first": place == 0,
                "open": came is not None or (day is not None and key in {"propose", "counter"}),
                "look": key in {"propose", "counter"},
                **_texts(key),
            }
        )
    # What came back stands first, so that nobody has to look for it.
    return sorted(shown, key=lambda part: part["key"] != (back.command if back else ""))


def address(board: Board, key: str) -> str:
    """Return where a deed is sent."""
    where = [board.visit.tenant.slug, board.loaded.run.reference, key]
    return reverse("run_schedule_command", args=where)


def _texts(key: str) -> Part:
    label, text, icon = {
        "propose": (
            _("Propose a window"),
            _("Only a proposal: the company answers, and nothing is settled by it."),
            "calendar-plus",
        ),
        "counter": (
            _("Propose another date"),
            _("Say when it would suit you better, and why. Support answers with a proposal."),
            "calendar-sync",
        ),
        "agree": (
            _("Agree to this window"),
            _("Mail is out of service in it. Support looks once more afterwards."),
            "calendar-check",
        ),
        "confirm": (
            _("Confirm the window"),
            _("With this both sides have confirmed, and the preparation time begins."),
            "calendar-check-2",
        ),
        "reschedule": (
            _("Reschedule"),
            _("The window no longer stands. The day received stays, so nothing is counted anew."),
            "calendar-x",
        ),
        "reconfirm": (
            _("Confirm again under the new calendar"),
            _("The date stays as it is; what the rules say now is recorded with your reason."),
            "calendar-check",
        ),
    }[key]
    return {"label": label, "text": text, "icon": icon, "submit": label}
