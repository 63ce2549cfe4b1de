"""The one door from rows to facts: lock the run, then read all that rules need at once."""

from datetime import datetime

from django.db import connection

from procedures.models import Run
from procedures.rules.facts import Facts, Person
from procedures.store.asking import Ask, Found
from procedures.store.dialect import postgres
from procedures.store.reading import actor_of, facts_of, found_of, people_of
from procedures.store.statement import HELD, HOLD, UNHELD, belongings, bound, written, written_new


def load(run: Run, ask: Ask, now: datetime) -> Found:
    """Lock and read a run. Call inside the transaction that will write it.

    Locks in the order tenant, run. On SQLite the transaction itself is the lock.
    """
    if not postgres():
        return read(run, ask, now)
    with connection.cursor() as cursor:
        if ask.lock_tenant:
            cursor.execute(
                "SELECT id FROM helpdesk_tenant WHERE id = %s FOR UPDATE", [run.tenant_id]
            )
        sql, kinds, names = written(connection.vendor, _needs(run, ask), named=_named(ask))
        cursor.execute(HOLD + sql + HELD, [run.pk, *bound(kinds, ask, now)])
        row = cursor.fetchone()
    if row is None:
        raise Run.DoesNotExist
    found = dict(zip(names, row, strict=False))
    if row[-1] != found["run_event_number"]:
        # While the lock waited somebody else committed: what was read beside it is out of date.
        return read(run, ask, now)
    return found_of(found, ask, now)


def read(run: Run, ask: Ask, now: datetime) -> Found:
    """Read a run without locking it, for pages and for what-if."""
    sql, kinds, names = written(connection.vendor, _needs(run, ask), named=_named(ask))
    with connection.cursor() as cursor:
        cursor.execute(sql + UNHELD, [*bound(kinds, ask, now), run.pk])
        row = cursor.fetchone()
    if row is None:
        raise Run.DoesNotExist
    return found_of(dict(zip(names, row, strict=True)), ask, now)


def new_run_facts(
    run: Run, ask: Ask, now: datetime
) -> tuple[Person, Facts, bool, tuple[Person, ...]]:
    """Return actor, facts, the self-declaration setting and the people for a run to be opened."""
    sql, kinds, names = written_new(connection.vendor, ask.needs)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*bound(kinds, ask, now), run.tenant_id])
        values = cursor.fetchone()
    row = dict(zip(names, values, strict=True))
    actor = actor_of(row, ask)
    facts = facts_of(row, ask, now, actor, {}, {}, {}, [], run)
    return actor, facts, bool(row["t_self_declaration"]), people_of(row)


def _named(ask: Ask) -> bool:
    return ask.command_id is not None


def _needs(run: Run, ask: Ask) -> frozenset[str]:
    return ask.needs | belongings(run.version_id)
