"""The guards of a race, each by its name, and how each is taken away."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing.synchronize import Barrier
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.db import connection, models, transaction

from procedures import engine, store
from procedures.models import Run
from procedures.store.dialect import Batch
from tests.races.jobs import WAIT_SECONDS

# "lock": read and write share one transaction, which holds row locks (or SQLite's only lock).
# "compare": updates name the state that was read, and count the rows they met.
# "unique …": rows that can be there once; these are taken from the database, not from code.
LOCK, COMPARE = "lock", "compare"
_COMPARED = re.compile(r" AND (event_number|state) = %s$")


def faults(without: Iterable[str], middle: Barrier | None) -> Iterator[AbstractContextManager[Any]]:
    """Return what takes these guards away in this process, and the fail point, if asked for."""
    names = set(without)
    assert names <= {LOCK, COMPARE}
    if LOCK in names:
        yield mock.patch.object(engine, "transaction", SimpleNamespace(atomic=nullcontext))
    if COMPARE in names:
        yield mock.patch.object(Batch, "add", _add_blindly)
    if middle is not None:
        yield _fail_point(middle)


_ADD = Batch.add


def _add_blindly(batch: Batch, sql: str, params: Sequence[Any], rows: int) -> None:
    """Add a statement without the condition that it still meets what was read."""
    if _COMPARED.search(sql):
        sql, params = _COMPARED.sub("", sql), list(params)[:-1]
    _ADD(batch, sql, params, rows)


@contextmanager
def _fail_point(middle: Barrier) -> Iterator[None]:
    """Between reading and writing, wait once until everybody has read."""
    met: list[bool] = []

    def after_meeting(write: Any) -> Any:
        def wrapped(*args: Any, **kw: Any) -> Any:
            if not met:
                met.append(True)
                middle.wait(WAIT_SECONDS)
            with transaction.atomic():
                return write(*args, **kw)

        return wrapped

    with (
        mock.patch.object(store, "commit", after_meeting(store.commit)),
        mock.patch.object(store, "insert", after_meeting(store.insert)),
    ):
        yield


def drop_unique(model: type[models.Model], name: str) -> None:
    """Take a unique constraint from the test's own database."""
    meta = model._meta
    before = list(meta.constraints)
    gone = next(one for one in before if one.name == name)
    meta.constraints = [one for one in before if one is not gone]
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, gone)
    finally:
        meta.constraints = before


def drop_unique_uid() -> None:
    """Let several runs have the same id, in the test's own database."""
    old = Run._meta.get_field("uid")
    new = models.UUIDField(editable=False)
    new.set_attributes_from_name("uid")
    new.model = Run
    with connection.schema_editor() as editor:
        editor.alter_field(Run, old, new)
