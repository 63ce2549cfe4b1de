"""The forms of the vendor's pages about days and room."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk import holidays_kr
from helpdesk.vendor.fields import SeenField, reason_field
from tickets.schedule.models import Capacity

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _number(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=1, max_value=1000, required=False
    )


class CapacityForm(forms.Form):
    """What the vendor has room for; what is left empty is not configured."""

    at_once = _number(
        gettext_lazy("Windows at the same time"),
        gettext_lazy("Empty: not configured; then each overlap is shown."),
    )
    a_day = _number(gettext_lazy("Windows that begin on one day"))
    closed_weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week without windows"),
        coerce=int,
        required=False,
        choices=[(number, WEEKDAYS[number]) for number in range(7)],
        widget=forms.CheckboxSelectMultiple,
    )
    closed_from = forms.TimeField(
        label=gettext_lazy("No windows from"), required=False, widget=_TIME
    )
    closed_until = forms.TimeField(
        label=gettext_lazy("No windows until"),
        required=False,
        widget=_TIME,
        help_text=gettext_lazy("Earlier than the beginning: the hours go over midnight."),
    )
    reason = reason_field(gettext_lazy("Reason"))
    seen = SeenField()

    def clean(self) -> dict[str, Any]:
        """Take both hours or none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        ends = [cleaned.get(name) for name in ("closed_from", "closed_until")]
        if (ends[0] is None) != (ends[1] is None) and not self.errors:
            wrong = "closed_from" if ends[0] is None else "closed_until"
            self.add_error(wrong, _("Give both ends, or neither."))
        elif ends[0] is not None and ends[0] == ends[1]:
            self.add_error("closed_until", _("Give two different times."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what was typed as JSON values."""
        found = {name: self.cleaned_data[name] for name in Capacity.FIELDS}
        for name in ("closed_from", "closed_until"):
            moment = found[name]
            found[name] = moment.strftime("%H:%M") if isinstance(moment, dt.time) else None
        return found


class DayForm(forms.Form):
    """A day on which the vendor is closed, or works although others do not."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=[
            ("closing", gettext_lazy("Closed")),
            ("extra", gettext_lazy("Extra working day")),
        ],
        widget=forms.RadioSelect,
        initial="closing",
    )
    date = forms.DateField(label=gettext_lazy("Day"), widget=_DATE)
    name_ko = forms.CharField(label=gettext_lazy("Name in Korean"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        help_text=gettext_lazy("Where it was announced, such as a notice and its date."),
    )

    def clean_date(self) -> dt.date:
        """Take a day that the table can hold."""
        day: dt.date = self.cleaned_data["date"]
        if not holidays_kr.FIRST <= day <= holidays_kr.LAST:
            span = {"first": holidays_kr.FIRST, "last": holidays_kr.LAST}
            raise ValidationError(_("Give a day from %(first)s to %(last)s."), params=span)
        return day


class RefreshForm(forms.Form):
    """Store a new version of the calendar, which must be the one that was looked at."""

    reason = reason_field(gettext_lazy("Reason"))
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RemoveForm(forms.Form):
    """Take an entered day back."""

    reason = reason_field(gettext_lazy("Reason"))
