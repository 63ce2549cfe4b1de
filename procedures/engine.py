"""What can be done with runs: load, decide, commit; one transaction a command."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, OperationalError, transaction

from helpdesk.models import Tenant
from procedures import commands as c
from procedures import refusals, store
from procedures.change import Change, InvalidInput, Loaded, NotPossible, Refusal
from procedures.decide import decide, opening
from procedures.definition import Step
from procedures.models import Claim, Run
from procedures.rules.wording import iso

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a command. ``repeated``: the same submission was stored before."""

    run: Run | None
    number: int
    refusal: Refusal | None = None
    repeated: bool = False
    joined: bool = False

    @property
    def done(self) -> bool:
        """Say whether the command was carried out."""
        return self.refusal is None


class Busy(Exception):
    """The same row was changed by others each time; try again in a moment."""


class SubmissionReused(Exception):
    """The submission id was used before with another content (HTTP 422)."""


def complete_step(run: Run, **kw: Any) -> Result:
    """Complete a step: ``step``, ``values``, ``performed_at``, ``note``, ``acknowledgement``."""
    return _command(run, c.CompleteStep, kw)


def skip_step(run: Run, **kw: Any) -> Result:
    """Leave a skippable step out: ``step``, ``reason``."""
    return _command(run, c.SkipStep, kw)


def approve(run: Run, **kw: Any) -> Result:
    """Approve: ``step``, ``note``, ``declare``."""
    return _command(run, c.Approve, kw)


def reject(run: Run, **kw: Any) -> Result:
    """Reject: ``step``, ``reason``, ``final``."""
    return _command(run, c.Reject, kw)


def acknowledge(run: Run, **kw: Any) -> Result:
    """Acknowledge a step's cautions: ``step``, ``text``."""
    return _command(run, c.Acknowledge, kw)


def override(run: Run, **kw: Any) -> Result:
    """Override a blocked gate: ``step``, ``rule``, ``reason``."""
    return _command(run, c.Override, kw)


def amend_values(run: Run, **kw: Any) -> Result:
    """Change values given before: ``values``, ``reason``."""
    return _command(run, c.Amend, kw)


def withdraw_rows(run: Run, **kw: Any) -> Result:
    """Withdraw one's own rows: ``rows``."""
    return _command(run, c.Withdraw, kw)


def go_back(run: Run, **kw: Any) -> Result:
    """Take a way back: ``way``, ``reason``."""
    return _command(run, c.GoBack, kw)


def cancel_run(run: Run, **kw: Any) -> Result:
    """Cancel: ``reason``."""
    return _command(run, c.Cancel, kw)


def reopen_run(run: Run, **kw: Any) -> Result:
    """Reopen a completed run: ``steps``, ``reason``."""
    return _command(run, c.Reopen, kw)


def record_incident(run: Run, **kw: Any) -> Result:
    """Record what was done although blocked: ``step``, ``performed_at``, ``note``."""
    return _command(run, c.RecordIncident, kw)


def pass_deadline(run: Run, *, deadline_id: int, now: datetime) -> Result:
    """Fire a deadline that is due; only the worker asks this."""
    return _command(run, c.PassDeadline, {"deadline_id": deadline_id, "actor_id": None, "now": now})


def _command(run: Run, kind: Callable[..., c.Command], kw: dict[str, Any]) -> Result:
    """Carry a command out for ``actor_id`` at ``now``; ``submission`` makes it idempotent.

    Raises NotPossible, InvalidInput, SubmissionReused, Busy. A refusal by rule is a Result.
    """
    actor_id, now = kw.pop("actor_id"), kw.pop("now")
    submission = kw.pop("submission", None)
    command = kind(**kw)
    digest = _digest(type(command).__name__, kw, actor_id) if submission else ""
    ask = _ask(run, command, actor_id, submission, now)
    return _retry(lambda _number: _once(run, command, ask, now, digest))


def _ask(
    run: Run, command: c.Command, actor_id: int | None, submission: UUID | None, now: datetime
) -> store.Ask:
    """Say what must be read and locked for a command."""
    procedure = store.procedure_of(run.version_id)
    if isinstance(command, c.CompleteStep):
        step = procedure.step_by_key.get(command.step)
        steps: tuple[Step, ...] = (step,) if step else ()
    elif isinstance(command, c.PassDeadline | c.SkipStep | c.Cancel | c.Reject):
        steps = ()
    else:
        steps = procedure.steps
    needs = store.needs_of(steps)
    if isinstance(command, c.Approve | c.Reject):
        needs |= {"people"}
    return store.Ask(
        actor_id=actor_id,
        command_id=submission,
        needs=needs,
        lock_tenant=bool(procedure.effects) or any(step.guards_tenant for step in steps),
        since=getattr(command, "performed_at", None) or now,
    )


def _retry(attempt: Callable[[int], Result]) -> Result:
    """Run a transaction again when it lost a race; rules then see what the winner wrote."""
    lost: Exception | None = None
    for number in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return attempt(number)
        except (store.Lost, IntegrityError) as error:
            lost = error
        except OperationalError as error:
            raise Busy from error
    raise Busy from lost


def _once(run: Run, command: c.Command, ask: store.Ask, now: datetime, digest: str) -> Result:
    found = store.load(run, ask, now)
    loaded = found.loaded
    if found.before:
        return _again(loaded, found.before, digest)
    if isinstance(command, c.Withdraw):
        loaded.row_owners = store.row_owners(loaded)
    row = loaded.steps.get(getattr(command, "step", ""))
    if row is not None and row.recorded_at:
        # Only who comes too late is told who was first.
        loaded.names = store.names_of(loaded)
    change = decide(loaded, command, now)
    if change.refusal and refusals.counted(loaded, change, now):
        return Result(loaded.run, loaded.run.event_number, change.refusal)
    if isinstance(command, c.Reopen) and change.claims_taken:
        _require_free(loaded, change)
    links = store.commit(loaded, change, now, command_id=ask.command_id, command_digest=digest)
    if change.refusal:
        refusals.remember(loaded.run.stream, loaded.actor.id, change, links[0].number, now)
    return Result(loaded.run, links[-1].number if links else 0, change.refusal)


def _require_free(loaded: Loaded, change: Change) -> None:
    """Raise NotPossible when another run holds what this one would take again."""
    held = _held(loaded.run.tenant_id, change)
    if held is not None:
        raise NotPossible("open_run_exists", reference=held.run.reference if held.run else "")


def _held(tenant_id: int, change: Change) -> Claim | None:
    keys = [claim.key for claim in change.claims_taken]
    rows = Claim.objects.filter(tenant_id=tenant_id, key__in=keys, released_at=None)
    return rows.select_related("run").first()


def _again(loaded: Loaded, before: tuple[int, str, str], digest: str) -> Result:
    """Answer a repeated submission with what is stored."""
    number, stored, kind = before
    if stored != digest:
        raise SubmissionReused
    refusal = Refusal("blocked") if kind.endswith(".refused") else None
    return Result(loaded.run, number, refusal, repeated=True)


def _digest(name: str, kw: Mapping[str, Any], actor_id: int | None) -> str:
    def plain(value: Any) -> Any:
        return iso(value) if isinstance(value, datetime) else str(value)

    body = json.dumps([name, dict(kw), actor_id], sort_keys=True, default=plain)
    return hashlib.sha256(body.encode()).hexdigest()


def open_run(
    tenant: Tenant,
    *,
    procedure: str,
    actor_id: int,
    now: datetime,
    values: Mapping[str, Any],
    requester_id: int | None = None,
    submission: UUID | None = None,
    parent: Run | None = None,
) -> Result:
    """Open a run of the newest version, or join the one that collects already.

    ``requester_id``: for whom the actor asks, default the actor.
    Raises NotPossible for an unknown procedure or a bad parent, InvalidInput for values.
    """
    version_id = store.newest_version(procedure)
    if version_id is None or (parent is not None and parent.tenant_id != tenant.pk):
        raise NotPossible("unknown_step")
    asked = submission or uuid4()
    digest = _digest("open", {"procedure": procedure, "values": dict(values)}, actor_id)
    # The id is derived, so that nobody can probe for a run of another tenant.
    uid = uuid5(tenant.uid, f"{actor_id}:{asked}")
    first = store.procedure_of(version_id).steps[0]
    ask = store.Ask(
        actor_id=actor_id,
        command_id=asked,
        needs=store.needs_of((first,)),
        lock_tenant=first.guards_tenant,
    )
    task = _Opening(tenant, version_id, uid, requester_id or actor_id, ask, values, digest, parent)
    return _retry(lambda number: task.attempt(now, again=number > 0))


@dataclass(frozen=True, slots=True)
class _Opening:
    """One opening with everything it needs, tried up to three times."""

    tenant: Tenant
    version_id: int
    uid: UUID
    requester_id: int
    ask: store.Ask
    values: Mapping[str, Any]
    digest: str
    parent: Run | None

    def attempt(self, now: datetime, *, again: bool) -> Result:
        """Open, join, refuse, or answer as before.

        Only a second attempt looks for the same submission: the first would have met its
        unique row. What met a claim or a refusal looks at once: it may be its own doing.
        """
        if self.ask.lock_tenant:
            store.lock_tenant(self.tenant.pk)
        loaded = store.prepare(
            self.tenant.pk, self.version_id, self.uid, self.requester_id, self.ask, now
        )
        change = opening.open_run(loaded, self.values, now)
        if change.refusal:
            before = self._before(loaded)
            return self._stored(before) if before else self._refuse(loaded, change, now)
        if change.claims_taken:
            held = _held(self.tenant.pk, change)
            if held is not None:
                before = self._before(loaded)
                return self._stored(before) if before else self._meet(loaded, held, now)
        before = self._before(loaded) if again or loaded.procedure.joins else None
        if before:
            return self._stored(before)
        year = loaded.facts.local_date(now).year
        loaded.run.reference = store.next_reference(self.tenant.pk, loaded.procedure.prefix, year)
        loaded.run.parent = self.parent
        change.events[0] = replace(
            change.events[0],
            body={**change.events[0].body, "reference": loaded.run.reference},
        )
        assert self.ask.command_id is not None
        links = store.insert(loaded, change, now, self.ask.command_id, self.digest)
        return Result(loaded.run, links[-1].number)

    def _before(self, loaded: Loaded) -> Run | None:
        """Find the run that this submission opened, or joined, before."""
        opened = Run.objects.filter(uid=self.uid).first()
        if opened or not loaded.procedure.joins or self.ask.command_id is None:
            return opened
        return store.joined_before(loaded, self.ask.command_id)

    def _stored(self, run: Run) -> Result:
        if store.command_digest(run.stream, self.ask.command_id) != self.digest:
            raise SubmissionReused
        return Result(run, run.event_number, repeated=True)

    def _meet(self, loaded: Loaded, held: Claim, now: datetime) -> Result:
        """Join the run that holds the claim, or say which one it is."""
        run = held.run
        field = loaded.procedure.joins
        if run is None or not field or not held.until.startswith("step:"):
            reference = run.reference if run else ""
            refusal = Refusal("open_run_exists", {"reference": reference})
            return self._refuse(loaded, opening.refused(loaded, refusal), now)
        rows = opening.first_values(_as_before(loaded), self.values)[field]
        # The lock is taken inside; a join that comes too late raises Lost and opens anew.
        try:
            result = _once(run, c.Join(tuple(rows)), _join_ask(self.ask, run), now, self.digest)
        except NotPossible as error:
            if error.code != "not_collecting":
                raise
            raise store.Lost from error
        return replace(result, joined=True)

    def _refuse(self, loaded: Loaded, change: Change, now: datetime) -> Result:
        """Record a refused opening on the tenant's stream."""
        tenant = store.lock_tenant(self.tenant.pk)
        if refusals.counted_on(tenant.stream, loaded.actor.id, change, now):
            return Result(None, tenant.event_number, change.refusal)
        links = store.append_to_tenant(tenant, change.events, now)
        refusals.remember(tenant.stream, loaded.actor.id, change, links[0].number, now)
        return Result(None, links[0].number, change.refusal)


def _as_before(loaded: Loaded) -> Loaded:
    """Return the loaded run as it was before its first step was completed."""
    return replace(loaded, values={}, value_at={})


def _join_ask(ask: store.Ask, run: Run) -> store.Ask:
    procedure = store.procedure_of(run.version_id)
    return replace(ask, needs=store.needs_of(procedure.steps), lock_tenant=False)


__all__ = [
    "Busy",
    "InvalidInput",
    "NotPossible",
    "Result",
    "SubmissionReused",
    "open_run",
]
