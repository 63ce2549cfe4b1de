"""Name roles, and tell what happened to a person, in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.people.reading import Happened
from helpdesk.permissions import EVERYBODY

ROLES: Mapping[str, str | Promise] = {
    "site_admin": gettext_lazy("Site admin"),
    "mail_admin": gettext_lazy("Mail admin"),
    "tenant_manager": gettext_lazy("Company manager"),
    "member": gettext_lazy("Member"),
    "support": gettext_lazy("Support"),
    "manager": gettext_lazy("Vendor manager"),
}
_LOOKS: Mapping[str, tuple[str, str]] = {
    "membership.given": ("info", "user-round-plus"),
    "membership.taken": ("quiet", "user-round-minus"),
    "person.joined": ("ok", "user-round-check"),
    "person.deactivated": ("stop", "user-round-x"),
    "person.reactivated": ("ok", "rotate-cw"),
    "substitute.appointed": ("info", "users-round"),
    "substitute.ended": ("quiet", "users-round"),
}


def role_name(role: str) -> str:
    """Name a role."""
    return str(ROLES.get(role, role))


def role_names(roles: Iterable[str]) -> list[str]:
    """Name roles in a fixed order."""
    held = set(roles)
    return [role_name(role) for role in EVERYBODY if role in held]


def told(event: Happened) -> dict[str, Any]:
    """Shape an event for the component ``timeline``."""
    tone, icon = _LOOKS.get(event.kind, ("quiet", "circle-dot"))
    body = event.body
    return {
        "number": event.number,
        "title": _title(event.kind, body),
        "actor": body.get("actor", {}).get("name", ""),
        "at": event.at,
        "reason": body.get("reason", ""),
        "details": _details(event.kind, body),
        "tone": tone,
        "icon": icon,
    }


def _title(kind: str, body: Mapping[str, Any]) -> str:
    role = role_name(str(body.get("role", "")))
    return {
        "membership.given": _("Role given: %(role)s") % {"role": role},
        "membership.taken": _("Role taken: %(role)s") % {"role": role},
        "person.joined": _("Joined"),
        "person.deactivated": _("Deactivated"),
        "person.reactivated": _("Reactivated"),
        "substitute.appointed": _("Stand-in appointed"),
        "substitute.ended": _("Stand-in ended"),
    }.get(kind, kind)


def _details(kind: str, body: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    if body.get("roles"):
        found.append(", ".join(role_names(body["roles"])))
    if body.get("run"):
        found.append(str(body["run"]))
    if kind.startswith("substitute."):
        pair = {"absent": body.get("email", ""), "stand_in": body.get("stand_in_email", "")}
        found.append(_("%(stand_in)s for %(absent)s") % pair)
        found.append(_days(body))
    return found


def _days(body: Mapping[str, Any]) -> str:
    """Print the first and the last day, both in the active zone."""
    begin, end = (body.get(key) for key in ("starts_at", "ends_at"))
    if not begin or not end:
        return ""
    last = datetime.fromisoformat(end) - timedelta.resolution
    days = [localtime(one) for one in (datetime.fromisoformat(begin), last)]
    return " – ".join(date_format(day, "Y-m-d (D)") for day in days)
