"""What the vendor's history tells of its days and its room, in the reader's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from helpdesk.models import VendorDesk
from procedures.selectors.runs import Happened, history

type Item = dict[str, Any]
_ROWS = 30


def room_items(stored: Mapping[str, Any]) -> list[Item]:
    """List what the vendor has room for; what is empty is said to be not configured."""
    return [
        {"term": _("Windows at the same time"), "value": _said(stored["at_once"])},
        {"term": _("Windows that begin on one day"), "value": _said(stored["a_day"])},
        {"term": _("Days of the week without windows"), "value": _days(stored)},
        {"term": _("Hours without windows"), "value": _hours(stored)},
    ]


def _said(value: Any) -> str:
    return str(value) if value else _("not configured")


def _days(stored: Mapping[str, Any]) -> str:
    days = [str(WEEKDAYS[int(day)]) for day in stored["closed_weekdays"] or ()]
    return ", ".join(days) or _("not configured")


def _hours(stored: Mapping[str, Any]) -> str:
    begin, end = stored["closed_from"], stored["closed_until"]
    return f"{begin}–{end}" if begin and end else _("not configured")


def vendor_timeline(prefix: str) -> list[Item]:
    """List the newest events of the vendor's stream whose kind begins so; one query."""
    rows = [one for one in history(VendorDesk.STREAM) if one.kind.startswith(prefix)]
    return [_row(one) for one in rows[:_ROWS]]


def _row(one: Happened) -> Item:
    return {
        "number": one.number,
        "title": _title(one),
        "actor": str((one.body.get("actor") or {}).get("name") or ""),
        "at": one.at,
        "reason": str(one.body.get("reason") or one.body.get("source") or ""),
        "details": _details(one),
        "tone": "info",
        "icon": "calendar-days",
    }


def _title(one: Happened) -> str:
    return {
        "capacity.changed": _("Room for windows changed"),
        "calendar.day_entered": _("Day entered"),
        "calendar.day_removed": _("Day taken back"),
        "calendar.stored": _("New version stored"),
    }.get(one.kind, one.kind)


def _details(one: Happened) -> list[str]:
    body = one.body
    if one.kind == "capacity.changed":
        return [_change(name, pair) for name, pair in (body.get("changes") or {}).items()]
    if one.kind == "calendar.stored":
        return [str(body.get("version") or "")]
    return [f"{body.get('date')} {body.get('name_ko')} / {body.get('name_en')}"]


def _change(name: str, pair: Mapping[str, Any]) -> str:
    words = {
        "at_once": _("Windows at the same time"),
        "a_day": _("Windows that begin on one day"),
        "closed_weekdays": _("Days of the week without windows"),
        "closed_from": _("No windows from"),
        "closed_until": _("No windows until"),
    }
    old, new = (_plain(name, pair.get(side)) for side in ("old", "new"))
    return f"{words.get(name, name)}: {old} → {new}"


def _plain(name: str, value: Any) -> str:
    if name == "closed_weekdays":
        return _days({"closed_weekdays": value})
    return _said(value)
