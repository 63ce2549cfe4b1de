"""The two forms of the ledger: pressed outside the app, and given back."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from procedures.forms.moments import MomentField
from procedures.rules.values import LONG_LIMIT, Problem, parse_datetime


class OutsideForm(forms.Form):
    """A sync that was pressed outside of this app takes the day."""

    service = forms.ChoiceField(label=_("Service"), widget=forms.RadioSelect)
    at = MomentField(label=_("Pressed at"))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONG_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when it was more than 10 minutes ago."),
    )

    def __init__(self, *args: Any, services: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = services

    def clean_at(self) -> datetime:
        """Return an aware moment."""
        try:
            return parse_datetime(self.cleaned_data["at"]).astimezone(UTC)
        except Problem as problem:
            raise ValidationError(
                _("Give date and time, for example 2026-11-23 09:30.")
            ) from problem


class GiveBackForm(forms.Form):
    """Give a used day back: the product still offers what was pressed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONG_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Say where you saw it and what the product answered."),
    )
    still_offered = forms.BooleanField(
        label=_("I have looked: the product still offers [동기화]."), required=True
    )
