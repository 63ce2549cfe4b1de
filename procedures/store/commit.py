"""The one place that writes a change: guarded statements whose row counts must fit."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any
from uuid import UUID

from audit.chain import Entry, Head, Link, head_after, link
from audit.store import audit_key, link_statements
from procedures.change import Change, Loaded
from procedures.lifecycle import RunState, StepState
from procedures.models import RunStep
from procedures.rules.values import store_value
from procedures.store.dialect import Batch, Json, Target, dump, vendor
from procedures.store.driver import open_cursor
from procedures.store.tenants import apply_to_tenant

_STEPS = Target(
    "procedures_runstep",
    ("run_id", "key", "round", "state", "performed_at", "recorded_at", "actor_id", "late", "note",
     "covered"),
)  # fmt: skip
_VALUES = Target("procedures_value", ("run_id", "field", "value", "at", "actor_id"))
_EVIDENCE = Target(
    "procedures_evidence",
    ("run_id", "step", "round", "kind", "body", "digest", "at", "actor_id"),
)
_DECISIONS = Target(
    "procedures_decision",
    ("run_id", "step", "round", "kind", "rule", "code", "values_digest", "reason", "at",
     "actor_id"),
)  # fmt: skip
_CLAIMS = Target(
    "procedures_claim",
    ("tenant_id", "key", "run_id", "until", "at", "actor_id"),
    (("note", "''"), ("release_reason", "''")),
)
_PARTICIPANTS = Target("procedures_participant", ("run_id", "user_id", "at"))
# A piece of work that no worker has tried yet.
_UNTRIED = (("state", "'pending'"), ("attempts", "0"), ("token", "0"), ("error", "''"))
_DEADLINES = Target(
    "procedures_deadline", ("run_id", "step", "round", "key", "action", "due_at"), _UNTRIED
)
_DELIVERIES = Target(
    "procedures_delivery",
    ("run_id", "number", "audience", "template", "params", "message_id", "next_at"),
    (("channel", "'fanout'"), *_UNTRIED),
)


# The states there are, as text of statements: what is one of them is no parameter.
_STATES = {str(one): one.value for one in (*RunState, *StepState)}


def commit(
    loaded: Loaded,
    change: Change,
    now: datetime,
    *,
    command_id: UUID | None = None,
    command_digest: str = "",
    cursor: Any = None,
) -> list[Link]:
    """Write a change and return its events. Call inside the transaction that loaded the run.

    ``cursor`` is the one that loaded the run, if there is one.
    Raises Lost when a guard fails and IntegrityError when a claim is taken.
    """
    links = chain(loaded, change.events, now, command_id, command_digest)
    batch = Batch()
    _run(batch, loaded, links)
    batch.parts += link_statements(links, vendor())
    write_parts(batch, loaded, change, links, now)
    if cursor is None:
        with open_cursor() as cursor:
            batch.run(cursor)
    else:
        batch.run(cursor)
    apply_to_tenant(loaded, change, now)
    return links


def write_parts(
    batch: Batch, loaded: Loaded, change: Change, links: list[Link], now: datetime
) -> None:
    """Add everything that hangs on a run to a batch."""
    _steps(batch, loaded, change)
    _belongings(batch, loaded, change, now)
    _claims(batch, loaded, change, now)
    _deadlines(batch, loaded, change, now)
    _outbox(batch, loaded, change, links, now)


def chain(
    loaded: Loaded,
    entries: list[Entry],
    now: datetime,
    command_id: UUID | None,
    command_digest: str,
) -> list[Link]:
    """Give the events their places in the run's stream and move the run's head."""
    run = loaded.run
    head = Head(run.event_number, run.event_mac, run.event_at)
    key, stream, links = audit_key(), run.stream, []
    for entry in entries:
        placed = link(key, stream, head, entry, now, command_id, command_digest)
        head = head_after(placed)
        links.append(placed)
    run.event_number, run.event_mac, run.event_at = head.number, head.mac, head.at
    return links


def _run(batch: Batch, loaded: Loaded, links: list[Link]) -> None:
    run = loaded.run
    closed = [] if run.closed_at is None else [run.closed_at]
    batch.add(
        f"UPDATE procedures_run SET state = '{_STATES[run.state]}', "
        f"closed_at = {'%s' if closed else 'NULL'}, current_steps = %s, "
        "waiting_roles = %s, subject = %s, event_number = %s, event_mac = %s, event_at = %s "
        "WHERE id = %s AND event_number = %s",
        [
            *closed,
            run.current_steps,
            run.waiting_roles,
            run.subject,
            run.event_number,
            run.event_mac,
            run.event_at,
            run.id,
            run.event_number - len(links),
        ],
        1,
    )


def _steps(batch: Batch, loaded: Loaded, change: Change) -> None:
    for step, before in change.steps_changed:
        batch.add(
            f"UPDATE procedures_runstep SET state = '{_STATES[step.state]}', "
            "performed_at = %s, recorded_at = %s, actor_id = %s, late = %s, note = %s, "
            f"covered = %s WHERE id = %s AND state = '{_STATES[before]}'",
            [
                step.performed_at,
                step.recorded_at,
                step.actor_id,
                step.late,
                step.note,
                None if step.covered is None else dump(step.covered),
                step.id,
            ],
            1,
        )
    batch.insert(
        _STEPS,
        [
            (loaded.run.id, s.key, s.round, str(s.state), s.performed_at, s.recorded_at,
             s.actor_id, s.late, s.note, _covered(s))
            for s in change.steps_added
        ],
    )  # fmt: skip


def _covered(step: RunStep) -> Json | None:
    return None if step.covered is None else Json(step.covered)


def _belongings(batch: Batch, loaded: Loaded, change: Change, now: datetime) -> None:
    run, actor = loaded.run.id, loaded.actor.id
    values = change.values.items()
    batch.insert(_VALUES, [(run, k, Json(store_value(v)), now, actor) for k, v in values])
    if not change.evidence and not change.decisions:
        return
    batch.insert(
        _EVIDENCE,
        [
            (run, e.step, e.round, e.kind, Json(e.body), _digest(e.body), now, actor)
            for e in change.evidence
        ],
    )
    batch.insert(
        _DECISIONS,
        [
            (run, d.step, d.round, d.kind, d.rule, d.code, d.values_digest, d.reason, d.at,
             d.actor_id)
            for d in change.decisions
        ],
    )  # fmt: skip


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()


def _claims(batch: Batch, loaded: Loaded, change: Change, now: datetime) -> None:
    run, actor = loaded.run, loaded.actor.id
    known = {None, run.requester_id, *loaded.participants}
    if change.joined not in known:
        batch.insert(_PARTICIPANTS, [(run.id, change.joined, now)])
    if not change.claims_taken and not change.claims_released:
        return
    for held in change.claims_released:
        if held.id is None:
            continue
        batch.add(
            "UPDATE procedures_claim SET released_at = %s, released_by_id = %s "
            "WHERE id = %s AND released_at IS NULL",
            [now, actor, held.id],
            1,
        )
    batch.insert(
        _CLAIMS,
        [
            (run.tenant_id, c.key, run.id, c.until, now, actor)
            for c in sorted(change.claims_taken, key=lambda c: c.key)
        ],
    )


def _deadlines(batch: Batch, loaded: Loaded, change: Change, now: datetime) -> None:
    if not change.deadlines_settled and not change.deadlines_added:
        return

    def ids_of(state: str) -> list[int]:
        return [d.id for d, new in change.deadlines_settled if new == state and d.id is not None]

    again = ids_of("pending")
    if again:
        those, keys = batch.among("id", again)
        batch.add(
            "UPDATE procedures_deadline SET state = 'pending', settled_at = NULL, attempts = 0, "
            f"error = '', lease_until = NULL WHERE {those} AND state = 'cancelled'",
            keys,
            len(again),
        )
    for state in ("cancelled", "fired"):
        ids = ids_of(state)
        if ids:
            those, keys = batch.among("id", ids)
            batch.add(
                f"UPDATE procedures_deadline SET state = '{state}', settled_at = %s, "
                f"lease_until = NULL WHERE {those} AND state = 'pending'",
                [now, *keys],
                len(ids),
            )
    batch.insert(
        _DEADLINES,
        [
            (loaded.run.id, d.step, d.round, d.key, d.action, d.due_at)
            for d in change.deadlines_added
        ],
    )


def _outbox(batch: Batch, loaded: Loaded, change: Change, links: list[Link], now: datetime) -> None:
    number = links[-1].number if links else loaded.run.event_number
    batch.insert(
        _DELIVERIES,
        [
            (loaded.run.id, number, ",".join(t.audience)[:200], t.template,
             Json({**t.params, "actor": loaded.actor.id}), token_hex(16), now)
            for t in change.tells
        ],
    )  # fmt: skip
