"""The form that starts a run: the first step's values, and for whom it is asked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.definition import Procedure
from procedures.forms.fields import Known
from procedures.forms.values import ValuesForm, values_form


class StartForm(ValuesForm):
    """Start a run; who may open for others says for whom, by mail address.

    ``asked_by`` names the field in which that address stands.
    """

    asked_by = "on_behalf_of"

    on_behalf_of = forms.EmailField(
        label=_("For whom"),
        required=False,
        help_text=_("The mail address of a person of this company. Empty means for yourself."),
    )


def start_form(
    procedure: Procedure,
    known: Known,
    *,
    for_others: bool,
    data: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
) -> StartForm:
    """Make the form that starts a run; ``for_others`` offers to name who asks."""
    fields = procedure.steps[0].fields
    made = values_form(procedure, fields, known, base=StartForm, data=data, initial=initial)
    assert isinstance(made, StartForm)
    if not for_others:
        del made.fields["on_behalf_of"]
    return made
