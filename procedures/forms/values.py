"""Forms built at run time from the fields of a step, and the hidden marks every command carries."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from procedures.decide.shared import read_field
from procedures.definition import Procedure
from procedures.forms.fields import Known, form_field
from procedures.forms.moments import MomentField
from procedures.present.verdicts import problem_reason
from procedures.rules.values import Problem


class CommandForm(forms.Form):
    """A form of a command: the submission id makes pressing twice the same as once.

    ``seen`` is the digest of the values shown, ``number`` the last event shown.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def renew(self, seen: str = "", number: int | None = None) -> None:
        """Give a form that came back a new submission id and new marks; what was typed stays."""
        data = self.data.copy() if isinstance(self.data, QueryDict) else dict(self.data)
        data["submission"] = str(uuid4())
        data["seen"] = seen
        data["number"] = "" if number is None else str(number)
        self.data = data


class ValuesForm(CommandForm):
    """Value fields of a definition. Made by ``values_form``; ``raw`` is what the engine takes."""

    procedure: Procedure
    keys: tuple[str, ...] = ()

    @property
    def raw(self) -> dict[str, Any]:
        """Return the values as typed. Call after ``is_valid``."""
        return {key: self.cleaned_data[key] for key in self.keys if key in self.cleaned_data}

    def clean(self) -> dict[str, Any]:
        """When a local time cannot be read, say at once what else the engine would refuse."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(key in self.errors for key in self.keys):
            return cleaned
        for key in self.keys:
            if key in cleaned:
                try:
                    read_field(self.procedure.field_by_key[key], cleaned[key])
                except Problem as problem:
                    self.add_error(key, problem_reason(problem))
        return cleaned

    def add_problems(self, problems: Mapping[str, Problem]) -> None:
        """Show what the engine could not take at the fields it concerns."""
        for key, problem in problems.items():
            self.add_error(key if key in self.fields else None, problem_reason(problem))

    def value_fields(self) -> list[forms.BoundField]:
        """List the fields of the definition, as drawn."""
        return [self[key] for key in self.keys]


def values_form(
    procedure: Procedure,
    keys: Iterable[str],
    known: Known,
    *,
    base: type[ValuesForm] = ValuesForm,
    data: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
    auto_id: str = "id_%s",
) -> ValuesForm:
    """Make a form with the fields named. ``initial`` goes before values and defaults."""
    names = tuple(keys)
    fields = {key: form_field(procedure.field_by_key[key], known) for key in names}
    made: type[ValuesForm] = type(
        base.__name__, (base,), {**fields, "procedure": procedure, "keys": names}
    )
    return made(data, initial=dict(initial or {}), auto_id=auto_id)


__all__ = ["CommandForm", "Known", "MomentField", "ValuesForm", "values_form"]
