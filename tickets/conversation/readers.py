"""Who may read what is said about a run, so that only they can be told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from helpdesk.access import holders_of, open_visits
from helpdesk.models import Assignment, Membership, Role, User, VendorMembership
from helpdesk.permissions import roles_of
from procedures.access import SEES_ANY
from procedures.models import Participant, Run, Value
from procedures.store import procedure_of


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may see a run; ``vendor`` says that they read internal comments as well."""

    id: int
    name: str
    vendor: bool


def readers_of(run: Run, now: datetime) -> list[Reader]:
    """List the active people who may see a run now, the vendor's last; at most two queries."""
    tenant = run.tenant_id
    serving = Assignment.objects.filter(user=OuterRef("pk"), tenant=tenant)
    visiting = open_visits(now).filter(user=OuterRef("pk"), tenant=tenant)
    roles = roles_of("talk.see_internal")
    vendor = VendorMembership.objects.filter(user=OuterRef("pk"), role__in=roles)
    serves = Q(Exists(vendor)) & (Q(Exists(serving)) | Q(Exists(visiting)))
    member = Q(Exists(Membership.objects.filter(user=OuterRef("pk"), tenant=tenant)))
    sees = serves
    for role in SEES_ANY:
        if role in Role.values:
            sees |= holders_of(tenant, role, now)
    sees |= member & _whose_run(run)
    people = User.objects.filter(sees, is_active=True).annotate(vendor=Exists(vendor))
    people = people.annotate(serves=serves)  # type: ignore[arg-type]
    rows = people.order_by("name", "pk").values_list("pk", "name", "email", "serves")
    found = [Reader(pk, name or email, bool(at_vendor)) for pk, name, email, at_vendor in rows]
    return sorted(found, key=lambda one: one.vendor)


def _whose_run(run: Run) -> Q:
    """Return the condition that a run is a person's, as ``procedures.access.own_runs`` has it."""
    joined = Participant.objects.filter(run=run)
    whose = Q(pk=run.requester_id) | Q(pk__in=joined.values("user"))
    if "mailbox" not in procedure_of(run.version_id).field_by_key:
        return whose
    newest = Value.objects.filter(run=run, field="mailbox").order_by("-pk").first()
    if newest is not None and isinstance(newest.value, str) and newest.value:
        whose |= Q(email__iexact=newest.value)
    return whose


def named_in(text: str, readers: Iterable[Reader]) -> set[int]:
    """Return the ids of those whom a text names with ``@``; a name that two people have is none's.

    The longest name counts: ``@김하나라`` is not ``김하나``.
    """
    by_name: dict[str, list[int]] = {}
    for reader in readers:
        by_name.setdefault(reader.name, []).append(reader.id)
    found, rest = set(), text
    for name in sorted(by_name, key=len, reverse=True):
        if f"@{name}" in rest:
            rest = rest.replace(f"@{name}", "\x00")
            if len(by_name[name]) == 1:
                found.add(by_name[name][0])
    return found
