"""What the two databases say differently: JSON aggregates, times, UUIDs, one round trip."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db import connection


@cache
def vendor() -> str:
    """Name the database in use; it is the same as long as the process lives."""
    return str(connection.vendor)


@cache
def postgres() -> bool:
    """Say whether the database in use is PostgreSQL."""
    return vendor() == "postgresql"


def rows_as_json(columns: str, source: str) -> str:
    """Return a subselect that yields its rows as one JSON array of arrays."""
    if postgres():
        return f"(SELECT json_agg(json_build_array({columns})) FROM {source})::text"
    return f"(SELECT json_group_array(json_array({columns})) FROM {source})"


def stored_json(column: str) -> str:
    """Return a JSON column in a form that nests in an aggregate."""
    return column if postgres() else f"json({column})"


def read_rows(text: str | None) -> list[list[Any]]:
    """Read what ``rows_as_json`` made."""
    return json.loads(text) if text else []


def read_time(value: Any) -> datetime | None:
    """Read a time out of a row or of JSON; times without an offset are UTC."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def bind(value: Any) -> Any:
    """Bind a parameter as Django itself stores it."""
    return value if postgres() else _as_sqlite(value)


def _as_sqlite(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if kind is Json:
        return dump(value.value)
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value.hex if isinstance(value, UUID) else value


class Lost(Exception):
    """A guarded write met another state than the one that was read; load and decide again."""


class Json:
    """A value for a JSON column."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def dump(value: Any) -> str:
    """Write JSON as the JSON columns hold it."""
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Json) else str(value)


_ENCODE = json.JSONEncoder(ensure_ascii=False, default=_plain).encode
# psycopg remembers how it read a statement only up to this many parameters.
_ROOM = 50


class Batch:
    """Plain statements with the number of rows each must touch.

    PostgreSQL gets them in one round trip as one statement of common table expressions,
    SQLite one after the other. A count that differs raises Lost inside the transaction,
    so that nothing of the batch stays.
    """

    def __init__(self) -> None:
        self.parts: list[tuple[str, Sequence[Any], int]] = []
        self.inserts: list[tuple[str, tuple[str, ...], Sequence[Sequence[Any]]]] = []
        self.postgres = postgres()

    def add(self, sql: str, params: Sequence[Any], rows: int) -> None:
        """Add a statement that must touch exactly ``rows`` rows."""
        self.parts.append((sql, params if self.postgres else list(map(_as_sqlite, params)), rows))

    def among(self, column: str, keys: Sequence[int]) -> tuple[str, list[Any]]:
        """Return the condition that a column holds one of some keys, and its parameters."""
        if self.postgres:
            return f"{column} = ANY(%s)", [list(keys)]
        return f"{column} IN ({', '.join(['%s'] * len(keys))})", list(keys)

    def insert(self, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
        """Add a multi-row insert; nothing when there are no rows."""
        if rows:
            self.inserts.append((table, columns, rows))

    def run(self) -> None:
        """Send everything. Raises Lost, or IntegrityError for a unique row that is taken."""
        self._place_inserts()
        if not self.parts:
            return
        with connection.cursor() as cursor:
            counts = self._together(cursor) if self.postgres else self._singly(cursor)
        for (sql, rows), count in zip(self._guarded(), counts, strict=True):
            if count != rows:
                raise Lost(f"{count} instead of {rows} rows: {sql[:60]}")

    def _guarded(self) -> list[tuple[str, int]]:
        """List what may touch another number of rows; an insert writes its rows or fails."""
        return [(sql, rows) for sql, _params, rows in self.parts if not _is_insert(sql)]

    def _place_inserts(self) -> None:
        """Write one row as it is while there is room, several as one parameter."""
        room = _ROOM - sum(len(part[1]) for part in self.parts) - len(self.inserts)
        for table, columns, rows in self.inserts:
            if not self.postgres:
                self.add(
                    _plain_insert(table, columns, len(rows)),
                    [v for r in rows for v in r],
                    len(rows),
                )
            elif len(rows) == 1 and len(columns) <= room:
                room -= len(columns)
                values = [dump(v.value) if isinstance(v, Json) else v for v in rows[0]]
                self.add(_plain_insert(table, columns, 1), values, 1)
            else:
                named = [dict(zip(columns, row, strict=True)) for row in rows]
                self.add(_from_json(table, columns), [_ENCODE(named)], len(rows))
        self.inserts = []

    def _together(self, cursor: Any) -> Sequence[int]:
        params = [value for part in self.parts for value in part[1]]
        cursor.execute(_one_statement(tuple(part[0] for part in self.parts)), params)
        return tuple(cursor.fetchone())

    def _singly(self, cursor: Any) -> Sequence[int]:
        counts = []
        for sql, params, _rows in self.parts:
            cursor.execute(sql, params)
            if not _is_insert(sql):
                counts.append(cursor.rowcount)
        return counts


def _is_insert(sql: str) -> bool:
    return sql.startswith("INSERT")


@lru_cache(maxsize=256)
def _one_statement(parts: tuple[str, ...]) -> str:
    named, counts = [], []
    for place, sql in enumerate(parts):
        if _is_insert(sql):
            named.append(f"w{place} AS ({sql})")
        else:
            named.append(f"w{place} AS ({sql} RETURNING 1)")
            counts.append(f"(SELECT count(*) FROM w{place})")
    # Opening a run has nothing to count.
    return f"WITH {', '.join(named)} SELECT {', '.join(counts)}"


@lru_cache(maxsize=256)
def _plain_insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * rows)}"


@lru_cache(maxsize=64)
def _from_json(table: str, columns: tuple[str, ...]) -> str:
    """Write an insert with one parameter, whatever the number of rows.

    The statement stays short and the same, so that it is prepared once.
    """
    names = ", ".join(columns)
    return (
        f"INSERT INTO {table} ({names}) "
        f"SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)"
    )
