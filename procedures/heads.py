"""Where every stream should end, according to the row it is about."""

from collections.abc import Iterator

from audit.chain import Head
from helpdesk.models import Tenant, VendorDesk
from procedures.models import Run


def read_heads(tenant: Tenant | None = None) -> dict[str, Head]:
    """Return the head of each run, each tenant and the vendor; of one tenant when it is given."""
    return dict(_heads(tenant))


def _heads(tenant: Tenant | None) -> Iterator[tuple[str, Head]]:
    tenants = Tenant.objects.all()
    runs = Run.objects.all()
    if tenant is not None:
        tenants, runs = tenants.filter(pk=tenant.pk), runs.filter(tenant=tenant)
    else:
        for desk in VendorDesk.objects.all():
            yield desk.stream, Head(desk.event_number, desk.event_mac, desk.event_at)
    for prefix, rows in (("tenant", tenants), ("run", runs)):
        columns = rows.values_list("uid", "event_number", "event_mac", "event_at")
        for uid, number, mac, at in columns.iterator(chunk_size=2_000):
            yield f"{prefix}:{uid}", Head(number, mac, at)
