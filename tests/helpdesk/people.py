"""What tests about people read: the events of a tenant, each with its body."""

import json
from typing import Any

from audit.chain import Head
from audit.models import Body, Event
from audit.verify import verify
from helpdesk.models import Tenant
from tests.factories import at

NOON = at("2026-11-23T12:00")


def told(tenant: Tenant) -> list[tuple[str, dict[str, Any]]]:
    """Read a tenant's events, and make sure that the chain holds."""
    tenant.refresh_from_db()
    head = Head(tenant.event_number, tenant.event_mac)
    assert list(verify([tenant.stream], {tenant.stream: head})) == []
    bodies = dict(Body.objects.filter(stream=tenant.stream).values_list("number", "body"))
    events = Event.objects.filter(stream=tenant.stream).order_by("number")
    return [(event.kind, json.loads(bodies[event.number])) for event in events]


def kinds(tenant: Tenant) -> list[str]:
    """List the kinds of a tenant's events in order."""
    return [kind for kind, _body in told(tenant)]
