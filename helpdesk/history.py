"""Write events about a tenant: who was invited, which role was given, what was configured."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from audit.chain import Entry, Head, head_after, link
from audit.store import audit_key, insert_links
from helpdesk.models import Tenant


def append(tenant: Tenant, entries: Sequence[Entry], *, now: datetime) -> None:
    """Append events to the tenant's stream within the caller's transaction.

    Lock the tenant's row first: its head is read from the row and written back.
    """
    key = audit_key()
    head = Head(tenant.event_number, tenant.event_mac, tenant.event_at)
    links = []
    for entry in entries:
        links.append(link(key, tenant.stream, head, entry, now))
        head = head_after(links[-1])
    with connection.cursor() as cursor:
        insert_links(cursor, links, connection.vendor)
    tenant.event_number, tenant.event_mac, tenant.event_at = head.number, head.mac, head.at
    tenant.save(update_fields=["event_number", "event_mac", "event_at"])
