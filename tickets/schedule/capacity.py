"""Change what the vendor has room for: locked, against what was seen, kept in its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction

from helpdesk import history
from helpdesk.models import User
from helpdesk.vendor.standing import require
from tickets.schedule.models import Capacity

COMMAND = "vendor.set_capacity"


@dataclass
class CapacityMoved(Exception):
    """Somebody else changed it meanwhile: what is stored now."""

    stored: dict[str, Any]


def capacity() -> dict[str, Any]:
    """Read what is configured as JSON values; everything empty while nothing is."""
    row = Capacity.objects.filter(pk=Capacity.ONLY).first()
    return (row or Capacity()).plain()


def set_capacity(
    values: Mapping[str, Any], *, seen: Mapping[str, Any], reason: str, actor: User, now: datetime
) -> dict[str, Any]:
    """Write what the vendor has room for, and return what changed; windows stay as they are.

    Raises CapacityMoved where what is stored is not what was seen, PermissionDenied.
    """
    with transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        stored = capacity()
        if dict(seen) != stored:
            raise CapacityMoved(stored)
        changes = {
            name: {"old": stored[name], "new": values[name]}
            for name in Capacity.FIELDS
            if values[name] != stored[name]
        }
        if changes:
            Capacity.objects.update_or_create(pk=Capacity.ONLY, defaults=_typed(values))
            told = {"changes": changes, "reason": reason}
            history.append(desk, [history.told_by("capacity.changed", actor, told)], now=now)
    return changes


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    for name in ("closed_from", "closed_until"):
        found[name] = time.fromisoformat(found[name]) if found[name] else None
    return found
