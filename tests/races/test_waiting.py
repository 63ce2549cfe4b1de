"""Who waits behind a lock sees what the one before has done."""

import time
from uuid import uuid4

import pytest
from django.db import connection, transaction

from procedures import engine
from tests.races.arena import Arena
from tests.races.jobs import SIZE, Round

pytestmark = pytest.mark.races


def waiting() -> bool:
    """Say whether another process waits; SQLite cannot tell, so it is given a moment."""
    if connection.vendor == "sqlite":
        time.sleep(0.5)
        return True
    with connection.cursor() as cursor:
        # Unlike pg_stat_activity, this is not kept for as long as a transaction lasts.
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_who_waits_behind_a_lock_sees_the_step_completed(arena: Arena) -> None:
    run = arena.recovery()
    second = arena.completing(run, "recover", "mail2", month="202611")
    with transaction.atomic():
        first = engine.complete_step(
            run,
            step="recover",
            actor_id=arena.cast.people["mail"].pk,
            now=arena.cast.now,
            submission=uuid4(),
            values={"month": "202611"},
        )
        arena.pool.begin(Round(arena.database, (second, *[None] * (SIZE - 1))))
        ends = time.monotonic() + 30
        while not waiting():
            assert time.monotonic() < ends, "nobody waited"
            time.sleep(0.02)
    assert first.done
    assert arena.pool.outcomes() == [("already_done", None)]
