"""What the two databases say differently: JSON aggregates, times, UUIDs, one round trip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import orjson
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


def named_rows_as_json(sources: Mapping[str, tuple[str, str]]) -> str:
    """Return a subselect that yields the rows of several sources as one JSON array of arrays.

    Each row begins with the name of its source; ``read_named_rows`` parts them again.
    """
    array = "json_build_array" if postgres() else "json_array"
    rows = " UNION ALL ".join(
        f"SELECT {array}('{name}', {columns}) AS one FROM {source}"
        for name, (columns, source) in sources.items()
    )
    if postgres():
        return f"(SELECT json_agg(a.one) FROM ({rows}) a)::text"
    return f"(SELECT json_group_array(json(a.one)) FROM ({rows}) a)"


def read_named_rows(text: str | None) -> dict[str, list[list[Any]]]:
    """Read what ``named_rows_as_json`` made; a source without rows is not there."""
    found: dict[str, list[list[Any]]] = {}
    for row in read_rows(text):
        found.setdefault(row.pop(0), []).append(row)
    return found


def words(column: str, source: str) -> str:
    """Return a subselect that yields one text of words, with commas between; NULL for none."""
    joined = "string_agg" if postgres() else "group_concat"
    return f"(SELECT {joined}({column}, ',') FROM {source})"


def stored_json(column: str) -> str:
    """Return a JSON column in a form that nests in an aggregate."""
    return column if postgres() else f"json({column})"


def read_rows(text: str | None) -> list[list[Any]]:
    """Read what ``rows_as_json`` made."""
    return orjson.loads(text) if text else []  # type: ignore[no-any-return]


def read_time(value: Any) -> datetime | None:
    """Read a time out of a row or of JSON; times without an offset are UTC."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if type(value) is str else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # type: ignore[no-any-return]


def bind(value: Any) -> Any:
    """Bind a parameter as Django itself stores it."""
    return value if postgres() else _as_sqlite(value)


@lru_cache(maxsize=1024)
def _time_text(moment: datetime) -> str:
    """Write a time as Django's DateTimeField stores it on SQLite."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))


def _as_sqlite(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if kind is Json:
        return dump(value.value)
    if isinstance(value, datetime):
        return _time_text(value)
    return value.hex if isinstance(value, UUID) else value


@lru_cache(maxsize=512)
def native(sql: str) -> str:
    """Write a statement as the driver takes it; Django would do so again each time."""
    return sql if postgres() else sql.replace("%s", "?").replace("%%", "%")


class Lost(Exception):
    """A guarded write met another state than the one that was read; load and decide again."""


class Json:
    """A value for a JSON column."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def dump(value: Any) -> str:
    """Write JSON as the JSON columns hold it."""
    return orjson.dumps(value).decode()


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Json) else str(value)


# Up to this many rows are written out, more travel as one JSON parameter: reading that costs
# PostgreSQL as much as three rows do, and a text for each number of rows would be prepared.
FEW = 3


@dataclass(frozen=True, eq=False)
class Target:
    """Where an insert goes: the table, the columns it is given, and what every row has alike.

    Each is made once and known by identity. ``fixed`` pairs a column with SQL text; what is
    always the same is no parameter.
    """

    table: str
    columns: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """List all columns in the order they are written."""
        return self.columns + tuple(name for name, _text in self.fixed)


class Batch:
    """Plain statements with the number of rows each must touch.

    PostgreSQL gets them in one round trip as one statement of common table expressions,
    SQLite one after the other. A count that differs raises Lost inside the transaction,
    so that nothing of the batch stays.
    """

    def __init__(self) -> None:
        self.parts: list[tuple[str, Sequence[Any], int]] = []
        self.inserts: list[tuple[Target, Sequence[Sequence[Any]]]] = []
        self.postgres = postgres()

    def add(self, sql: str, params: Sequence[Any], rows: int) -> None:
        """Add a statement that must touch exactly ``rows`` rows."""
        self.parts.append((sql, params if self.postgres else list(map(_as_sqlite, params)), rows))

    def among(self, column: str, keys: Sequence[int]) -> tuple[str, list[Any]]:
        """Return the condition that a column holds one of some keys, and its parameters."""
        if self.postgres:
            # As text: psycopg would look at each of a list's elements.
            return f"{column} = ANY(%s::bigint[])", ["{" + ",".join(map(str, keys)) + "}"]
        return f"{column} IN ({', '.join(['%s'] * len(keys))})", list(keys)

    def insert(self, target: "Target", rows: Sequence[Sequence[Any]]) -> None:
        """Add a multi-row insert; nothing when there are no rows."""
        if rows:
            self.inserts.append((target, rows))

    def run(self, cursor: Any) -> None:
        """Send everything. Raises Lost, or IntegrityError for a unique row that is taken."""
        self._place_inserts()
        if not self.parts:
            return
        count = self._together(cursor) if self.postgres else self._singly(cursor)
        # Each touches its rows or fewer, so that the sums agree only when each does; an insert
        # writes its rows or fails.
        wanted = sum([rows for sql, _params, rows in self.parts if not _is_insert(sql)])
        if count != wanted:
            raise Lost(f"{count} instead of {wanted} rows")

    def _place_inserts(self) -> None:
        """Write a few rows as they are, many as one parameter."""
        for target, rows in self.inserts:
            if not self.postgres or len(rows) <= FEW:
                values = [v for row in rows for v in row]
                if self.postgres:
                    values = [dump(v.value) if type(v) is Json else v for v in values]
                self.add(_plain_insert(target, len(rows)), values, len(rows))
            else:
                named = [dict(zip(target.columns, row, strict=True)) for row in rows]
                self.add(
                    _from_json(target), [orjson.dumps(named, default=_plain).decode()], len(rows)
                )
        self.inserts = []

    def _together(self, cursor: Any) -> int:
        parts = self.parts
        if not _is_insert(parts[0][0]):
            # It ends the statement, so that its parameters come last.
            parts = [*parts[1:], parts[0]]
        params = [value for part in parts for value in part[1]]
        cursor.execute(_one_statement(tuple([part[0] for part in parts])), params)
        row = cursor.fetchone()
        return 0 if row is None else int(row[0])

    def _singly(self, cursor: Any) -> int:
        count = 0
        for sql, params, _rows in self.parts:
            cursor.execute(sql, params)
            if not _is_insert(sql):
                count += cursor.rowcount
        return count


def _is_insert(sql: str) -> bool:
    return sql.startswith("INSERT")


@lru_cache(maxsize=256)
def _one_statement(parts: tuple[str, ...]) -> str:
    """Write parts as one statement whose answer is how many rows were updated; none for none.

    An update that comes last is no table expression but what is executed: a twentieth cheaper.
    """
    *before, last = parts
    if _is_insert(last):
        before, last = list(parts), "SELECT 0"
    else:
        last = f"{last} RETURNING 1"
    named = []
    for place, sql in enumerate(before):
        if _is_insert(sql):
            named.append(f"w{place} AS ({sql})")
        else:
            named.append(f"w{place} AS ({sql} RETURNING 1)")
            last += f" + (SELECT count(*) FROM w{place})"
    return f"WITH {', '.join(named)} {last}" if named else last


@lru_cache(maxsize=256)
def _plain_insert(target: Target, rows: int) -> str:
    one = ", ".join([*["%s"] * len(target.columns), *(text for _name, text in target.fixed)])
    values = ", ".join([f"({one})"] * rows)
    return f"INSERT INTO {target.table} ({', '.join(target.names)}) VALUES {values}"


@lru_cache(maxsize=64)
def _from_json(target: Target) -> str:
    """Write an insert with one parameter, whatever the number of rows.

    The statement stays short and the same, so that it is prepared once.
    """
    read = ", ".join([*target.columns, *(text for _name, text in target.fixed)])
    return (
        f"INSERT INTO {target.table} ({', '.join(target.names)}) "
        f"SELECT {read} FROM json_populate_recordset(NULL::{target.table}, %s::json)"
    )
