"""The guards of a race, each by its name, and how each is taken away."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.db import connection, models, transaction

from procedures import engine, store
from procedures.models import Run
from procedures.store.dialect import Batch
from tests.races import meeting

# "lock": read and write share one transaction, which holds row locks (or SQLite's only lock).
# "compare": updates name the state that was read, and count the rows they met.
# "unique …": rows that can be there once; these are taken from the database, not from code.
LOCK, COMPARE = "lock", "compare"
_COMPARED = re.compile(r" AND (event_number = %s|state = '\w+')$")


def faults(without: Iterable[str], *, meet: bool) -> Iterator[AbstractContextManager[Any]]:
    """Return what takes these guards away in this process, and the fail point, if asked for."""
    names = set(without)
    assert names <= {LOCK, COMPARE}
    if LOCK in names:
        yield mock.patch.object(engine, "transaction", SimpleNamespace(atomic=_unlocked_once()))
    if COMPARE in names:
        yield mock.patch.object(Batch, "add", _add_blindly)
        yield mock.patch.object(Batch, "run", _run_blindly)
    if meet:
        yield _fail_point()


def _unlocked_once() -> Callable[[], AbstractContextManager[Any]]:
    """Take the transaction from the first attempt; who lost it tries again as the product does."""
    tried: list[bool] = []

    def atomic() -> AbstractContextManager[Any]:
        first, tried[:] = not tried, [True]
        return nullcontext() if first else transaction.atomic()

    return atomic


_ADD, _RUN = Batch.add, Batch.run


def _add_blindly(batch: Batch, sql: str, params: Sequence[Any], rows: int) -> None:
    """Add a statement without the condition that it still meets what was read."""
    compared = _COMPARED.search(sql)
    if compared:
        sql = sql[: compared.start()]
        params = list(params)[: len(params) - compared[0].count("%s")]
    _ADD(batch, sql, params, rows)


def _run_blindly(batch: Batch, cursor: Any) -> None:
    """Send everything and do not mind how many rows it met; nothing is rolled back for it."""
    with suppress(store.Lost):
        _RUN(batch, cursor)


@contextmanager
def _fail_point() -> Iterator[None]:
    """Between reading and writing, wait once until everybody has read."""

    def after_meeting(write: Any) -> Any:
        def wrapped(*args: Any, **kw: Any) -> Any:
            meeting.meet()
            with transaction.atomic():
                return write(*args, **kw)

        return wrapped

    with (
        mock.patch.object(store, "commit", after_meeting(store.commit)),
        mock.patch.object(store, "insert", after_meeting(store.insert)),
    ):
        yield


def drop_unique(model: type[models.Model], *names: str) -> None:
    """Take unique constraints of a model from the test's own database, all at once.

    SQLite makes the table anew from the model, so that one left there would come back.
    """
    meta = model._meta
    before = list(meta.constraints)
    gone = [one for one in before if one.name in names]
    assert len(gone) == len(names)
    meta.constraints = [one for one in before if one not in gone]
    try:
        with connection.schema_editor() as editor:
            for one in gone:
                editor.remove_constraint(model, one)
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
