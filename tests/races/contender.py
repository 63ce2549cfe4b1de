"""One process of the pool: connect, wait for the others, ask the engine once, say what came."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID

from django.db import connection

from helpdesk.models import Tenant
from procedures import engine, slots, store
from procedures.change import NotPossible, Refusal
from procedures.models import Run
from tests import databases
from tests.races import guards, meeting
from tests.races.dns_looks import LookAttempt, PressAttempt
from tests.races.following import FollowAttempt
from tests.races.jobs import WAIT_SECONDS, Job, Outcome, Round
from tests.races.leaving import JoiningAttempt, LeavingAttempt
from tests.races.room import RoomAttempt
from tests.races.signing_in import CodeAttempt, PasswordAttempt
from tests.races.staffing import ConfigureAttempt, StaffAttempt, VisitAttempt
from tests.races.tickets import TakeAttempt

Attempt = Callable[[], Outcome]
# What the pages do with Busy: 503 with Retry-After: 1, and the browser asks again.
RETRIES = 3
RETRY_AFTER = 1.0


def take_part(one: Round, number: int, start: Barrier, middle: Barrier) -> Outcome:
    """Do this process's job of a round; nothing that goes wrong stays unsaid."""
    job = one.jobs[number]
    try:
        if job is None:
            start.wait(WAIT_SECONDS)
            if one.meet:
                middle.wait(WAIT_SECONDS)
            return ("idle", None)
        _connect(one.database)
        with ExitStack() as stack:
            attempt = CONTESTS[job.contest](**job.arguments)
            place = middle if one.meet else None
            for fault in (*guards.faults(job.without, meet=one.meet), meeting.at(place)):
                stack.enter_context(fault)
            start.wait(WAIT_SECONDS)
            return _ask(attempt)
    except Exception as error:  # noqa: BLE001 — the test reads it and fails
        return (f"unexpected {type(error).__name__}: {error}", None)


_held: dict[str, ExitStack] = {}


def _connect(database: str) -> None:
    """Connect and stay connected for the next rounds; a connection costs more than a race.

    What is raced for is not durability, so that no disk is waited for.
    """
    if database in _held:
        return
    while _held:
        _held.popitem()[1].close()
    stack = ExitStack()
    stack.enter_context(databases.connected_to(database))
    _held[database] = stack
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")


def _ask(attempt: Attempt) -> Outcome:
    for _number in range(RETRIES):
        try:
            return attempt()
        except engine.Busy:
            time.sleep(RETRY_AFTER)
        except NotPossible as error:
            return (error.code, None)
    return ("unexpected busy", None)


def _complete(
    run_id: int, step: str, actor_id: int, now: datetime, submission: UUID, values: dict[str, Any]
) -> Attempt:
    run = Run.objects.get(pk=run_id)
    store.procedure_of(run.version_id)

    def attempt() -> Outcome:
        result = engine.complete_step(
            run, step=step, actor_id=actor_id, now=now, submission=submission, values=values
        )
        return (_word(result.refusal, repeated=result.repeated), run_id)

    return attempt


def _ask_for(
    command: str, run_id: int, actor_id: int, now: datetime, submission: UUID, given: dict[str, Any]
) -> Attempt:
    """Ask for any command of the engine by its name."""
    run, send = Run.objects.get(pk=run_id), getattr(engine, command)
    store.procedure_of(run.version_id)

    def attempt() -> Outcome:
        result = send(run, actor_id=actor_id, now=now, submission=submission, **given)
        word = _word(result.refusal, repeated=result.repeated)
        return (f"{command} {word}" if word == "won" else word, run_id)

    return attempt


def _open(
    tenant_id: int,
    procedure: str,
    actor_id: int,
    now: datetime,
    submission: UUID,
    values: dict[str, Any],
) -> Attempt:
    tenant = Tenant.objects.get(pk=tenant_id)
    store.procedure_of(store.newest_version(procedure) or 0)

    def attempt() -> Outcome:
        result = engine.open_run(
            tenant,
            procedure=procedure,
            actor_id=actor_id,
            now=now,
            values=values,
            submission=submission,
        )
        word = _word(result.refusal, repeated=result.repeated)
        return (word, result.run.pk if result.run else None)

    return attempt


def _outside(tenant_id: int, service: str, actor_id: int, now: datetime, note: str) -> Attempt:
    tenant = Tenant.objects.get(pk=tenant_id)

    def attempt() -> Outcome:
        result = slots.claim_outside(
            tenant, service=service, at=now, actor_id=actor_id, now=now, note=note
        )
        return (_word(result.refusal), None)

    return attempt


def _word(refusal: Refusal | None, *, repeated: bool = False) -> str:
    if refusal is None:
        return "repeated" if repeated else "won"
    blocks = [one.verdict.code for one in refusal.judged if one.verdict.level == "blocked"]
    return "+".join(blocks) or refusal.code


CONTESTS: dict[str, Callable[..., Attempt]] = {
    "complete": _complete,
    "command": _ask_for,
    "open": _open,
    "outside": _outside,
    "code": CodeAttempt,
    "password": PasswordAttempt,
    "leaving": LeavingAttempt,
    "joining": JoiningAttempt,
    "staff": StaffAttempt,
    "visit": VisitAttempt,
    "configure": ConfigureAttempt,
    "take": TakeAttempt,
    "dns look": LookAttempt,
    "dns press": PressAttempt,
    "room": RoomAttempt,
    "follow": FollowAttempt,
}


def job(contest: str, *without: str, **arguments: Any) -> Job:
    """Name a job by its contest, with what it needs."""
    assert contest in CONTESTS
    return Job(contest, arguments, without)
