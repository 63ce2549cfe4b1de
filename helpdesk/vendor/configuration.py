"""Change a company's configuration: locked, against what was seen, told to the company."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.chain import Entry
from helpdesk import history
from helpdesk.models import Tenant, User
from helpdesk.vendor.standing import require
from helpdesk.zones import is_due, takes_effect, zone_at

# What can be configured, in the order of the page; lists keep the order in which they are typed.
FIELDS = (
    "name",
    "main_domain",
    "multi_domains",
    "services",
    "expected_mx",
    "expected_spf",
    "expected_dkim",
    "expected_dmarc",
    "expected_autodiscover",
    "name_server_suffixes",
    "external_user_price",
    "reminder_addresses",
    "known_addresses",
    "outlook_guide_url",
    "country",
    "zone",
    "sync_scope",
    "self_declaration",
)


@dataclass
class Conflict(Exception):
    """Somebody else changed the configuration meanwhile: field, what was seen, what is there."""

    changes: dict[str, tuple[Any, Any]]


def configured(tenant: Tenant) -> dict[str, Any]:
    """Return what is configured; a zone that waits for midnight counts as configured."""
    values = {name: getattr(tenant, name) for name in FIELDS}
    return values | {"zone": tenant.zone_next or tenant.zone}


def configure(
    tenant: Tenant,
    *,
    values: Mapping[str, Any],
    seen: Mapping[str, Any],
    reason: str,
    actor: User,
    now: datetime,
) -> dict[str, Any]:
    """Write a configuration and tell the company's history what changed; return the changes.

    A new zone counts from the next midnight of the present one. Raises Conflict where what is
    stored is not what was seen, and PermissionDenied for who manages nothing any more.
    """
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        require(actor, "vendor.configure")
        settle_zone(locked, now)
        stored = configured(locked)
        moved = {k: (seen.get(k), stored[k]) for k in FIELDS if seen.get(k) != stored[k]}
        if moved:
            raise Conflict(moved)
        changes = {
            name: {"old": stored[name], "new": values[name]}
            for name in FIELDS
            if values[name] != stored[name]
        }
        if changes:
            _write(locked, changes, now)
            told = {"changes": changes, "reason": reason}
            history.append(locked, [history.told_by("tenant.configured", actor, told)], now=now)
    return changes


def _write(tenant: Tenant, changes: dict[str, dict[str, Any]], now: datetime) -> None:
    for name in changes:
        if name == "zone":
            changes[name] |= _move_zone(tenant, changes[name]["new"], now)
        else:
            setattr(tenant, name, changes[name]["new"])
    tenant.save(update_fields=[*(n for n in changes if n != "zone"), "zone_next", "zone_next_at"])


def _move_zone(tenant: Tenant, name: str, now: datetime) -> dict[str, Any]:
    """Let a zone wait for midnight; the present one again takes a waiting change back."""
    if name == tenant.zone:
        tenant.zone_next, tenant.zone_next_at = "", None
        return {}
    wanted = type(zone_at(tenant, now))(name)
    tenant.zone_next = name
    tenant.zone_next_at = takes_effect(zone_at(tenant, now), wanted, now)
    return {"from": tenant.zone_next_at.isoformat()}


def settle_zone(tenant: Tenant, now: datetime) -> bool:
    """Write down a zone whose midnight has come, in a tenant whose row is locked.

    It counts without that: everybody asks ``zones.zone_at``. This keeps the row plain.
    """
    if not is_due(tenant, now):
        return False
    assert tenant.zone_next_at is not None
    told = {"old": tenant.zone, "new": tenant.zone_next, "from": tenant.zone_next_at.isoformat()}
    tenant.zone, tenant.zone_next, tenant.zone_next_at = tenant.zone_next, "", None
    tenant.save(update_fields=["zone", "zone_next", "zone_next_at"])
    history.append(tenant, [Entry("tenant.zone_changed", "system", None, told)], now=now)
    return True


def settle_zones(now: datetime) -> int:
    """Write down every zone whose midnight has come; return how many."""
    settled = 0
    for pk in Tenant.objects.filter(zone_next_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            settled += settle_zone(history.lock_tenant(pk), now)
    return settled
