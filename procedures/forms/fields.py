"""One form field for each kind of field; what is typed goes to the engine as it is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from helpdesk.models import Tenant
from procedures.definition import Field
from procedures.forms.moments import MomentField
from procedures.present.language import language, say
from procedures.selectors.countries import country_names

# Lists of these may be typed with commas as well; other rows may contain commas themselves.
_COMMA_KINDS = frozenset({"address", "domain", "country", "local_part", "month"})
_FEW = 6


@dataclass(frozen=True)
class Known:
    """What prefills a form: the tenant, who fills it in, when, and the values so far."""

    tenant: Tenant
    email: str
    now: datetime
    values: Mapping[str, Any] = field(default_factory=dict)


def default_of(one: Field, known: Known) -> Any:
    """Return what a field starts with: the value so far, or the fact its default names."""
    value = known.values.get(one.key)
    if value is not None:
        return value
    if one.default == "now":
        return known.now.replace(second=0, microsecond=0)
    if one.default == "actor.email":
        return known.email
    group, _dot, name = one.default.partition(".")
    if group != "tenant":
        return None
    fact = getattr(known.tenant, name)
    if one.kind == "choice" and not one.many:
        # Several services in use leave the choice to the person.
        return fact[0] if isinstance(fact, list) and len(fact) == 1 else None
    return tuple(fact) if isinstance(fact, list) else fact


class RawField(forms.Field):
    """A field whose words go to the engine unread; the rules of the kind are judged there."""

    def __init__(self, read: Callable[[Any], Any], **kw: Any) -> None:
        self.read = read
        super().__init__(**kw)

    def clean(self, value: Any) -> Any:
        """Hand on what was typed."""
        return self.read(value)


def form_field(one: Field, known: Known) -> forms.Field:
    """Make the form field of a definition's field."""
    start = default_of(one, known)
    shared: dict[str, Any] = {
        "label": say(one.label),
        "help_text": _help(one),
        "required": one.required,
    }
    if one.kind == "datetime" and not one.many:
        instant = known.values.get(one.key)
        return MomentField(known=instant, initial=start, **shared)
    if one.kind == "boolean":
        answers = [("true", _("Yes")), ("false", _("No"))]
        initial = None if start is None else str(start).lower()
        return RawField(_text, widget=forms.RadioSelect(choices=answers), initial=initial, **shared)
    if one.kind == "choice":
        return _choice(one, known, start, shared)
    if one.many:
        rows = 6 if one.kind == "change" else 4
        attrs = {"rows": rows, "data-kind": "table"} if one.kind == "change" else {"rows": rows}
        widget = forms.Textarea(attrs=attrs)
        return RawField(_rows(one), widget=widget, initial=_lines(one, start), **shared)
    return RawField(_one(one), widget=_widget(one), initial=_plain(start), **shared)


def _help(one: Field) -> str:
    """Escape the help: the component prints it as it is."""
    from django.utils.html import escape

    words = say(one.help)
    if one.kind == "country":
        words = " ".join(
            [words, _("Names or two-letter codes, separated by commas.") if one.many else ""]
        ).strip()
    return escape(words)


def _choice(one: Field, known: Known, start: Any, shared: dict[str, Any]) -> forms.Field:
    choices = [(choice.value, say(choice.label)) for choice in one.choices]
    listed = {value for value, _label in choices}
    if one.open_choice and one.default == "tenant.services":
        choices += [(code, code) for code in known.tenant.services if code not in listed]
    if one.many:
        boxes = forms.CheckboxSelectMultiple(choices=choices)
        return RawField(_several, widget=boxes, initial=list(start or ()), **shared)
    if one.required and len(choices) <= _FEW:
        widget: forms.Widget = forms.RadioSelect(choices=choices)
    else:
        widget = forms.Select(choices=[("", "—"), *choices])
    return RawField(_text, widget=widget, initial=start, **shared)


def _widget(one: Field) -> forms.Widget:
    match one.kind:
        case "long_text":
            return forms.Textarea(attrs={"rows": 3})
        case "date":
            return forms.DateInput(attrs={"type": "date"})
        case "month":
            return forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "202408"})
        case "address":
            return forms.TextInput(attrs={"inputmode": "email", "autocapitalize": "none"})
        case "domain" | "local_part":
            return forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"})
    return forms.TextInput()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _lines(one: Field, value: Any) -> str:
    rows = value if isinstance(value, tuple) else () if value is None else (value,)
    if one.kind == "country":
        names = country_names(language())
        return ", ".join(names.get(code, code) for code in rows)
    return "\n".join(str(_plain(row)) for row in rows)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _several(value: Any) -> list[str]:
    return [str(one) for one in value or ()]


def _one(one: Field) -> Callable[[Any], Any]:
    return country_code if one.kind == "country" else _text


def _rows(one: Field) -> Callable[[Any], list[str]]:
    parting = re.compile(r"[\n,;]" if one.kind in _COMMA_KINDS else r"\n")

    def read(value: Any) -> list[str]:
        # A month is taken to the letter, so only the ends of lines are cut off.
        rows = [row.strip(" \t\r") for row in parting.split(_text(value))]
        rows = [row for row in rows if row]
        return [country_code(row) for row in rows] if one.kind == "country" else rows

    return read


def country_code(typed: Any) -> str:
    """Turn a country's name into its code; what is no name is handed on as typed."""
    words = _text(typed).strip()
    for names in (country_names("ko"), country_names("en")):
        for code, name in names.items():
            if name.lower() == words.lower():
                return code
    return words
