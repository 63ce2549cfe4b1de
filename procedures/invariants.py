"""What must hold of every run at any moment, read back from the rows; nothing is written."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from audit.kept import ERASED, told
from audit.models import Body, Event
from helpdesk.models import Membership, Role, Tenant
from procedures import messages, snapshot
from procedures.definition import Procedure
from procedures.fold import IllegalHistory, fold
from procedures.models import Claim, Deadline, Delivery, Notice, Run, RunStep, Value
from procedures.rules.values import load_value

CHUNK = 200
ENDS = ("completed", "cancelled", "refused", "expired")
# Which claims may outlive a run: a used slot always, what a completed run made for good.
KEPT: Mapping[str, tuple[str, ...]] = {"completed": ("forever", "cancelled")}
KEPT_ELSE = ("forever",)


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold, and where."""

    invariant: str
    where: str
    message: str

    def __str__(self) -> str:
        """Name place, invariant and what is wrong in one line."""
        return f"{self.where}: {self.invariant}: {self.message}"


# Looks at what somebody above keeps beside the runs, of one tenant or of all.
Check = Callable[[Tenant | None], Iterator[Broken]]
_more: list[Check] = []


def register(check: Check) -> None:
    """Let a verification look at this, too."""
    if check not in _more:
        _more.append(check)


@dataclass(slots=True)
class Looked:
    """How much a verification has looked at; ``erased`` runs can no longer be folded."""

    runs: int = 0
    erased: int = 0


@dataclass(slots=True)
class _Parts:
    """The rows that hang on the runs of one chunk, by run or by stream."""

    steps: Mapping[Any, list[tuple[str, int, str]]]
    events: Mapping[Any, list[tuple[int, str]]]
    deadlines: Mapping[Any, list[tuple[str, str]]]
    claims: Mapping[Any, list[tuple[str, str]]]
    values: Mapping[Any, list[tuple[str, Any]]]


def check_runs(runs: QuerySet[Run], looked: Looked | None = None) -> Iterator[Broken]:
    """Yield what does not hold of some runs, in bounded memory."""
    looked = Looked() if looked is None else looked
    rows = runs.select_related("version", "tenant").order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        parts = _parts(chunk)
        for run in chunk:
            looked.runs += 1
            yield from _check_run(run, parts, looked)


def check_all(tenant: Tenant | None = None, looked: Looked | None = None) -> Iterator[Broken]:
    """Yield what does not hold of all runs and tenants, or of one tenant."""
    runs, tenants = Run.objects.all(), Tenant.objects.all()
    if tenant is not None:
        runs, tenants = runs.filter(tenant=tenant), tenants.filter(pk=tenant.pk)
    yield from check_runs(runs, looked)
    yield from _claims_once(tenants)
    yield from _told_once(runs)
    yield from _admin_left(tenants)
    for check in _more:
        yield from check(tenant)


def _parts(runs: Sequence[Run]) -> _Parts:
    def grouped(rows: Iterable[tuple[Any, ...]]) -> Mapping[Any, list[Any]]:
        found: dict[Any, list[Any]] = defaultdict(list)
        for owner, *rest in rows:
            found[owner].append(tuple(rest))
        return found

    keys, streams = [run.pk for run in runs], [run.stream for run in runs]
    held = Claim.objects.filter(run__in=keys, released_at=None)
    values = Value.objects.filter(run__in=keys).order_by("id")
    bodies = dict(
        grouped(Body.objects.filter(stream__in=streams).values_list("stream", "number", "body"))
    )
    said = {(stream, number): body for stream, rows in bodies.items() for number, body in rows}
    events = Event.objects.filter(stream__in=streams).order_by("stream", "number")
    return _Parts(
        steps=grouped(
            RunStep.objects.filter(run__in=keys).values_list("run_id", "key", "round", "state")
        ),
        events=grouped(
            (stream, number, said.get((stream, number), ""))
            for stream, number in events.values_list("stream", "number")
        ),
        deadlines=grouped(
            Deadline.objects.filter(run__in=keys).values_list("run_id", "key", "state")
        ),
        claims=grouped(held.values_list("run_id", "key", "until")),
        values=grouped(values.values_list("run_id", "field", "value")),
    )


def _check_run(run: Run, parts: _Parts, looked: Looked) -> Iterator[Broken]:
    where = f"run {run.reference} ({run.stream})"
    events = parts.events.get(run.stream, [])
    numbers = [number for number, _body in events]
    if numbers != list(range(1, run.event_number + 1)):
        yield Broken("I2", where, f"{len(numbers)} events, where {run.event_number} are counted")
    else:
        # An erased body is told by what was kept of it; without that nothing can be folded.
        bodies = told(events)
        if all(bodies.values()):
            steps = {(key, turn): state for key, turn, state in parts.steps.get(run.pk, [])}
            yield from _folds(run, where, [bodies[number] for number in numbers], steps)
        else:
            looked.erased += 1
    if run.state in ENDS:
        yield from _ended(run, where, parts)
    else:
        yield from _goes_on(run, where, parts)


def _folds(
    run: Run, where: str, bodies: list[Mapping[str, Any]], steps: dict[tuple[str, int], str]
) -> Iterator[Broken]:
    try:
        told = fold(bodies)
    except IllegalHistory as error:
        yield Broken("I1", where, str(error))
        return
    if told.run != run.state:
        yield Broken("I1", where, f"the run is {run.state}, its events say {told.run}")
    for place in sorted(told.steps.keys() | steps.keys()):
        stored, said = steps.get(place, "absent"), told.steps.get(place, "nothing")
        if stored != said:
            key, turn = place
            yield Broken("I1", where, f"step {key}/{turn} is {stored}, the events say {said}")


def _ended(run: Run, where: str, parts: _Parts) -> Iterator[Broken]:
    for key, state in parts.deadlines.get(run.pk, []):
        if state == "pending":
            yield Broken("I24", where, f"{run.state}, yet the deadline {key} is pending")
    kept = KEPT.get(run.state, KEPT_ELSE)
    for key, until in parts.claims.get(run.pk, []):
        if until not in kept:
            yield Broken("I24", where, f"{run.state}, yet the claim {key} is held ({until})")


def _goes_on(run: Run, where: str, parts: _Parts) -> Iterator[Broken]:
    """Look for a step that can be done or a timer that will come: nothing waits for ever."""
    procedure = snapshot.from_json(run.version.definition)
    newest: dict[str, tuple[int, str]] = {}
    for key, turn, state in parts.steps.get(run.pk, []):
        newest[key] = max(newest.get(key, (0, "")), (turn, state))
    finished = frozenset(k for k, (_, s) in newest.items() if s in ("completed", "skipped"))
    values = _values(procedure, parts.values.get(run.pk, []))
    timers = any(state == "pending" for _key, state in parts.deadlines.get(run.pk, []))
    if not timers and not procedure.ready(values, finished):
        yield Broken("I25", where, "open, yet no step can be done and no timer will come")


def _values(procedure: Procedure, rows: list[tuple[str, Any]]) -> dict[str, Any]:
    kinds = {one.key: one.kind for one in procedure.fields}
    return {key: load_value(kinds.get(key, "text"), stored) for key, stored in rows}


def _claims_once(tenants: QuerySet[Tenant]) -> Iterator[Broken]:
    held = Claim.objects.filter(tenant__in=tenants, released_at=None)
    twice = held.values("tenant__slug", "key").annotate(n=Count("id")).filter(n__gt=1)
    for row in twice:
        where = f"tenant {row['tenant__slug']}"
        yield Broken("I6", where, f"the claim {row['key']} is in force {row['n']} times")


def _told_once(runs: QuerySet[Run]) -> Iterator[Broken]:
    notices = Notice.objects.filter(run__in=runs)
    names = ("run__reference", "number", "template", "recipient")
    for row in notices.values(*names).annotate(n=Count("id")).filter(n__gt=1):
        where = f"run {row['run__reference']}"
        yield Broken("I18", where, f"event {row['number']} told one person {row['n']} times")
    for model in (Delivery, Notice):
        stray = model.objects.filter(run__in=runs).filter(
            Q(number__lt=1) | Q(number__gt=F("run__event_number"))
        )
        # Those are numbered by the conversation about the run.
        stray = stray.exclude(number__gte=1, template__in=messages.templates())
        for reference, number in stray.values_list("run__reference", "number"):
            what = model._meta.model_name
            yield Broken("I16", f"run {reference}", f"a {what} of event {number}, which is none")


def _admin_left(tenants: QuerySet[Tenant]) -> Iterator[Broken]:
    """Look for tenants that had an admin, by their own history, and have none."""
    for role, words in ((Role.SITE_ADMIN, "a site admin"), (Role.MAIL_ADMIN, "a mail admin")):
        held = Membership.objects.filter(tenant__in=tenants, role=role, user__is_active=True)
        for tenant in tenants.exclude(pk__in=set(held.values_list("tenant_id", flat=True))):
            if any(body.get("role") == role for body in _said_of_roles(tenant)):
                yield Broken("I34", f"tenant {tenant.slug}", f"there was {words}, none is left")


def _said_of_roles(tenant: Tenant) -> Iterator[Mapping[str, Any]]:
    kinds = dict(
        Event.objects.filter(
            stream=tenant.stream, kind__in=("membership.given", "membership.taken", ERASED)
        ).values_list("number", "kind")
    )
    rows = Body.objects.filter(stream=tenant.stream, number__in=kinds)
    bodies = told(rows.values_list("number", "body"))
    return (body for number, body in bodies.items() if kinds[number] != ERASED)
