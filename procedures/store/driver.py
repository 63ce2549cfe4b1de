"""The cursor of a command: the driver's own, unless somebody listens to Django's."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from django.db import DEFAULT_DB_ALIAS, connections

from procedures.store.dialect import native, postgres
from procedures.store.prepared import Prepared


class Cursor(Protocol):
    """What a command needs of a cursor, Django's or the driver's."""

    rowcount: int

    def execute(self, sql: str, params: Sequence[Any]) -> Any:
        """Run one statement."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""


def _kept(db: Any) -> Any:
    """Return the one cursor of a connection; a connection belongs to one thread."""
    cursor = db.__dict__.get("commands_cursor")
    if cursor is None or cursor.connection is not db.connection:
        cursor = db.commands_cursor = db.connection.cursor()
    return cursor


class _Driver:
    """The driver's cursor, whose errors become Django's.

    Django's own wrapper costs as much as a small statement does, at each statement.
    """

    def __init__(self, db: Any) -> None:
        self._cursor = _kept(db)
        self._errors = db.wrap_database_errors
        self.fetchone = self._cursor.fetchone

    @property
    def rowcount(self) -> int:
        """Say how many rows the last statement touched."""
        return int(self._cursor.rowcount)

    def execute(self, sql: str, params: Sequence[Any]) -> None:
        """Run one statement."""
        with self._errors:
            self._cursor.execute(native(sql), params)

    def __enter__(self) -> Self:
        """Hand the cursor over."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep the cursor for the connection's next command."""


def open_cursor() -> Any:
    """Return a cursor on the transaction that is open, as a context manager.

    Who counts, logs or aborts statements hangs on Django's cursor; then it is that one.
    """
    db: Any = connections[DEFAULT_DB_ALIAS]
    if db.execute_wrappers or db.queries_logged or db.connection is None:
        return db.cursor()
    return Prepared(db) if postgres() else _Driver(db)
