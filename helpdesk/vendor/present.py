"""A company's configuration, and what the vendor did about it, in the reader's words."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from audit.models import Body, Event
from helpdesk.models import Tenant, User, VendorDesk
from helpdesk.vendor.configuration import FIELDS
from helpdesk.vendor.fields import country_choices
from helpdesk.vendor.forms import ConfigurationForm
from helpdesk.vendor.staff_forms import ROLE_NAMES

CONFIGURATION = (
    "tenant.created",
    "tenant.configured",
    "tenant.zone_changed",
    "staff.assigned",
    "staff.unassigned",
)
STAFF = (
    "membership.given",
    "membership.taken",
    "person.joined",
    "person.deactivated",
    "person.reactivated",
)
VISITS = ("support.visit_opened", "support.visited", "support.visit_ended")
ROWS = 30
LOOKED_BACK = 500
_ICONS = {
    "tenant": "settings-2",
    "staff": "users",
    "support": "eye",
    "membership": "shield-check",
    "person": "circle-user-round",
}


def labels() -> dict[str, str]:
    """Name the fields of a configuration in the active language."""
    fields = ConfigurationForm.base_fields
    return {name: str(fields[name].label) for name in FIELDS}


def details(values: dict[str, Any]) -> list[dict[str, Any]]:
    """List a configuration for whoever may only read it."""
    named = labels()
    return [
        {"term": named[name], "list": value}
        if isinstance(value := values[name], list) and value
        else {"term": named[name], "value": said(name, value)}
        for name in FIELDS
    ]


def said(name: str, value: Any) -> str:
    """Say a field's value in one line, a choice in the words of its form."""
    if name == "country":
        return dict(country_choices()).get(value, str(value or ""))
    if name == "sync_scope":
        field = ConfigurationForm.base_fields[name]
        assert isinstance(field, forms.ChoiceField)
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value or "")


def moved(changes: dict[str, tuple[Any, Any]]) -> list[dict[str, str]]:
    """Say what somebody else changed meanwhile."""
    named = labels()
    return [{"term": named[name], "value": _arrow(name, *pair)} for name, pair in changes.items()]


def _arrow(name: str, old: Any, new: Any) -> str:
    return f"{said(name, old) or '—'} → {said(name, new) or '—'}"


def timeline(tenant: Tenant, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """List the newest events of these kinds in a company's stream; two queries."""
    return [_told(event, body) for event, body in _newest(tenant.stream, kinds, ROWS)]


def staff_timeline(person: User) -> list[dict[str, Any]]:
    """List what the vendor's own stream tells of one of its people lately; two queries."""
    told = _newest(VendorDesk.STREAM, STAFF, LOOKED_BACK)
    return [_told(event, body) for event, body in told if body.get("user") == person.pk][:ROWS]


def _newest(stream: str, kinds: Sequence[str], most: int) -> list[tuple[Event, dict[str, Any]]]:
    events = Event.objects.filter(stream=stream, kind__in=kinds).order_by("-number")
    newest = list(events[:most])
    numbers = [event.number for event in newest]
    stored = Body.objects.filter(stream=stream, number__in=numbers).exclude(body="")
    bodies = {one.number: json.loads(one.body) for one in stored}
    return [(event, bodies.get(event.number, {})) for event in newest]


def _told(event: Event, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": event.number,
        "title": _title(event.kind, body),
        "actor": body.get("actor", {}).get("name", ""),
        "at": event.at,
        "reason": body.get("reason", ""),
        "details": _details(event.kind, body),
        "tone": "info",
        "icon": _ICONS[event.kind.partition(".")[0]],
    }


def _title(kind: str, body: dict[str, Any]) -> str:
    name = str(body.get("name", ""))
    role = str(ROLE_NAMES.get(str(body.get("role")), ""))
    return {
        "tenant.created": _("Company created"),
        "tenant.configured": _("Configuration changed"),
        "tenant.zone_changed": _("New time zone in force"),
        "staff.assigned": _("Assigned: %(name)s") % {"name": name},
        "staff.unassigned": _("No longer assigned: %(name)s") % {"name": name},
        "membership.given": _("Role given: %(role)s") % {"role": role},
        "membership.taken": _("Role taken: %(role)s") % {"role": role},
        "person.joined": _("Accepted the invitation"),
        "person.deactivated": _("Account deactivated"),
        "person.reactivated": _("Account opened again"),
        "support.visit_opened": _("Visit opened"),
        "support.visited": _("First page of the visit opened"),
        "support.visit_ended": _("Visit ended early"),
    }[kind]


def _details(kind: str, body: dict[str, Any]) -> list[str]:
    named = labels()
    if kind == "tenant.zone_changed":
        return [f"{named['zone']}: {_arrow('zone', body.get('old'), body.get('new'))}"]
    return [
        f"{named[name]}: {_arrow(name, one.get('old'), one.get('new'))}"
        for name, one in body.get("changes", {}).items()
        if name in named
    ]
