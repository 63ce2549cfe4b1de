"""Whose is a ticket now? Who was given it, while they are active and serve the company."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.access import open_visits, serves
from helpdesk.models import Assignment, Tenant, User, VendorMembership
from tickets.queue.models import Ticket


def held(now: datetime) -> QuerySet[Ticket]:
    """Return the tickets that are somebody's now; whoever no longer serves holds nothing."""
    here = {"user": OuterRef("assignee"), "tenant": OuterRef("run__tenant")}
    assigned = Assignment.objects.filter(**here)
    visiting = open_visits(now).filter(**here)
    vendor = VendorMembership.objects.filter(user=OuterRef("assignee"))
    return Ticket.objects.filter(
        Exists(assigned) | Exists(visiting), Exists(vendor), assignee__is_active=True
    )


def holders_of(runs: Iterable[int], now: datetime) -> dict[int, User]:
    """Map each run to who holds it; one query."""
    rows = held(now).filter(run__in=list(runs)).select_related("assignee")
    return {row.run_id: row.assignee for row in rows if row.assignee is not None}


def holder_of(run_id: int, now: datetime) -> User | None:
    """Return who holds a run; one query."""
    return holders_of([run_id], now).get(run_id)


def serving(tenant: Tenant, now: datetime) -> QuerySet[User]:
    """Return the active people of the vendor who serve a company now, by name."""
    return serving_any([tenant.pk], now)


def serving_any(tenants: Iterable[int] | None, now: datetime) -> QuerySet[User]:
    """Return the active people of the vendor who serve one of these companies, or any; by name."""
    here = {"user": OuterRef("pk")}
    assigned, visiting = Assignment.objects.filter(**here), open_visits(now).filter(**here)
    if tenants is not None:
        among = list(tenants)
        assigned, visiting = assigned.filter(tenant__in=among), visiting.filter(tenant__in=among)
    vendor = VendorMembership.objects.filter(user=OuterRef("pk"))
    people = User.objects.filter(Exists(vendor), is_active=True)
    return people.filter(Q(Exists(assigned)) | Q(Exists(visiting))).order_by("name", "pk")


def does_serve(user: User, tenant: Tenant, now: datetime) -> bool:
    """Say whether an active person of the vendor serves a company now; one query."""
    return Tenant.objects.filter(serves(user, now), pk=tenant.pk).exists()
