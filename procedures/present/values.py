"""Values as people read them: choices by their label, countries by name, times in the zone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from procedures.definition import Field, Procedure
from procedures.present.language import language, say, zone
from procedures.rules.base import Text
from procedures.rules.values import load_value
from procedures.rules.wording import show
from procedures.selectors.countries import country_names

type Item = dict[str, Any]


def word(one: Field, value: Any) -> str:
    """Write one value of a field."""
    if value is None or value == () or value == "":
        return "—"
    if isinstance(value, tuple):
        return ", ".join(word(one, inner) for inner in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if one.kind == "choice":
        return next((say(c.label) for c in one.choices if c.value == value), str(value))
    if one.kind == "country":
        return f"{country_names(language()).get(value, value)} ({value})"
    if isinstance(value, datetime):
        return f"{show(value, language(), zone())} {value.astimezone(zone()):%:z}"
    if isinstance(value, date):
        return show(value, language(), zone())
    return str(value)


def stored_word(procedure: Procedure, key: str, stored: Any) -> str:
    """Write a value as an event keeps it."""
    one = procedure.field_by_key.get(key)
    return word(one, load_value(one.kind, stored)) if one else str(stored)


def label(procedure: Procedure, key: str) -> str:
    """Name a field."""
    one = procedure.field_by_key.get(key)
    return say(one.label) if one else key


def item(one: Field, value: Any) -> Item:
    """Shape a value for the component ``details``."""
    shown: Item = {"term": say(one.label)}
    if isinstance(value, tuple) and len(value) > 1:
        return shown | {"list": [word(one, inner) for inner in value]}
    if isinstance(value, datetime):
        return shown | {"at": value}
    return shown | {"value": word(one, value)}


def items(procedure: Procedure, keys: Iterable[str], values: Mapping[str, Any]) -> list[Item]:
    """Shape several values, those not given left out."""
    given = [key for key in keys if values.get(key) not in (None, (), "")]
    return [item(procedure.field_by_key[key], values[key]) for key in given]


def fillers(procedure: Procedure, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fills a step's text: every field, those not given as "not configured"."""
    missing = Text("(설정되지 않음)", "(not configured)")
    found: dict[str, Any] = {}
    for one in procedure.fields:
        value = values.get(one.key)
        if value is None or value == ():
            found[one.key] = "" if one.kind == "long_text" else missing
        elif isinstance(value, datetime):
            found[one.key] = value
        else:
            found[one.key] = word(one, value)
    return found
