"""Read streams in order with bounded memory, all at one moment, on both databases alike."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from audit.chain import Link

CHUNK = 2_000

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


@dataclass(slots=True)
class Row(Link):
    """One event as it is stored, beside its body; ``body_id`` is None when the body is missing.

    A value that cannot be what the column holds (a date that is none) is left as it was
    read, so that its MAC fails.
    """

    id: int
    body_id: int | None
    erased_at: datetime | None


_NAMES = tuple(one.name for one in fields(Row))
_OF_BODY = {"salt": "b.salt", "body": "b.body", "body_id": "b.id", "erased_at": "b.erased_at"}


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
    columns = ", ".join(_column(name, connections[using].vendor) for name in _NAMES)
    statement = "SELECT " + columns + _FROM
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
    readers = [] if connections[using].vendor == "postgresql" else _READERS
    for values in _fetch(statement, parameters, using):
        read = list(values)
        for place, parse in readers:
            read[place] = _read(parse, read[place])
        yield Row(*read)


def _column(name: str, vendor: str) -> str:
    column = _OF_BODY.get(name, f"e.{name}")
    return _TIME[vendor].format(column) if name in _TIMES else column


def _fetch(statement: str, parameters: list[Any], using: str) -> Iterator[Any]:
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


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


_TIMES = {"at", "performed_at", "erased_at"}
# What SQLite hands over as text, by its place in a row.
_READERS: list[tuple[int, Callable[[str], Any]]] = [
    (place, _time if name in _TIMES else UUID)
    for place, name in enumerate(_NAMES)
    if name in _TIMES or name == "command_id"
]
