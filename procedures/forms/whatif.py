"""The form of "when would it be possible?": a moment, and what the gates of a step read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from procedures.definition import Procedure, Step
from procedures.forms.fields import Known, form_field
from procedures.forms.moments import MomentField, local_text
from procedures.present.language import say, zone
from procedures.rules.values import Problem, parse_datetime
from procedures.whatif import Question, fields_asked, steps_asked

DONE = "done_"


class WhatIfForm(forms.Form):
    """Asks for a step at a moment. Made by ``whatif_form``; nothing is required but that."""

    procedure: Procedure
    step_key: str
    keys: tuple[str, ...]
    steps: tuple[str, ...]

    step = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Turn moments into aware times; fields go on as typed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = ("at", *(DONE + key for key in self.steps))
        for name in (one for one in names if one not in self.errors):
            if cleaned.get(name) or name == "at":
                try:
                    cleaned[name] = parse_datetime(cleaned.get(name) or "").astimezone(UTC)
                except Problem:
                    words = _("Give date and time, for example 2026-11-23 09:30.")
                    self.add_error(name, ValidationError(words))
        return cleaned

    def question(self) -> Question:
        """Return what is asked. Call after ``is_valid``."""
        given = self.cleaned_data
        return Question(
            step=self.step_key,
            at=given["at"],
            values={key: given[key] for key in self.keys if given.get(key) not in ("", [], None)},
            done={key: given[DONE + key] for key in self.steps if given.get(DONE + key)},
        )


def whatif_form(
    procedure: Procedure, step: Step, known: Known, data: QueryDict | None = None
) -> WhatIfForm:
    """Make the form for a step; bound when ``data`` asks, else filled with what is known."""
    keys, steps = fields_asked(procedure, step), steps_asked(step)
    minute = known.now.replace(second=0, microsecond=0)
    fields: dict[str, forms.Field] = {"at": MomentField(label=_("Day and hour"), initial=minute)}
    for key in keys:
        fields[key] = form_field(procedure.field_by_key[key], known)
        fields[key].required = False
    for key in steps:
        title = say(procedure.step_by_key[key].title)
        label = _("When “%(step)s” was done") % {"step": title}
        fields[DONE + key] = MomentField(label=label, required=False)
    marks = {"procedure": procedure, "step_key": step.key, "keys": keys, "steps": steps}
    made: type[WhatIfForm] = type("WhatIfForm", (WhatIfForm,), {**fields, **marks})
    bound = _local(data, fields) if data is not None else None
    return made(bound, initial={"step": step.key}, auto_id="whatif_%s")


def _local(data: QueryDict, fields: Mapping[str, forms.Field]) -> QueryDict:
    """Write moments that came with an offset as the inputs hold them: in local time."""
    mine = data.copy()
    for name, one in fields.items():
        if isinstance(one, MomentField) and name in mine:
            try:
                moment = datetime.fromisoformat(str(mine[name]))
            except ValueError:
                continue
            if moment.tzinfo:
                mine[name] = local_text(moment, zone())
                mine[f"{name}_fold"] = str(moment.astimezone(zone()).fold)
    return mine
