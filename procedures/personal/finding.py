"""Find where a person is named or has acted; read without a lock, before anything is erased."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, JSONField, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from audit.models import Body, Event
from helpdesk.identity import Identity
from helpdesk.models import Assignment, Membership, Tenant, VendorDesk
from helpdesk.people.models import Invitation, Leaver
from procedures.models import Participant, Run
from procedures.personal import beside
from procedures.store.erasing import TYPED


@dataclass(slots=True)
class Places:
    """Tenants and runs to be locked, and the events to look at, by stream."""

    tenants: set[int] = field(default_factory=set)
    runs: set[int] = field(default_factory=set)
    events: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def places_of(who: Identity) -> Places:
    """Find every place. Addresses are looked for everywhere, the name in their own tenants."""
    found = Places()
    acted = Event.objects.filter(actor_id=who.user_id)
    said = Body.objects.filter(stream=OuterRef("stream"), number=OuterRef("number"), erased_at=None)
    unerased = acted.filter(Exists(said)).values_list("stream", "number")
    for stream, number in unerased.iterator(chunk_size=2_000):
        found.events[stream].add(number)
    found.tenants |= _own_tenants(who)
    found.tenants |= _owners(acted.values_list("stream", flat=True).distinct())[0]
    for stream, number in _naming_bodies(who, found.tenants):
        found.events[stream].add(number)
    tenants, runs = _owners(found.events)
    found.runs |= runs | set(_typed_runs(who, found.tenants))
    found.tenants |= tenants
    found.tenants |= set(
        Run.objects.filter(pk__in=found.runs).values_list("tenant_id", flat=True).distinct()
    )
    return found


def open_runs(who: Identity) -> list[str]:
    """List the open runs that the person asked for, joined, or is named in by a value."""
    joined = Participant.objects.filter(user=who.user_id).values("run")
    own = Run.objects.filter(Q(requester=who.user_id) | Q(pk__in=joined), state="open")
    named = Run.objects.filter(pk__in=set(_value_runs(who)), state="open")
    rows = (own | named).order_by("tenant__slug", "pk").values_list("tenant__slug", "reference")
    return [f"{slug} {reference}" for slug, reference in rows.distinct()]


def _own_tenants(who: Identity) -> set[int]:
    found: set[int | None] = set(
        Run.objects.filter(requester=who.user_id).values_list("tenant_id", flat=True).distinct()
    )
    for model in (Membership, Assignment, Leaver, Invitation):
        rows = model._default_manager.filter(user=who.user_id)
        found |= set(rows.values_list("tenant_id", flat=True))
    return {pk for pk in found if pk is not None}


def _naming_bodies(who: Identity, tenants: set[int]) -> Iterable[tuple[str, int]]:
    bodies = Body.objects.filter(_mentions(who, "body"), erased_at=None)
    rows = list(bodies.values_list("stream", "number", "body"))
    # The name alone may mean somebody else in a company they never belonged to.
    near = _streams_in(tenants, {stream for stream, _number, _body in rows})
    for stream, number, body in rows:
        if _is_meant(who, json.loads(body), stream in near):
            yield stream, number


def _is_meant(who: Identity, value: object, near: bool) -> bool:
    return (who if near else Identity(who.user_id, who.emails, "")).is_named_in(value)


def _typed_runs(who: Identity, tenants: set[int]) -> Iterable[int]:
    for model, columns in TYPED.items():
        for column in columns:
            yield from _rows_naming(who, model._default_manager.all(), column, tenants)
    for pk, tenant, subject in Run.objects.filter(_mentions(who, "subject")).values_list(
        "pk", "tenant_id", "subject"
    ):
        if _is_meant(who, subject, tenant in tenants):
            yield pk


def _value_runs(who: Identity) -> Iterable[int]:
    model = next(iter(TYPED))
    return _rows_naming(who, model._default_manager.filter(run__state="open"), "value", None)


def _rows_naming(
    who: Identity, rows: QuerySet, column: str, tenants: set[int] | None
) -> Iterable[int]:
    if isinstance(rows.model._meta.get_field(column), JSONField):
        rows = rows.annotate(as_text=Cast(column, TextField())).filter(_mentions(who, "as_text"))
    else:
        rows = rows.filter(_mentions(who, column))
    for run, tenant, value in rows.values_list("run_id", "run__tenant_id", column):
        if run is not None and _is_meant(who, value, tenants is None or tenant in tenants):
            yield run


def _mentions(who: Identity, column: str) -> Q:
    """Return a coarse condition; what it finds is then looked at exactly."""
    wanted = Q(pk__in=[])
    for word in filter(None, (*who.emails, who.name)):
        # JSON may have been stored with its letters escaped.
        for form in {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]}:
            wanted |= Q(**{f"{column}__icontains": form})
    return wanted


def _owners(streams: Iterable[str]) -> tuple[set[int], set[int]]:
    """Return the tenants and the runs that some streams are about."""
    streams = list(streams)
    elsewhere = beside.places(streams).values()
    uids = {"tenant": set[str](), "run": set[str]()}
    for stream in streams:
        kind, _, uid = stream.partition(":")
        uids.setdefault(kind, set()).add(uid)
    tenants = Tenant.objects.filter(uid__in=uids["tenant"]).values_list("pk", flat=True)
    runs = dict(Run.objects.filter(uid__in=uids["run"]).values_list("pk", "tenant_id"))
    tenant_keys = {*tenants, *runs.values(), *(tenant for tenant, _run in elsewhere)}
    return tenant_keys, {*runs, *(run for _tenant, run in elsewhere)}


def _streams_in(tenants: set[int], streams: set[str]) -> set[str]:
    """Return which of some streams belong to some tenants, or are the vendor's."""
    kept = {desk.stream for desk in VendorDesk.objects.all()}
    for prefix, model, column in (("tenant", Tenant, "pk"), ("run", Run, "tenant_id")):
        uids = {s.partition(":")[2] for s in streams if s.startswith(f"{prefix}:")}
        rows = model._default_manager.filter(uid__in=uids, **{f"{column}__in": tenants})
        kept |= {f"{prefix}:{uid}" for uid in rows.values_list("uid", flat=True)}
    others = beside.places(streams)
    return kept | {stream for stream, (tenant, _run) in others.items() if tenant in tenants}
