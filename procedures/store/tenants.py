"""Changes that reach the tenant itself: roles, the main domain, events of its own stream."""

from datetime import datetime
from typing import Any

from django.db import connection

from audit.chain import Entry, Head, Link, head_after, link
from audit.store import audit_key, insert_links
from helpdesk.models import Membership, Tenant, User
from procedures.change import Change, Loaded, RoleChange
from procedures.store.dialect import postgres


def lock_tenant(tenant_id: int) -> Tenant:
    """Lock a tenant's row and read it. On SQLite the transaction itself is the lock."""
    rows = Tenant.objects.filter(pk=tenant_id)
    if postgres():
        rows = rows.select_for_update(of=("self",), no_key=True)
    return rows.get()


def append_to_tenant(tenant: Tenant, entries: list[Entry], now: datetime) -> list[Link]:
    """Write events to the stream of a tenant whose row is locked."""
    head, links = Head(tenant.event_number, tenant.event_mac, tenant.event_at), []
    for entry in entries:
        placed = link(audit_key(), tenant.stream, head, entry, now)
        head = head_after(placed)
        links.append(placed)
    with connection.cursor() as cursor:
        insert_links(cursor, links, connection.vendor)
    tenant.event_number, tenant.event_mac, tenant.event_at = head.number, head.mac, head.at
    tenant.save(update_fields=["event_number", "event_mac", "event_at"])
    return links


def apply_to_tenant(loaded: Loaded, change: Change, now: datetime) -> None:
    """Write what a run's end changes in its tenant; the tenant row is locked already."""
    if not change.role_changes and not change.main_domain:
        return
    tenant = lock_tenant(loaded.run.tenant_id)
    entries = [_change_role(loaded, tenant, one) for one in change.role_changes]
    if change.main_domain:
        entries.append(_change_domain(loaded, tenant, change.main_domain))
    append_to_tenant(tenant, entries, now)


def _entry(loaded: Loaded, kind: str, body: dict[str, Any]) -> Entry:
    actor = loaded.actor
    told = {**body, "run": loaded.run.reference, "actor": {"name": actor.name}}
    return Entry(kind, actor.kind, actor.id, told, cause=loaded.run.stream)


def _change_role(loaded: Loaded, tenant: Tenant, one: RoleChange) -> Entry:
    user = User.objects.filter(email__iexact=one.email).first()
    invited = user is None
    if user is None:
        # An added person without an account is invited: no password, only a link signs in.
        user = User.objects.create_user(one.email, name=one.email.partition("@")[0])
        Membership.objects.create(user=user, tenant=tenant, role="member")
    if one.given:
        Membership.objects.get_or_create(user=user, tenant=tenant, role=one.role)
    else:
        # Who no longer administers the mail still uses it.
        Membership.objects.get_or_create(user=user, tenant=tenant, role="member")
        Membership.objects.filter(user=user, tenant=tenant, role=one.role).delete()
    kind = "membership.given" if one.given else "membership.taken"
    return _entry(
        loaded, kind, {"user": user.pk, "email": one.email, "role": one.role, "invited": invited}
    )


def _change_domain(loaded: Loaded, tenant: Tenant, new: str) -> Entry:
    old = tenant.main_domain
    keep = [d for d in dict.fromkeys([*(loaded.values.get("multi_domains") or ())]) if d != new]
    tenant.main_domain, tenant.multi_domains = new, keep
    tenant.save(update_fields=["main_domain", "multi_domains"])
    return _entry(loaded, "domain.changed", {"old": old, "new": new, "multi": keep})
