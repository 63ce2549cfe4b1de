"""Write events about a tenant: who was invited, which role was given, what was configured."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import connection

from audit.chain import Entry, Head, head_after, link
from audit.store import audit_key, insert_links
from helpdesk.models import Tenant, User, VendorDesk


class Owner(Protocol):
    """A row that a stream of events is about; it holds where the stream ends."""

    event_number: int
    event_mac: str
    event_at: datetime | None

    @property
    def stream(self) -> str:
        """Name the stream."""

    def save(self, *, update_fields: Sequence[str]) -> None:
        """Write the new end back."""


def append(owner: Owner, entries: Sequence[Entry], *, now: datetime) -> None:
    """Append events to the stream of a tenant, the vendor or the like, in the caller's transaction.

    Lock the owner's row first: its head is read from the row and written back.
    """
    key = audit_key()
    head = Head(owner.event_number, owner.event_mac, owner.event_at)
    links = []
    for entry in entries:
        links.append(link(key, owner.stream, head, entry, now))
        head = head_after(links[-1])
    with connection.cursor() as cursor:
        insert_links(cursor, links, connection.vendor)
    owner.event_number, owner.event_mac, owner.event_at = head.number, head.mac, head.at
    owner.save(update_fields=["event_number", "event_mac", "event_at"])


def told_by(kind: str, actor: User, body: Mapping[str, Any]) -> Entry:
    """Make the entry of what a person did, in the shape the engine gives its own."""
    named = {"name": actor.get_full_name(), "email": actor.email}
    return Entry(kind, "user", actor.pk, {**body, "actor": named})


def lock_tenant(pk: int) -> Tenant:
    """Lock a tenant's row and read it; on SQLite the transaction itself is the lock."""
    return Tenant.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def lock_vendor() -> VendorDesk:
    """Lock the vendor's row and read it; lock it before a tenant's, never after."""
    return VendorDesk.objects.select_for_update(of=("self",), no_key=True).get(pk=VendorDesk.ONLY)
