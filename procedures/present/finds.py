"""What a search found, as cards that lead on with what the search already told."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from procedures.decide.shared import read_field
from procedures.definition import Procedure
from procedures.present.language import say
from procedures.present.values import label, word
from procedures.rules.values import Problem

type Card = dict[str, Any]
type Told = Mapping[str, tuple[str, ...]]


def procedure_card(procedure: Procedure, slug: str, told: Told | None = None) -> Card:
    """Shape a procedure for a list; ``told`` goes along in the address."""
    href = reverse("procedure", args=[slug, procedure.key])
    if told:
        href += "?" + urlencode(told, doseq=True)
    return {
        "key": procedure.key,
        "title": say(procedure.title),
        "question": procedure.question,
        "summary": say(procedure.summary),
        "href": href,
        "told": told_items(procedure, told or {}),
    }


def told_items(procedure: Procedure, told: Told) -> list[dict[str, str]]:
    """Write what was told for people; what cannot be read is left out."""
    items = []
    for key, raw in told.items():
        one = procedure.field_by_key.get(key)
        if one is None:
            continue
        try:
            value = read_field(one, list(raw) if one.many else raw[0])
        except Problem:
            continue
        items.append({"term": label(procedure, key), "value": word(one, value)})
    return items
