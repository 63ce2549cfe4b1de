"""What can be done with runs: load, decide, commit; one transaction a command."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson
from django.db import IntegrityError, OperationalError, transaction

from helpdesk.models import Tenant
from procedures import commands as c
from procedures import refusals, store
from procedures.change import Change, InvalidInput, Loaded, NotPossible
from procedures.decide import decide
from procedures.definition import Step
from procedures.models import Run
from procedures.openings import Opening, held_by
from procedures.outcome import Busy, Result, SubmissionReused
from procedures.repeats import refusal_stored
from procedures.rules.wording import iso

ATTEMPTS = 3


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
    """Take a way back: ``way``, ``reason``, ``values`` proposed instead."""
    return _command(run, c.GoBack, kw)


def reconfirm(run: Run, **kw: Any) -> Result:
    """Stand by a completed step as things are now: ``step``, ``reason``."""
    return _command(run, c.Reconfirm, kw)


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
    return _retry(lambda _number, cursor: _once(run, command, ask, now, digest, cursor))


def _ask(
    run: Run, command: c.Command, actor_id: int | None, submission: UUID | None, now: datetime
) -> store.Ask:
    """Say what must be read and locked for a command."""
    kind: Any = type(command)
    needs, lock_tenant = _wants(run.version_id, kind, getattr(command, "step", ""))
    return store.Ask(
        actor_id=actor_id,
        command_id=submission,
        needs=needs,
        lock_tenant=lock_tenant,
        since=getattr(command, "performed_at", None) or now,
    )


@lru_cache(maxsize=1024)
def _wants(version_id: int, kind: type, key: str) -> tuple[frozenset[str], bool]:
    """Work out once what a kind of command needs to know, and whether it locks the tenant."""
    procedure = store.procedure_of(version_id)
    if issubclass(kind, c.CompleteStep):
        step = procedure.step_by_key.get(key)
        steps: tuple[Step, ...] = (step,) if step else ()
    elif issubclass(kind, c.PassDeadline | c.SkipStep | c.Cancel | c.Reject):
        steps = ()
    else:
        steps = procedure.steps
    needs = store.needs_of(steps) | store.belongings(version_id)
    if issubclass(kind, c.GoBack):
        ways = procedure.returns
        needs |= store.needs_of_rules(gate.rule for way in ways for gate in way.gates)
    if issubclass(kind, c.Approve | c.Reject):
        needs |= {"people"}
    # Only a gate asks for acknowledgements and overrides that were given before.
    if not issubclass(kind, c.CompleteStep) or any(step.gates for step in steps):
        needs |= {"decisions"}
    return needs, bool(procedure.effects) or any(step.guards_tenant for step in steps)


def _retry(attempt: Callable[[int, Any], Result]) -> Result:
    """Run a transaction again when it lost a race; rules then see what the winner wrote."""
    lost: Exception | None = None
    for number in range(ATTEMPTS):
        try:
            with transaction.atomic(), store.open_cursor() as cursor:
                return attempt(number, cursor)
        except (store.Lost, IntegrityError) as error:
            lost = error
        except OperationalError as error:
            raise Busy from error
    raise Busy from lost


def _once(
    run: Run, command: c.Command, ask: store.Ask, now: datetime, digest: str, cursor: Any = None
) -> Result:
    found = store.load(run, ask, now, cursor)
    loaded = found.loaded
    if found.before:
        return _again(loaded, found.before, digest)
    change = _decided(loaded, command, ask, now)
    if change is None:
        # What the vendor's people and stand-ins may beyond their own roles, few ever need.
        more = replace(ask, needs=ask.needs | {"lent", "decisions"})
        return _once(run, command, more, now, digest, cursor)
    if change.refusal and refusals.counted(loaded, change, now):
        return Result(loaded.run, loaded.run.event_number, change.refusal)
    if isinstance(command, c.Reopen) and change.claims_taken:
        _require_free(loaded, change)
    asked = ask.command_id
    links = store.commit(
        loaded, change, now, command_id=asked, command_digest=digest, cursor=cursor
    )
    if change.refusal:
        refusals.remember(loaded.run.stream, loaded.actor.id, change, links[0].number, now)
    return Result(loaded.run, links[-1].number if links else 0, change.refusal)


def _decided(loaded: Loaded, command: c.Command, ask: store.Ask, now: datetime) -> Change | None:
    """Decide; None for a no that roles lent for a time might turn into a yes."""
    lent = ask.actor_id is None or "lent" in ask.needs
    if isinstance(command, c.Withdraw):
        loaded.row_owners = store.row_owners(loaded)
    row = loaded.steps.get(getattr(command, "step", ""))
    if lent and row is not None and row.recorded_at:
        # Only who comes too late is told who was first.
        loaded.names = store.names_of(loaded)
    try:
        change = decide(loaded, command, now)
    except (NotPossible, InvalidInput):
        if lent:
            raise
        return None
    return change if lent or not change.refusal else None


def _require_free(loaded: Loaded, change: Change) -> None:
    """Raise NotPossible when another run holds what this one would take again."""
    held = held_by(loaded.run.tenant_id, change)
    if held is not None:
        raise NotPossible("open_run_exists", reference=held.run.reference if held.run else "")


def _again(loaded: Loaded, before: tuple[int, str, str], digest: str) -> Result:
    """Answer a repeated submission with what is stored."""
    number, stored, kind = before
    if stored != digest:
        raise SubmissionReused
    refusal = refusal_stored(loaded, number) if kind.endswith(".refused") else None
    return Result(loaded.run, number, refusal, repeated=True)


def _digest(name: str, kw: Mapping[str, Any], actor_id: int | None) -> str:
    return hashlib.sha256(orjson.dumps([name, kw, actor_id], _plain, _DIGEST)).hexdigest()


_DIGEST = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else str(value)


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

    ``requester_id``: for whom the actor asks, default the actor; else an active member of the
    tenant, named by somebody who may open for others.
    Raises NotPossible for an unknown procedure, a bad parent or requester, InvalidInput for
    values.
    """
    version_id = store.newest_version(procedure)
    if version_id is None or (parent is not None and parent.tenant_id != tenant.pk):
        raise NotPossible("unknown_step")
    asked = submission or uuid4()
    requester_id = requester_id or actor_id
    content: dict[str, Any] = {"procedure": procedure, "values": dict(values)}
    if requester_id != actor_id:
        content["requester"] = requester_id
    digest = _digest("open", content, actor_id)
    # The id is derived, so that nobody can probe for a run of another tenant.
    uid = uuid5(tenant.uid, f"{actor_id}:{asked}")
    first = store.procedure_of(version_id).steps[0]
    ask = store.Ask(
        actor_id=actor_id,
        command_id=asked,
        needs=store.needs_of((first,)),
        lock_tenant=first.guards_tenant,
    )
    task = Opening(tenant, version_id, uid, requester_id, ask, values, digest, parent, _once)
    return _retry(lambda number, _cursor: task.attempt(now, again=number > 0))


__all__ = [
    "Busy",
    "InvalidInput",
    "NotPossible",
    "Result",
    "SubmissionReused",
    "open_run",
]
