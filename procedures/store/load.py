"""The one door from rows to facts: lock the run, then read all that rules need at once."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from helpdesk.models import User
from procedures.change import Loaded
from procedures.models import Run
from procedures.rules.facts import Facts, Person
from procedures.store.asking import Ask, Found
from procedures.store.dialect import postgres, vendor
from procedures.store.driver import open_cursor
from procedures.store.reading import actor_of, facts_of, found_of, people_of
from procedures.store.statement import belongings, bound, written, written_new

# What a page shows, and a command asks for only when it must.
_SEEN = frozenset({"decisions", "lent"})


def load(run: Run, ask: Ask, now: datetime, cursor: Any = None) -> Found:
    """Lock and read a run. Call inside the transaction that will write it.

    Locks in the order tenant, run. On SQLite the transaction itself is the lock.
    ``cursor`` is one to go on with; making one costs as much as a small query.
    """
    if cursor is None:
        with open_cursor() as cursor:
            return load(run, ask, now, cursor)
    if not postgres():
        return _read(run, ask, now, cursor)
    if ask.lock_tenant:
        tenant = "SELECT id FROM helpdesk_tenant WHERE id = %s FOR NO KEY UPDATE"
        cursor.execute(tenant, [run.tenant_id])
    sql, kinds, names = _written(run.version_id, ask.needs, ask.command_id is not None, True)
    cursor.execute(sql, [run.id, *bound(kinds, run, ask, now), run.id])
    row = cursor.fetchone()
    if row is None:
        raise Run.DoesNotExist
    found = dict(zip(names, row, strict=False))
    if row[-1] != found["run_event_number"]:
        # While the lock waited somebody else committed: what was read beside it is out of date.
        return _read(run, ask, now, cursor)
    return found_of(run, found, ask, now)


def read(run: Run, ask: Ask, now: datetime) -> Found:
    """Read a run without locking it, for pages and for what-if."""
    with connection.cursor() as cursor:
        return _read(run, replace(ask, needs=ask.needs | _SEEN), now, cursor)


def _read(run: Run, ask: Ask, now: datetime, cursor: Any) -> Found:
    sql, kinds, names = _written(run.version_id, ask.needs, ask.command_id is not None, False)
    cursor.execute(sql, [*bound(kinds, run, ask, now), run.id])
    row = cursor.fetchone()
    if row is None:
        raise Run.DoesNotExist
    return found_of(run, dict(zip(names, row, strict=True)), ask, now)


def new_run_facts(
    run: Run, ask: Ask, now: datetime
) -> tuple[Person, Facts, bool, tuple[Person, ...]]:
    """Return actor, facts, the self-declaration setting and the people for a run to be opened."""
    sql, kinds, names = written_new(vendor(), ask.needs)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*bound(kinds, run, ask, now), run.tenant_id])
        values = cursor.fetchone()
    row = dict(zip(names, values, strict=True))
    actor = actor_of(row, ask)
    facts = facts_of(row, ask, now, actor, {}, {}, {}, run)
    return actor, facts, bool(row.get("t_self_declaration")), people_of(row)


def names_of(loaded: Loaded) -> dict[int, str]:
    """Return the names of those who did the steps, by the number of the person."""
    people = [step.actor_id for step in loaded.steps.values() if step.actor_id is not None]
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name"))


@lru_cache(maxsize=1024)
def _written(
    version_id: int, needs: frozenset[str], named: bool, held: bool
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return written(vendor(), needs | belongings(version_id), named, held)
