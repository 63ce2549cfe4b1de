"""Read streams in order with bounded memory, all at one moment, on both databases alike."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, transaction

CHUNK = 2_000

_COLUMNS = (
    "e.id, e.stream, e.number, e.kind, e.actor_kind, e.actor_id, e.cause, {at}, {performed_at}, "
    "e.body_digest, e.previous_mac, e.mac, e.key_id, e.command_id, e.command_digest, "
    "b.id, b.salt, b.body, {erased_at}"
)
_TIMES = {"at": "e.at", "performed_at": "e.performed_at", "erased_at": "b.erased_at"}
_TIME = {
    # As text, because the converters would read a damaged time as no time at all.
    "sqlite": "CAST({0} AS TEXT)",
    # Infinity and years that Python does not know become a year that nothing happened in.
    "postgresql": (
        "CASE WHEN {0} < '0002-01-01Z' OR {0} > '9998-12-31Z' THEN '0002-01-01Z' ELSE {0} END"
    ),
}
_FROM = " FROM audit_event e LEFT JOIN audit_body b ON b.stream = e.stream AND b.number = e.number"
_ORPHANS = (
    "SELECT b.id, b.stream, b.number FROM audit_body b LEFT JOIN audit_event e "
    "ON e.stream = b.stream AND e.number = b.number WHERE e.id IS NULL{only} "
    "ORDER BY b.stream, b.number"
)


class Row(NamedTuple):
    """One event beside its body; ``body_id`` is None when the body is missing.

    A value that cannot be what the column holds (a date that is none) is left as it was
    read, so that its MAC fails.
    """

    id: int
    stream: str
    number: int
    kind: str
    actor_kind: str
    actor_id: int | None
    cause: str
    at: datetime
    performed_at: datetime | None
    body_digest: str
    previous_mac: str
    mac: str
    key_id: str
    command_id: UUID | None
    command_digest: str
    body_id: int | None
    salt: str
    body: str
    erased_at: datetime | None


@contextmanager
def snapshot(using: str = "default") -> Iterator[None]:
    """Let everything read within see the database at one moment, holding up no writer.

    Within a transaction that is open already it changes nothing.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            yield
    else:
        # Django's own BEGIN is IMMEDIATE and would keep every writer waiting.
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def read_rows(streams: Iterable[str] | None = None, using: str = "default") -> Iterator[Row]:
    """Yield events by stream and number; all of them, or those of some streams."""
    time = _TIME[connections[using].vendor]
    times = {name: time.format(column) for name, column in _TIMES.items()}
    statement = "SELECT " + _COLUMNS.format(**times) + _FROM
    if streams is None:
        yield from _rows(statement + " ORDER BY e.stream, e.number", [], using)
        return
    for stream in sorted(set(streams)):
        yield from _rows(statement + " WHERE e.stream = %s ORDER BY e.number", [stream], using)


def read_orphans(
    streams: Iterable[str] | None = None, using: str = "default"
) -> Iterator[tuple[int, str, int]]:
    """Yield (id, stream, number) of bodies that belong to no event."""
    if streams is None:
        yield from _fetch(_ORPHANS.format(only=""), [], using)
        return
    for stream in sorted(set(streams)):
        yield from _fetch(_ORPHANS.format(only=" AND b.stream = %s"), [stream], using)


def _rows(statement: str, parameters: list[Any], using: str) -> Iterator[Row]:
    native = connections[using].vendor == "postgresql"
    for values in _fetch(statement, parameters, using):
        row = Row(*values)
        yield row if native else _from_sqlite(row)


def _fetch(statement: str, parameters: list[Any], using: str) -> Iterator[Any]:
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _from_sqlite(row: Row) -> Row:
    return row._replace(
        at=_read(_time, row.at),
        performed_at=_read(_time, row.performed_at),
        command_id=_read(UUID, row.command_id),
        erased_at=_read(_time, row.erased_at),
    )


def _read(parse: Callable[[str], Any], value: Any) -> Any:
    try:
        return None if value is None else parse(value)
    except (ValueError, TypeError, AttributeError):
        return value


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(text)
    return moment.replace(tzinfo=UTC)
