"""Which companies' tickets a person of the vendor sees in the queue, and which only in outline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Q, QuerySet

from helpdesk.access import serves
from helpdesk.models import Tenant, User
from helpdesk.permissions import may
from helpdesk.zones import zone_at
from procedures.models import Run
from procedures.rules.facts import first_instant

# A list of more companies than this is searched by name instead.
MOST = 500


@dataclass(frozen=True)
class Scope:
    """The companies a person serves, and for those who look after all of them, the others.

    Of a company that somebody does not serve they see that there is a ticket, its number,
    procedure, step and times; what it is about they see on a visit, for which they give a reason.
    """

    user: User
    now: datetime
    everything: bool
    served: Mapping[int, Tenant]
    others: Mapping[int, Tenant] = field(default_factory=dict)

    @property
    def companies(self) -> list[Tenant]:
        """List the companies by name."""
        both = {**self.served, **self.others}.values()
        return sorted(both, key=lambda one: (one.name, one.pk))

    def runs(self) -> QuerySet[Run]:
        """Return the runs of these companies."""
        rows = Run.objects.all()
        return rows if self.everything else rows.filter(tenant__in=list(self.served))

    def serves(self, tenant_id: int) -> bool:
        """Say whether the person serves a company now."""
        return tenant_id in self.served

    @cached_property
    def _zones(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for one in self.companies:
            found.setdefault(str(zone_at(one, self.now)), []).append(one.pk)
        return found

    def within_days(self, column: str, tenant: str, days: int) -> Q:
        """Return the condition that a time lies within the first ``days`` local days from today.

        Days are each company's: those of one zone share a condition.
        """
        condition = Q(pk__in=[])
        for ids in self._zones.values():
            zone = zone_at(self._any(ids[0]), self.now)
            today: date = self.now.astimezone(zone).date()
            span = {
                f"{column}__gte": first_instant(today, zone),
                f"{column}__lt": first_instant(today + timedelta(days=days), zone),
            }
            here = Q() if len(self._zones) == 1 else Q(**{f"{tenant}__in": ids})
            condition |= Q(**span) & here
        return condition

    def _any(self, pk: int) -> Tenant:
        return self.served.get(pk) or self.others[pk]


def scope_of(user: User, roles: Iterable[str], now: datetime) -> Scope:
    """Read the companies of a person's queue: one query, or two for who looks after all."""
    served = {one.pk: one for one in Tenant.objects.filter(serves(user, now)).order_by("name")}
    everything = may(roles, "vendor.configure")
    others: dict[int, Tenant] = {}
    if everything:
        rows = Tenant.objects.exclude(pk__in=list(served)).order_by("name", "pk")[:MOST]
        others = {one.pk: one for one in rows}
    return Scope(user, now, everything, served, others)
