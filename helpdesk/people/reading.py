"""What the pages about people read: the list, one person, their history; few queries each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from audit.models import Body, Event
from helpdesk.models import Invitation, Leaver, Membership, Substitute, Tenant, User

PAGE = 50
HISTORY_LIMIT = 50
KINDS = (
    "membership.given",
    "membership.taken",
    "person.joined",
    "person.deactivated",
    "person.reactivated",
    "substitute.appointed",
    "substitute.ended",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of people, and whether there are more."""

    people: list[User]
    more: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One event about a person; ``body`` is empty when it was erased."""

    number: int
    kind: str
    at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)


def people_of(tenant: Tenant) -> QuerySet[User]:
    """Return who is a member of a tenant or was deactivated there, with their roles, by name.

    ``here`` lists their memberships of this tenant; ``is_leaver`` says who was deactivated.
    """
    member = Membership.objects.filter(tenant=tenant, user=OuterRef("pk"))
    leaver = Leaver.objects.filter(tenant=tenant, user=OuterRef("pk"))
    here = Prefetch("memberships", Membership.objects.filter(tenant=tenant), to_attr="here")
    return (
        User.objects.annotate(is_leaver=Exists(leaver))
        .filter(Q(Exists(member)) | Q(Exists(leaver)))
        .prefetch_related(here)
        .order_by("is_leaver", "name", "pk")
    )


def page_of(tenant: Tenant, text: str, number: int) -> Listed:
    """Return one page of people by name, those who are searched for; two queries."""
    people = people_of(tenant)
    if text:
        people = people.filter(Q(name__icontains=text) | Q(email__icontains=text))
    begin = (number - 1) * PAGE
    rows = list(people[begin : begin + PAGE + 1])
    return Listed(rows[:PAGE], len(rows) > PAGE)


def invitations_of(tenant: Tenant) -> QuerySet[Invitation]:
    """Return the newest invitations that nobody has accepted or revoked."""
    rows = Invitation.objects.filter(tenant=tenant, used_at=None, revoked_at=None)
    return rows.select_related("invited_by").order_by("-pk")[:PAGE]


def substitutes_of(tenant: Tenant, person: User, now: datetime) -> QuerySet[Substitute]:
    """Return the stand-ins for a person, and for whom they stand in, that are not over."""
    rows = Substitute.objects.filter(
        Q(absent=person) | Q(stand_in=person), tenant=tenant, ended_at=None, ends_at__gt=now
    )
    return rows.select_related("absent", "stand_in", "appointed_by").order_by("starts_at", "pk")


def candidates_of(tenant: Tenant, absent: User, actor: User) -> QuerySet[User]:
    """Return who could stand in: active members, except the absent and who appoints."""
    member = Membership.objects.filter(tenant=tenant, user=OuterRef("pk"))
    people = User.objects.filter(Exists(member), is_active=True)
    return people.exclude(pk__in=[absent.pk, actor.pk]).order_by("name", "pk")


def history_of(tenant: Tenant, person: User) -> list[Happened]:
    """Read the newest events about a person on the tenant's stream, newest first; one query."""
    # A body's canonical form has no spaces: the number ends at the next mark.
    names = [f'"{key}":{person.pk}{mark}' for key in ("user", "stand_in") for mark in ",}"]
    about = Q()
    for name in names:
        about |= Q(body__contains=name)
    bodies = Body.objects.filter(stream=OuterRef("stream"), number=OuterRef("number"))
    found = Body.objects.filter(about, stream=tenant.stream).values("number")
    rows = (
        Event.objects.filter(stream=tenant.stream, kind__in=KINDS, number__in=found)
        .annotate(text=Subquery(bodies.values("body")[:1]))
        .order_by("-number")[:HISTORY_LIMIT]
    )
    return [Happened(row.number, row.kind, row.at, json.loads(row.text or "{}")) for row in rows]
