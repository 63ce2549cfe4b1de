"""The history of a run as a timeline: each event in words, with its numbers."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from procedures.definition import Procedure
from procedures.present.language import language, say
from procedures.present.values import label, stored_word
from procedures.present.verdicts import stored_opening, stored_reason, stored_refusal
from procedures.rules.base import Text
from procedures.selectors.runs import Happened

type Body = Mapping[str, Any]
type Row = dict[str, Any]

_TONES: Mapping[str, tuple[str, str]] = {
    "run.opened": ("info", "circle-play"),
    "step.completed": ("ok", "circle-check-big"),
    "step.skipped": ("quiet", "circle-chevron-right"),
    "step.refused": ("stop", "octagon-x"),
    "step.returned": ("caution", "undo-2"),
    "step.reconfirmed": ("info", "calendar-sync"),
    "approval.granted": ("ok", "circle-check-big"),
    "approval.declared": ("caution", "triangle-alert"),
    "approval.rejected": ("stop", "circle-x"),
    "caution.acknowledged": ("caution", "triangle-alert"),
    "gate.overridden": ("caution", "triangle-alert"),
    "values.amended": ("info", "pencil"),
    "run.joined": ("info", "user-round"),
    "rows.withdrawn": ("info", "undo-2"),
    "run.completed": ("ok", "circle-check-big"),
    "run.cancelled": ("quiet", "circle-slash"),
    "run.reopened": ("caution", "rotate-cw"),
    "run.expired": ("stop", "timer-off"),
    "incident.recorded": ("stop", "octagon-x"),
    "deadline.reminded": ("wait", "bell"),
    "deadline.overrun": ("stop", "alarm-clock-off"),
    "body.erased": ("quiet", "eraser"),
}


_BY_TIME = frozenset({"deadline.reminded", "deadline.overrun", "run.expired"})


def _titles() -> Mapping[str, str]:
    return {
        "run.opened": _("Run opened"),
        "step.completed": _("Step completed: %(step)s"),
        "step.skipped": _("Step skipped: %(step)s"),
        "step.refused": _("Step refused: %(step)s"),
        "step.returned": _("Taken back: %(step)s"),
        "step.reconfirmed": _("Confirmed again: %(step)s"),
        "approval.granted": _("Approved: %(step)s"),
        "approval.declared": _("Declared instead of an approval: %(step)s"),
        "approval.rejected": _("Rejected: %(step)s"),
        "caution.acknowledged": _("Caution noted: %(step)s"),
        "gate.overridden": _("Block overridden: %(step)s"),
        "values.amended": _("Values changed"),
        "run.joined": _("Another request joined"),
        "rows.withdrawn": _("Rows withdrawn"),
        "run.completed": _("Run completed"),
        "run.cancelled": _("Run cancelled"),
        "run.reopened": _("Run reopened"),
        "run.expired": _("Run expired"),
        "incident.recorded": _("Incident: done although blocked: %(step)s"),
        "deadline.reminded": _("Reminder: %(step)s"),
        "deadline.overrun": _("Overrun: %(step)s"),
        "body.erased": _("Personal data erased"),
    }


def timeline(procedure: Procedure, events: list[Happened], repeats: Mapping[int, int]) -> list[Row]:
    """Shape events for the component ``timeline``, in the order given."""
    return [_row(procedure, one, repeats.get(one.number, 1)) for one in events]


def _row(procedure: Procedure, one: Happened, times: int) -> Row:
    tone, icon = _TONES.get(one.kind, ("quiet", "circle-dot"))
    body = one.body
    details = _DETAILS.get(one.kind, _no_details)(procedure, body)
    if body.get("late") and one.kind in _BY_TIME:
        details.append(_("Sent late: nothing was running when it was due."))
    if times > 1:
        details.append(
            _("The same was refused %(count)s times within a minute.") % {"count": times}
        )
    return {
        "number": one.number,
        "title": _title(procedure, one),
        "actor": _actor(one),
        "at": one.at,
        "performed_at": one.performed_at,
        "late": bool(body.get("late")) and one.kind == "step.completed",
        "reason": _reason(one.kind, body),
        "details": details,
        "tone": tone,
        "icon": icon,
    }


def _title(procedure: Procedure, one: Happened) -> str:
    pattern = _titles().get(one.kind, one.kind)
    if one.kind == "step.refused" and not one.body.get("step"):
        return _("Refused")
    if one.kind == "approval.rejected" and one.body.get("final"):
        pattern = _("Refused finally: %(step)s")
    return pattern % {"step": _step(procedure, one.body)} if "%(" in pattern else pattern


def _step(procedure: Procedure, body: Body) -> str:
    way = next((one for one in procedure.returns if one.key == body.get("way")), None)
    if way:
        return say(way.title)
    step = procedure.step_by_key.get(str(body.get("step", "")))
    return say(step.title) if step else str(body.get("step", ""))


def _actor(one: Happened) -> str:
    if one.actor_kind == "system" or one.actor_id is None:
        return _("by itself")
    name = str((one.body.get("actor") or {}).get("name") or "")
    if not name:
        return _("(erased)")
    return f"{name} ({_('vendor')})" if one.actor_kind == "support" else name


def _reason(kind: str, body: Body) -> str:
    if kind == "step.refused":
        return stored_refusal(body)
    text = body.get("text")
    if isinstance(text, Mapping):
        return str(text["ko"] if language() == "ko" else text["en"])
    return str(body.get("note") or body.get("reason") or text or "")


def _no_details(procedure: Procedure, body: Body) -> list[str]:
    return []


def _completed(procedure: Procedure, body: Body) -> list[str]:
    lines = _values(procedure, body)
    lines += _verdicts(body)
    if body.get("acknowledgement"):
        lines.append(_("Taken note of: %(words)s") % {"words": body["acknowledgement"]})
    return lines + _again(procedure, body)


def _values(procedure: Procedure, body: Body) -> list[str]:
    return [
        f"{label(procedure, key)}: {stored_word(procedure, key, value)}"
        for key, value in (body.get("values") or body.get("covered") or {}).items()
        if value not in (None, "", [])
    ]


def _verdicts(body: Body) -> list[str]:
    """Write the verdicts worth telling: what was careful, what was closed."""
    lines = []
    for one in body.get("verdicts") or ():
        if one.get("level") == "allowed":
            continue
        line = stored_reason(one)
        opens = stored_opening(one)
        if opens:
            line += " " + say(_OPENS, {"at": opens})
        lines.append(line)
    return lines


_OPENS = Text("({at}부터 가능)", "(possible from {at})")


def _again(procedure: Procedure, body: Body) -> list[str]:
    """Name the steps that became pending again."""
    keys = [
        key for key, number, state in body.get("steps") or () if state == "pending" and number > 1
    ]
    if not keys:
        return []
    names = ", ".join(
        say(procedure.step_by_key[key].title) if key in procedure.step_by_key else key
        for key in keys
    )
    return [_("To be done again: %(steps)s") % {"steps": names}]


def _changed(procedure: Procedure, body: Body) -> list[str]:
    old = body.get("old") or {}
    lines = [
        f"{label(procedure, key)}: {stored_word(procedure, key, old.get(key))} → "
        f"{stored_word(procedure, key, value)}"
        for key, value in (body.get("values") or {}).items()
    ]
    kept = procedure.step_by_key.get(str(body.get("kept") or ""))
    if kept:
        lines.append(_("Still standing: %(step)s") % {"step": say(kept.title)})
    return lines + _again(procedure, body)


def _rows(procedure: Procedure, body: Body) -> list[str]:
    return [*[str(row) for row in body.get("rows") or ()], *_again(procedure, body)]


def _erased(procedure: Procedure, body: Body) -> list[str]:
    numbers = ", ".join(f"#{number}" for number in sorted(map(int, body.get("kept_of") or ())))
    return [_("Erased from events: %(numbers)s") % {"numbers": numbers}] if numbers else []


def _told(procedure: Procedure, body: Body) -> list[str]:
    return [*_verdicts(body), *_again(procedure, body)]


def _returned(procedure: Procedure, body: Body) -> list[str]:
    return [*_values(procedure, body), *_told(procedure, body)]


_DETAILS: Mapping[str, Callable[[Procedure, Body], list[str]]] = {
    "step.completed": _completed,
    "step.refused": _told,
    "step.returned": _returned,
    "step.reconfirmed": _told,
    "approval.granted": _values,
    "approval.declared": _values,
    "approval.rejected": _told,
    "caution.acknowledged": _told,
    "gate.overridden": _told,
    "incident.recorded": _told,
    "values.amended": _changed,
    "run.joined": _rows,
    "rows.withdrawn": _rows,
    "run.reopened": _told,
    "body.erased": _erased,
}


def told_of_rounds(events: list[Happened]) -> dict[tuple[str, int], Body]:
    """Map a step's round to the event that finished it."""
    kinds = {"step.completed", "step.skipped", "approval.granted", "approval.declared"}
    return {
        (str(one.body["step"]), int(one.body["round"])): one.body
        for one in events
        if one.kind in kinds and "step" in one.body
    }


def changed_since(procedure: Procedure, events: list[Happened], number: int) -> list[str]:
    """List the changes of values that came after an event, for a form that was open meanwhile."""
    kinds = {"values.amended", "run.joined", "rows.withdrawn", "step.completed"}
    lines: list[str] = []
    for one in events:
        if one.number > number and one.kind in kinds:
            lines += _changed(procedure, one.body)
    return lines
