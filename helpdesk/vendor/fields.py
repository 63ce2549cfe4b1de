"""Form fields of the vendor's pages: lines of values, places, reasons."""

import json
from collections.abc import Callable
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.vendor import values

REASON_LIMIT = 500


class LinesField(forms.CharField):
    """A list typed as lines; each is read by itself and wrong ones are named."""

    def __init__(self, read: Callable[[str], str], *, rows: int = 3, **kw: Any) -> None:
        self.read = read
        attrs = {"rows": rows, "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(required=False, widget=forms.Textarea(attrs=attrs), **kw)

    def clean(self, value: Any) -> Any:
        """Return the list."""
        return values.lines(super().clean(value), self.read)

    def prepare_value(self, value: Any) -> Any:
        """Write a list one value a line; what was typed stays as it is."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value


class ReadField(forms.CharField):
    """One value that is read by a function, such as a domain."""

    def __init__(self, read: Callable[[str], str], **kw: Any) -> None:
        self.read = read
        super().__init__(**kw)
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean(self, value: Any) -> Any:
        """Return the value, or nothing where nothing was typed."""
        typed = super().clean(value)
        return self.read(typed) if typed else ""


class SeenField(forms.CharField):
    """What the page showed, carried along to notice that it has changed meanwhile."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        """Return the values; what is no form of ours is refused."""
        try:
            seen = json.loads(super().clean(value))
        except ValueError as error:
            raise ValidationError(_("Open the page again: this form is not complete.")) from error
        return seen if isinstance(seen, dict) else {}


def reason_field(label: str | Any, help_text: str | Any = "", least: int = 1) -> forms.CharField:
    """Make the field in which somebody says why."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        min_length=least,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def country_choices() -> list[tuple[str, str]]:
    """List the countries by their names in the active language."""
    names = Locale(get_language() or "ko").territories
    named = [(code, names.get(code, code)) for code in values.country_codes()]
    return sorted(((code, f"{name} ({code})") for code, name in named), key=lambda one: one[1])


def zone_choices() -> list[tuple[str, str]]:
    """List the zones by name."""
    return [(name, name.replace("_", " ")) for name in values.zone_names()]
