"""Where every stream should end, according to the row it is about."""

from collections.abc import Callable, Iterator

from audit.chain import Head
from helpdesk.models import Tenant, VendorDesk
from procedures.models import Run

# Yields the streams of somebody above this floor, of one tenant or of all.
Heads = Callable[[Tenant | None], Iterator[tuple[str, Head]]]
_more: list[Heads] = []


def register(heads: Heads) -> None:
    """Name further streams, so that what verifies the history knows where they end."""
    if heads not in _more:
        _more.append(heads)


def read_heads(tenant: Tenant | None = None) -> dict[str, Head]:
    """Return the head of every stream; of one tenant's when it is given."""
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
    for more in _more:
        yield from more(tenant)
