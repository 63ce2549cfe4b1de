"""The form of a step, and the small forms of the decisions around it."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from procedures.forms.moments import MomentField
from procedures.forms.values import CommandForm, ValuesForm
from procedures.rules.values import LONG_LIMIT, Problem, parse_datetime


def _words(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 2) -> Any:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=area, max_length=LONG_LIMIT
    )


def _moment(typed: str) -> datetime | None:
    """Read a moment that the field has given its offset."""
    if not typed:
        return None
    try:
        return parse_datetime(typed).astimezone(UTC)
    except Problem as problem:
        raise ValidationError(_("Give date and time, for example 2026-11-23 09:30.")) from problem


class StepForm(ValuesForm):
    """Complete a step: its values, and when, why and in what knowledge it was done."""

    acknowledgement = _words(
        _("What I have taken note of"),
        required=False,
        help_text=_("Write in your own words why you go on although care is needed. It is kept."),
    )
    note = _words(_("Note"), required=False)
    performed_at = MomentField(
        label=_("Done at"),
        required=False,
        help_text=_("Empty means now. More than 10 minutes ago is a late entry and needs a note."),
    )

    def clean_performed_at(self) -> datetime | None:
        """Return an aware moment, or nothing for now."""
        return _moment(self.cleaned_data["performed_at"])


class ReasonForm(CommandForm):
    """Whatever needs a reason and nothing else."""

    reason = _words(_("Reason"))


class BackForm(ValuesForm):
    """Take a way back: why, and what is proposed instead where the way asks for it."""

    reason = _words(_("Reason"))


class NoteForm(CommandForm):
    """Approve; a note may say why."""

    note = _words(_("Note"), required=False)


class DeclareForm(CommandForm):
    """Declare in writing what stands in for an approval."""

    note = _words(
        _("My declaration"),
        help_text=_("Nobody else can approve. What you write stays in the history, marked."),
    )


class OverrideForm(ReasonForm):
    """Override one rule that blocks."""

    rule = forms.CharField(widget=forms.HiddenInput, max_length=40)


class IncidentForm(CommandForm):
    """Say that something was done although it was blocked."""

    performed_at = MomentField(label=_("Done at"))
    note = _words(_("What happened"))

    def clean_performed_at(self) -> datetime:
        """Return an aware moment."""
        moment = _moment(self.cleaned_data["performed_at"])
        if moment is None:
            raise ValidationError(_("Give date and time, for example 2026-11-23 09:30."))
        return moment


class AmendForm(ValuesForm):
    """Change values that were given before. The reason is ``why``: fields may be named reason."""

    why = _words(_("Reason for the change"))


class ChosenForm(CommandForm):
    """Choose some of several lines: steps to reopen, rows to take back."""

    chosen = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def offer(self, label: Any, choices: list[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        field = self.fields["chosen"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.label, field.choices = label, choices


class ReopenForm(ChosenForm):
    """Reopen a completed run: which steps, and why."""

    reason = _words(_("Reason"))


FIXED_NAMES = frozenset(
    {"submission", "seen", "number", "acknowledgement", "note", "performed_at", "why", "rule"}
    | {"procedure", "keys", "chosen"}
)
