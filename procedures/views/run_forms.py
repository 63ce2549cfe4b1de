"""The forms of a run's page: one for each thing this person may do, bound where one came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.models import Tenant
from procedures.change import Loaded
from procedures.decide.shared import seen_digest
from procedures.forms.fields import Known
from procedures.forms.steps import (
    DeclareForm,
    IncidentForm,
    NoteForm,
    OverrideForm,
    ReasonForm,
    StepForm,
)
from procedures.forms.values import CommandForm, ValuesForm, values_form
from procedures.models import Probe
from procedures.present import rights
from procedures.present.steps import StepView
from procedures.present.verdicts import judged_card
from procedures.selectors.runs import newest_probes

type Part = dict[str, Any]


@dataclass(slots=True)
class CameBack:
    """A command that was not carried out: its form as typed, and what to say about it."""

    command: str
    step: str = ""
    detail: str = ""
    form: CommandForm | None = None
    cards: list[Part] = field(default_factory=list)
    title: str = ""
    text: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that forms are made from."""

    loaded: Loaded
    tenant: Tenant
    now: datetime
    back: CameBack | None = None

    @property
    def known(self) -> Known:
        """Return what prefills fields."""
        return Known(self.tenant, self.loaded.actor.email, self.now, self.loaded.values)

    def looked(self, kind: str) -> dict[str, Probe]:
        """Return what the DNS said last, by domain."""
        return newest_probes(self.loaded.run, kind)

    def returned(self, command: str, step: str = "", detail: str = "") -> CameBack | None:
        """Return what came back for a command, if it did."""
        back = self.back
        if back is None or back.form is None:
            return None
        return back if (back.command, back.step, back.detail) == (command, step, detail) else None

    def marks(self, view: StepView | None = None) -> Part:
        """Return what a form carries hidden: what the person has seen."""
        seen = seen_digest(view.step, self.loaded.values) if view else ""
        return {"seen": seen, "number": self.loaded.run.event_number}

    def form(
        self,
        kind: type[CommandForm],
        command: str,
        view: StepView | None = None,
        detail: str = "",
        **initial: Any,
    ) -> CommandForm:
        """Return the form of a command: as it came back, or fresh."""
        key = view.step.key if view else ""
        back = self.returned(command, key, detail)
        if back and back.form:
            return back.form
        prefix = "-".join(part for part in (command, key, detail) if part)
        return kind(initial=self.marks(view) | initial, auto_id=f"{prefix}-%s")

    def action(self, command: str, step: str = "") -> str:
        """Return where a command is sent."""
        where = [self.tenant.slug, self.loaded.run.reference]
        if step:
            return reverse("run_step_command", args=[*where, step, command])
        return reverse("run_command", args=[*where, command])


def make_step_form(desk: Desk, view: StepView, data: Mapping[str, Any] | None = None) -> ValuesForm:
    """Make the form that completes a step."""
    return values_form(
        desk.loaded.procedure,
        view.step.fields,
        desk.known,
        base=StepForm,
        data=data,
        initial=desk.marks(view) | _from_dns(desk, view),
        auto_id=f"{view.step.key}-%s",
    )


def _from_dns(desk: Desk, view: StepView) -> Part:
    """Prefill what a look at the DNS has found: the name servers of the domain."""
    empty = "name_servers" in view.step.fields and not desk.loaded.values.get("name_servers")
    if view.step.probe != "ns" or not empty:
        return {}
    found = [name for row in desk.looked("ns").values() for name in row.found]
    return {"name_servers": "\n".join(dict.fromkeys(found))} if found else {}


def main_form(desk: Desk, view: StepView) -> Part:
    """Return the form of a step itself with its address and the word on its button."""
    step = view.step
    if step.kind == "approve":
        return {
            "form": desk.form(NoteForm, "approve", view),
            "action": desk.action("approve", step.key),
            "submit": _("Approve"),
        }
    back = desk.returned("complete", step.key)
    form = back.form if back and back.form else make_step_form(desk, view)
    assert isinstance(form, StepForm)
    words = {
        "collect": _("Save"),
        "confirm": _("I have checked it"),
        "check": _("I have checked it"),
        "wait": _("Record it"),
        "notify": _("I have told them"),
    }
    return {
        "form": form,
        "action": desk.action("complete", step.key),
        "submit": words.get(step.kind, _("Record as done")),
        "inputs": form.value_fields(),
        "careful": view.unacknowledged or (back is not None and "acknowledgement" in form.errors),
        "other_time_open": form.is_bound and bool(form["performed_at"].data[0]),
    }


def step_extras(desk: Desk, view: StepView) -> list[Part]:
    """List the less common things to do about a step, each folded away."""
    step, parts = view.step, list[Part]()
    if view.mine and step.kind == "approve":
        parts += _rejections(desk, view)
    if view.ready and step.kind == "approve" and rights.may_declare(desk.loaded, step):
        parts.append(_part(desk, view, "declare", DeclareForm, _("Declare it myself"), variant=""))
    if view.ready:
        parts += _overrides(desk, view)
    if view.ready and view.mine and view.blocked and step.kind != "approve":
        parts.append(
            _part(
                desk,
                view,
                "incident",
                IncidentForm,
                _("It was done although blocked"),
                text=_("This is kept as an incident; the step is not completed by it."),
            )
        )
    if view.ready and view.mine and step.skippable:
        parts.append(_part(desk, view, "skip", ReasonForm, _("Skip this step"), variant=""))
    return parts


def _rejections(desk: Desk, view: StepView) -> list[Part]:
    return [
        _part(
            desk,
            view,
            "reject",
            ReasonForm,
            _("Send back to the request"),
            variant="",
            text=_("The request is opened again, with your reason."),
        ),
        _part(
            desk,
            view,
            "refuse",
            ReasonForm,
            _("Refuse finally"),
            text=_("The run ends; this cannot be undone."),
        ),
    ]


def _overrides(desk: Desk, view: StepView) -> list[Part]:
    parts = []
    for one in view.blocks:
        if rights.may_override(desk.loaded, one):
            rule = one.gate.rule.name
            part = _part(
                desk,
                view,
                "override",
                OverrideForm,
                _("Override this block"),
                text=str(judged_card(one)["reason"]),
                detail=rule,
                initial={"rule": rule},
            )
            parts.append(part)
    return parts


def _part(
    desk: Desk,
    view: StepView,
    command: str,
    kind: type[CommandForm],
    label: str,
    *,
    text: str = "",
    variant: str = "danger",
    detail: str = "",
    initial: Part | None = None,
) -> Part:
    icons = {"skip": "circle-chevron-right", "reject": "undo-2", "incident": "octagon-x"}
    return {
        "label": label,
        "submit": label,
        "text": text,
        "variant": variant,
        "icon": icons.get(command, "circle-x" if command == "refuse" else "pencil"),
        "action": desk.action(command, view.step.key),
        "form": desk.form(kind, command, view, detail, **(initial or {})),
    }
