"""What can be done about a run as a whole, and the form that changes one value."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from procedures.definition import Return
from procedures.forms.steps import AmendForm, BackForm, ChosenForm, ReasonForm, ReopenForm
from procedures.forms.values import values_form
from procedures.present import rights
from procedures.present.language import say
from procedures.views.run_forms import Desk, Part


def run_extras(desk: Desk, owned: Mapping[str, int | None]) -> list[Part]:
    """List what can be done about the run as a whole."""
    loaded = desk.loaded
    parts: list[Part] = []
    rows = [row for row, owner in owned.items() if owner == loaded.actor.id]
    rows = [row for row in rows if row in (loaded.values.get(loaded.procedure.joins) or ())]
    if rows:
        parts.append(_withdraw(desk, rows))
    parts += [_back(desk, way) for way in rights.ways_back(loaded)]
    steps = rights.reopenable(loaded, desk.now)
    if steps:
        parts.append(_reopen(desk, [(step.key, say(step.title)) for step in steps]))
    if rights.may_cancel(loaded):
        text = _("The history stays, and so does a slot that was used.")
        parts.append(_whole(desk, "cancel", _("Cancel the run"), "circle-slash", text, "danger"))
    return parts


def _whole(desk: Desk, command: str, label: str, icon: str, text: str, variant: str = "") -> Part:
    return {
        "label": label,
        "submit": label,
        "text": text,
        "variant": variant,
        "icon": icon,
        "action": desk.action(command),
        "form": desk.form(ReasonForm, command),
    }


def _back(desk: Desk, way: Return) -> Part:
    back = desk.returned("back", detail=way.key)
    label = say(way.title)
    return {
        "label": label, "submit": label, "icon": "undo-2", "variant": "",
        "text": _("Steps done already become pending again; the history stays."),
        "action": f"{desk.action('back')}?way={way.key}",
        "form": back.form if back and back.form else make_back_form(desk, way),
    }  # fmt: skip


def make_back_form(desk: Desk, way: Return, data: Mapping[str, Any] | None = None) -> BackForm:
    """Make the form that takes a way back."""
    made = values_form(
        desk.loaded.procedure, way.fields, desk.known, base=BackForm, data=data,
        initial=desk.marks(), auto_id=f"back-{way.key}-%s",
    )  # fmt: skip
    assert isinstance(made, BackForm)
    made.order_fields([*way.fields, "reason"])
    return made


def _withdraw(desk: Desk, rows: list[str]) -> Part:
    form = desk.form(ChosenForm, "withdraw")
    assert isinstance(form, ChosenForm)
    form.offer(_("My rows"), [(row, row) for row in rows])
    label = _("Withdraw my rows")
    return {
        "label": label, "submit": label, "icon": "undo-2", "variant": "", "form": form,
        "text": _("The rows of others stay."), "action": desk.action("withdraw"),
    }  # fmt: skip


def _reopen(desk: Desk, steps: list[tuple[str, str]]) -> Part:
    form = desk.form(ReopenForm, "reopen")
    assert isinstance(form, ReopenForm)
    form.offer(_("Steps to be done again"), steps)
    label = _("Reopen the run")
    return {
        "label": label, "submit": label, "icon": "rotate-cw", "variant": "", "form": form,
        "text": _("Possible within 14 days of the end."), "action": desk.action("reopen"),
    }  # fmt: skip


def amend_part(desk: Desk, edit: str) -> Part:
    """Return the form that changes one value, when somebody asks for it and may."""
    back = desk.back if desk.back and desk.back.command == "amend" else None
    key = back.detail if back else edit
    if not key or not rights.may_amend(desk.loaded, key):
        return {}
    form = back.form if back and back.form else make_amend_form(desk, key)
    label = say(desk.loaded.procedure.field_by_key[key].label)
    return {
        "title": _("Change: %(field)s") % {"field": label},
        "form": form,
        "action": f"{desk.action('amend')}?field={key}",
        "submit": _("Save the change"),
    }


def make_amend_form(desk: Desk, key: str, data: Mapping[str, Any] | None = None) -> AmendForm:
    """Make the form that changes one value."""
    made = values_form(
        desk.loaded.procedure, (key,), desk.known, base=AmendForm, data=data,
        initial=desk.marks(), auto_id="amend-%s",
    )  # fmt: skip
    assert isinstance(made, AmendForm)
    made.order_fields([key, "why"])
    return made
