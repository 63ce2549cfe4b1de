"""The one place that writes a change: guarded statements whose row counts must fit."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from audit.chain import Entry, Head, Link, head_after, link
from audit.store import audit_key, link_statements
from procedures.change import Change, Loaded
from procedures.rules.values import store_value
from procedures.store.dialect import Batch, Json
from procedures.store.tenants import apply_to_tenant


def commit(
    loaded: Loaded,
    change: Change,
    now: datetime,
    *,
    command_id: UUID | None = None,
    command_digest: str = "",
) -> list[Link]:
    """Write a change and return its events. Call inside the transaction that loaded the run.

    Raises Lost when a guard fails and IntegrityError when a claim is taken.
    """
    links = chain(loaded, change.events, now, command_id, command_digest)
    batch = Batch()
    _run(batch, loaded, links)
    batch.parts += link_statements(links, connection.vendor)
    write_parts(batch, loaded, change, links, now)
    batch.run()
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
        named = Entry(
            kind=entry.kind,
            actor_kind=entry.actor_kind,
            actor_id=entry.actor_id,
            body=entry.body,
            performed_at=entry.performed_at,
            cause=entry.cause,
            command_id=command_id,
            command_digest=command_digest,
        )
        placed = link(key, stream, head, named, now)
        head = head_after(placed)
        links.append(placed)
    run.event_number, run.event_mac, run.event_at = head.number, head.mac, head.at
    return links


def _run(batch: Batch, loaded: Loaded, links: list[Link]) -> None:
    run = loaded.run
    batch.add(
        "UPDATE procedures_run SET state = %s, closed_at = %s, current_steps = %s, "
        "waiting_roles = %s, subject = %s, event_number = %s, event_mac = %s, event_at = %s "
        "WHERE id = %s AND event_number = %s",
        [
            str(run.state),
            run.closed_at,
            run.current_steps,
            run.waiting_roles,
            run.subject,
            run.event_number,
            run.event_mac,
            run.event_at,
            run.pk,
            run.event_number - len(links),
        ],
        1,
    )


def _steps(batch: Batch, loaded: Loaded, change: Change) -> None:
    for step, before in change.steps_changed:
        batch.add(
            "UPDATE procedures_runstep SET state = %s, performed_at = %s, recorded_at = %s, "
            "actor_id = %s, late = %s, note = %s WHERE id = %s AND state = %s",
            [
                str(step.state),
                step.performed_at,
                step.recorded_at,
                step.actor_id,
                step.late,
                step.note,
                step.pk,
                before,
            ],
            1,
        )
    batch.insert(
        "procedures_runstep",
        ("run_id", "key", "round", "state", "performed_at", "recorded_at", "actor_id", "late",
         "note"),
        [
            (loaded.run.pk, s.key, s.round, str(s.state), s.performed_at, s.recorded_at,
             s.actor_id, s.late, s.note)
            for s in change.steps_added
        ],
    )  # fmt: skip


def _belongings(batch: Batch, loaded: Loaded, change: Change, now: datetime) -> None:
    run, actor = loaded.run.pk, loaded.actor.id
    batch.insert(
        "procedures_value",
        ("run_id", "field", "value", "at", "actor_id"),
        [(run, k, Json(store_value(v)), now, actor) for k, v in change.values.items()],
    )
    batch.insert(
        "procedures_evidence",
        ("run_id", "step", "round", "kind", "body", "digest", "at", "actor_id"),
        [
            (run, e.step, e.round, e.kind, Json(e.body), _digest(e.body), now, actor)
            for e in change.evidence
        ],
    )
    batch.insert(
        "procedures_decision",
        ("run_id", "step", "round", "kind", "rule", "code", "values_digest", "reason", "at",
         "actor_id"),
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
        "procedures_claim",
        ("tenant_id", "key", "run_id", "until", "at", "actor_id", "note", "release_reason"),
        [
            (run.tenant_id, c.key, run.pk, c.until, now, actor, "", "")
            for c in sorted(change.claims_taken, key=lambda c: c.key)
        ],
    )
    known = {None, run.requester_id, *loaded.participants}
    if change.joined not in known:
        batch.insert(
            "procedures_participant", ("run_id", "user_id", "at"), [(run.pk, change.joined, now)]
        )


def _deadlines(batch: Batch, loaded: Loaded, change: Change, now: datetime) -> None:
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
                "UPDATE procedures_deadline SET state = %s, settled_at = %s, lease_until = NULL "
                f"WHERE {those} AND state = 'pending'",
                [state, now, *keys],
                len(ids),
            )
    batch.insert(
        "procedures_deadline",
        ("run_id", "step", "round", "key", "action", "due_at", "state", "attempts", "token",
         "error"),
        [
            (loaded.run.pk, d.step, d.round, d.key, d.action, d.due_at, "pending", 0, 0, "")
            for d in change.deadlines_added
        ],
    )  # fmt: skip


def _outbox(batch: Batch, loaded: Loaded, change: Change, links: list[Link], now: datetime) -> None:
    number = links[-1].number if links else loaded.run.event_number
    batch.insert(
        "procedures_delivery",
        ("run_id", "number", "channel", "audience", "template", "params", "message_id", "state",
         "next_at", "attempts", "token", "error"),
        [
            (loaded.run.pk, number, "fanout", ",".join(t.audience)[:200], t.template,
             Json({**t.params, "actor": loaded.actor.id}), uuid4(), "pending", now, 0, 0, "")
            for t in change.tells
        ],
    )  # fmt: skip
