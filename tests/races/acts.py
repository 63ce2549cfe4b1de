"""What the processes of a race do; each answers how it ended."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import Any
from unittest import mock
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection, transaction

from helpdesk.models import Tenant
from procedures import commands, engine, slots, store
from procedures.change import NotPossible
from procedures.decide import decide
from procedures.models import Run
from procedures.store.dialect import Batch


def _answer(ask: Any) -> str:
    try:
        result = ask()
    except NotPossible as error:
        return f"no: {error.code}"
    except (engine.Busy, IntegrityError, store.Lost) as error:
        return f"lost: {type(error).__name__}"
    refusal = result.refusal
    if refusal is None:
        return "repeated" if getattr(result, "repeated", False) else "done"
    return f"refused: {refusal.code}"


def complete(
    barrier: Barrier, *, run: int, step: str, actor: int, now: datetime, **values: Any
) -> str:
    """Complete a step the ordinary way."""
    found = Run.objects.get(pk=run)
    barrier.wait()
    return _answer(
        lambda: engine.complete_step(found, step=step, actor_id=actor, now=now, values=values)
    )


def press_outside(barrier: Barrier, *, tenant: int, service: str, actor: int, now: datetime) -> str:
    """Enter that the sync was pressed outside of the app."""
    found = Tenant.objects.get(pk=tenant)
    barrier.wait()
    return _answer(
        lambda: slots.claim_outside(found, service=service, at=now, actor_id=actor, now=now)
    )


def open_run(
    barrier: Barrier,
    *,
    tenant: int,
    procedure: str,
    actor: int,
    now: datetime,
    submission: UUID | None = None,
    values: dict[str, Any],
) -> str:
    """Open a run the ordinary way."""
    found = Tenant.objects.get(pk=tenant)
    barrier.wait()
    return _answer(
        lambda: engine.open_run(
            found, procedure=procedure, actor_id=actor, now=now, values=values,
            submission=submission,
        )
    )  # fmt: skip


@contextmanager
def without_row_counts() -> Iterator[None]:
    """Take the compare-and-set away: a write that met another state is no longer noticed."""

    def run(batch: Batch) -> None:
        with connection.cursor() as cursor:
            for sql, params, _rows in batch.parts:
                cursor.execute(sql, params)

    with mock.patch.object(Batch, "run", run):
        yield


def complete_unlocked(
    barrier: Barrier,
    *,
    run: int,
    step: str,
    actor: int,
    now: datetime,
    row_counts: bool = False,
    **values: Any,
) -> str:
    """Complete a step with the lock taken away: everybody reads, then everybody writes.

    The fail point is between read and write; there all processes wait for each other.
    """
    found = Run.objects.get(pk=run)
    procedure = store.procedure_of(found.version_id)
    ask = store.Ask(actor_id=actor, needs=store.needs_of((procedure.step_by_key[step],)))
    loaded = store.read(found, ask, now).loaded
    change = decide(loaded, commands.CompleteStep(step, values), now)
    barrier.wait()
    if change.refusal:
        return f"refused: {change.refusal.code}"
    try:
        with ExitStack() as stack:
            if not row_counts:
                stack.enter_context(without_row_counts())
            stack.enter_context(transaction.atomic())
            store.commit(loaded, change, now)
    except (store.Lost, DatabaseError) as error:
        return f"lost: {type(error).__name__}"
    return "done"


def complete_locked_only(barrier: Barrier, **told: Any) -> str:
    """Complete a step with the lock alone: no compare-and-set (unique rows are dropped)."""
    with without_row_counts():
        return complete(barrier, **told)


def open_unlocked(
    barrier: Barrier, *, tenant: int, procedure: str, actor: int, now: datetime,
    values: dict[str, Any],
) -> str:  # fmt: skip
    """Open with the transaction taken away: everybody looks, then everybody inserts."""
    found = Tenant.objects.get(pk=tenant)
    whole = store.next_reference

    def wait_then_number(*told: Any) -> str:
        barrier.wait()
        return whole(*told)

    @contextmanager
    def no_transaction() -> Iterator[None]:
        yield

    with (
        mock.patch.object(store, "next_reference", wait_then_number),
        mock.patch.object(transaction, "atomic", no_transaction),
        mock.patch.object(engine, "ATTEMPTS", 1),
        mock.patch.object(store, "lock_tenant", lambda pk: Tenant.objects.get(pk=pk)),
    ):
        return _answer(
            lambda: engine.open_run(
                found, procedure=procedure, actor_id=actor, now=now, values=values
            )
        )


def hold_then_complete(barrier: Barrier, *, run: int, step: str, actor: int, now: datetime) -> str:
    """Hold the run's lock until somebody waits behind it, then complete the step and let go."""
    import time

    found = Run.objects.get(pk=run)
    ask = store.Ask(actor_id=actor)
    with transaction.atomic():
        loaded = store.load(found, ask, now).loaded
        barrier.wait()
        deadline = time.monotonic() + 10
        while not _somebody_waits() and time.monotonic() < deadline:
            time.sleep(0.01)
        store.commit(loaded, decide(loaded, commands.CompleteStep(step), now), now)
    return "done"


def _somebody_waits() -> bool:
    import time

    if connection.vendor != "postgresql":
        # SQLite tells nobody who waits; half a second is long for one begin.
        time.sleep(0.5)
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
