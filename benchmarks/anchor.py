"""The anchor: completing a step by hand-written psycopg (or sqlite3), on tables of its own.

Everything the engine is measured by. One unit completes one manual step of a five-step run:
BEGIN; SELECT state, current_steps ... FOR UPDATE; UPDATE step ... RETURNING; UPDATE run;
INSERT event; COMMIT. It is not changed together with the engine.
"""

import json
import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

STEPS = ("request", "review", "perform", "record", "confirm")
DIGEST = "0123456789abcdef" * 4

_SELECT = "SELECT state, current_steps, uid, event_number FROM anchor_run WHERE id = %s FOR UPDATE"
_STEP = """
UPDATE anchor_runstep SET state = 'completed', performed_at = %s, recorded_at = %s, actor_id = %s
WHERE run_id = %s AND key = %s AND round = 1 AND state = 'pending' RETURNING id"""
_RUN = """
UPDATE anchor_run SET state = %s, closed_at = %s, current_steps = %s, event_number = %s,
event_mac = %s, event_at = %s WHERE id = %s AND event_number = %s"""
_EVENT = """
INSERT INTO anchor_event (stream, number, kind, actor_kind, actor_id, cause, at, performed_at,
body_digest, previous_mac, mac, key_id, command_id, command_digest, body)
VALUES (%s, %s, 'step.completed', 'user', %s, '', %s, %s, %s, %s, %s, 'anchor', %s, %s, %s)"""

_INSERT_RUNS = """
INSERT INTO anchor_run (event_number, event_mac, event_at, state, uid, reference, procedure,
subject, opened_at, current_steps, waiting_roles, requester_id, tenant_id, version_id)
SELECT 0, '', NULL, 'open', gen_random_uuid(), 'AN-' || %(worker)s || '-' || (%(from)s::bigint + n),
'anchor', 'anchor@example.com', now(), 'request', 'mail_admin', %(worker)s, %(worker)s, 1
FROM generate_series(1, %(count)s) n RETURNING id"""
_INSERT_STEPS = """
INSERT INTO anchor_runstep (state, key, round, late, note, run_id)
SELECT 'pending', key, 1, false, '', run FROM unnest(%s::bigint[]) run, unnest(%s::text[]) key"""


class Mistake(AssertionError):
    """The anchor met a row in a state that it should not be in."""


def create_postgres(connection: psycopg.Connection, workers: int) -> None:
    """Create the anchor's tables, with one tenant and one person for each worker."""
    connection.execute(Path(__file__).with_name("anchor_postgresql.sql").read_text("utf-8"))
    for worker in range(1, workers + 1):
        connection.execute("INSERT INTO anchor_user VALUES (%s, %s)", [worker, f"Person {worker}"])
        connection.execute("INSERT INTO anchor_tenant VALUES (%s)", [worker])
    connection.execute("INSERT INTO anchor_version VALUES (1)")


def create_sqlite(path: Path) -> None:
    """Create the same tables in an SQLite file, with one tenant and one person."""
    connection = sqlite3.connect(path, autocommit=True)
    connection.execute("PRAGMA journal_mode=wal")
    connection.executescript(Path(__file__).with_name("anchor_sqlite.sql").read_text("utf-8"))
    connection.close()


def _units(runs: list[int]) -> Iterator[tuple[int, int]]:
    return ((run, place) for run in runs for place in range(len(STEPS)))


def _after(place: int) -> tuple[str, str]:
    """Return state and current step of the run once the step at a place is completed."""
    last = place + 1 == len(STEPS)
    return ("completed", "") if last else ("open", STEPS[place + 1])


class Anchor:
    """Steps completed by prepared psycopg, each in a transaction of its own."""

    def __init__(self, url: str, worker: int) -> None:
        self.worker = worker
        # Prepared from the first use on, as a hand-writer would.
        self.connection = psycopg.connect(url, autocommit=True, prepare_threshold=0)
        self.ready: deque[tuple[int, int]] = deque()
        # References are unique: each process counts from a number of its own.
        self.opened = os.getpid() * 1_000_000

    def prepare(self, units: int) -> None:
        """Open as many runs as that many completions need."""
        missing = (units - len(self.ready)) // len(STEPS) + 1
        if missing <= 0:
            return
        with self.connection.transaction(), self.connection.cursor() as cursor:
            numbers = {"worker": self.worker, "from": self.opened, "count": missing}
            cursor.execute(_INSERT_RUNS, numbers)
            runs = [row[0] for row in cursor.fetchall()]
            cursor.execute(_INSERT_STEPS, [runs, list(STEPS)])
        self.opened += missing
        self.ready.extend(_units(runs))

    def unit(self) -> None:
        """Complete one step."""
        run, place = self.ready.popleft()
        step = STEPS[place]
        with self.connection.transaction(), self.connection.cursor() as cursor:
            now = datetime.now(UTC)
            cursor.execute(_SELECT, [run])
            state, current, uid, number = _one(cursor.fetchone())
            if state != "open" or current != step:
                raise Mistake(f"run {run} is {state} at {current}, not at {step}")
            cursor.execute(_STEP, [now, now, self.worker, run, step])
            if cursor.fetchone() is None:
                raise Mistake(f"step {step} of run {run} is not pending")
            after, following = _after(place)
            closed = now if after == "completed" else None
            cursor.execute(_RUN, [after, closed, following, number + 1, DIGEST, now, run, number])
            cursor.execute(_EVENT, _event(uid, number + 1, self.worker, now, step, uuid4()))

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()


class SqliteAnchor:
    """Steps completed by the sqlite3 module, WAL and synchronous FULL."""

    def __init__(self, path: str, worker: int) -> None:
        self.worker = worker
        self.connection = sqlite3.connect(path, autocommit=True, timeout=20)
        for pragma in ("journal_mode=wal", "synchronous=FULL", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.ready: deque[tuple[int, int]] = deque()
        self.opened = 0

    def prepare(self, units: int) -> None:
        """Open as many runs as that many completions need."""
        missing = (units - len(self.ready)) // len(STEPS) + 1
        if missing <= 0:
            return
        execute = self.connection.execute
        execute("BEGIN IMMEDIATE")
        runs = []
        for number in range(self.opened, self.opened + missing):
            row = [uuid4().hex, f"AN-{number}", _text(datetime.now(UTC))]
            runs.append(execute(_SQLITE_RUN, row).lastrowid or 0)
            for step in STEPS:
                execute(_SQLITE_RUN_STEP, [step, runs[-1]])
        execute("COMMIT")
        self.opened += missing
        self.ready.extend(_units(runs))

    def unit(self) -> None:
        """Complete one step."""
        run, place = self.ready.popleft()
        step, execute = STEPS[place], self.connection.execute
        execute("BEGIN IMMEDIATE")
        moment = _text(datetime.now(UTC))
        found = execute(_SQLITE["select"], [run]).fetchone()
        state, current, uid, number = _one(found)
        if state != "open" or current != step:
            raise Mistake(f"run {run} is {state} at {current}, not at {step}")
        done = execute(_SQLITE["step"], [moment, moment, self.worker, run, step]).fetchone()
        if done is None:
            raise Mistake(f"step {step} of run {run} is not pending")
        after, following = _after(place)
        closed = moment if after == "completed" else None
        execute(_SQLITE["run"], [after, closed, following, number + 1, DIGEST, moment, run, number])
        event = _event(uid, number + 1, self.worker, moment, step, uuid4().hex)
        execute(_SQLITE["event"], event)
        execute("COMMIT")

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()


def _sqlite(sql: str) -> str:
    return sql.replace("%s", "?").replace(" FOR UPDATE", "")


_SQLITE = {
    "select": _sqlite(_SELECT),
    "step": _sqlite(_STEP),
    "run": _sqlite(_RUN),
    "event": _sqlite(_EVENT),
}
_SQLITE_RUN = """
INSERT INTO anchor_run (event_number, event_mac, state, uid, reference, procedure, subject,
opened_at, current_steps, waiting_roles, requester_id, tenant_id, version_id)
VALUES (0, '', 'open', ?, ?, 'anchor', 'anchor@example.com', ?, 'request', 'mail_admin', 1, 1, 1)"""
_SQLITE_RUN_STEP = """
INSERT INTO anchor_runstep (state, key, round, late, note, run_id)
VALUES ('pending', ?, 1, 0, '', ?)"""


def _event(
    uid: UUID | str, number: int, actor: int, moment: Any, step: str, command: UUID | str
) -> list[Any]:
    body = json.dumps({"actor": {"name": f"Person {actor}"}, "step": step, "round": 1})
    return [
        f"run:{uid}", number, actor, moment, moment, DIGEST, DIGEST, DIGEST, command, DIGEST, body
    ]  # fmt: skip


def _text(moment: datetime) -> str:
    return str(moment.replace(tzinfo=None))


def _one(row: Any) -> Any:
    if row is None:
        raise Mistake("the run is gone")
    return row
