"""The statements of a command on PostgreSQL: prepared once a connection, run by libpq itself.

psycopg goes through a dozen Python calls and a generator for every statement it sends. The two
statements of a command are the same few all day, so that they are sent straight to the C library
that psycopg wraps, with the same errors.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from types import TracebackType
from typing import Any, Self
from uuid import UUID
from weakref import WeakKeyDictionary

from psycopg import DataError
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName

from helpdesk.postgresql.base import checked
from procedures.store.dialect import Lost

# Statements kept on one connection; a procedure's steps need a handful.
_ROOM = 200
_NUMBERS = count(1)


def _moment(value: datetime) -> bytes:
    return value.isoformat().encode()


_DUMP: dict[type, Callable[[Any], bytes | None]] = {
    str: str.encode,
    int: lambda value: b"%d" % value,
    bool: lambda value: b"t" if value else b"f",
    type(None): lambda _value: None,
    datetime: _moment,
    UUID: lambda value: value.hex.encode(),
}
# What a column of some type is read as; everything else is text. By PostgreSQL's numbers of types.
_LOAD: dict[int, Callable[[bytes], Any]] = {
    16: lambda raw: raw == b"t",
    20: int,
    21: int,
    23: int,
    1184: lambda raw: datetime.fromisoformat(raw.decode()),
}


def _dump(value: Any) -> bytes | None:
    """Send a value of a kind derived from those above. Raises TypeError for any other."""
    for kind, dump in _DUMP.items():
        if isinstance(value, kind):
            return dump(value)
    raise TypeError(f"a {type(value).__name__} is not sent to the database as it is")


class _Statement:
    """One statement as the connection knows it."""

    __slots__ = ("loaders", "name")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.loaders: list[Callable[[bytes], Any]] = []


_KNOWN: WeakKeyDictionary[Any, dict[str, _Statement]] = WeakKeyDictionary()


class Prepared:
    """A cursor of one open transaction; it reads one row at most."""

    rowcount = -1

    def __init__(self, db: Any) -> None:
        self._link = db.connection.pgconn
        self._errors = db.wrap_database_errors
        known = _KNOWN.get(db.connection)
        if known is None:
            known = _KNOWN[db.connection] = {}
        self._known = known
        self._result: Any = None
        self._statement: Any = None

    def execute(self, sql: str, params: Sequence[Any]) -> None:
        """Run one statement. Raises Lost when the server has forgotten what was prepared."""
        try:
            values = [_DUMP[type(value)](value) for value in params]
        except KeyError:
            values = [_dump(value) for value in params]
        with self._errors:
            if b"\0" in b"".join(filter(None, values)):
                # libpq would take the text up to there.
                raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
            try:
                statement = self._known.get(sql) or self._prepare(sql)
                result = self._link.exec_prepared(statement.name, values)
                self._result = checked(self._link, result)
            except (InvalidSqlStatementName, FeatureNotSupported):
                # psycopg discarded them all, or a table has changed since. What is left of them
                # on the server goes with the connection.
                self._known.clear()
                raise Lost("the prepared statements are gone") from None
        self._statement = statement

    def _prepare(self, sql: str) -> _Statement:
        """Name a statement; the oldest makes room where there are many."""
        if len(self._known) >= _ROOM:
            oldest = self._known.pop(next(iter(self._known)))
            checked(self._link, self._link.exec_(b"DEALLOCATE " + oldest.name))
        statement = _Statement(b"command_%d" % next(_NUMBERS))
        checked(self._link, self._link.prepare(statement.name, _numbered(sql)))
        self._known[sql] = statement
        return statement

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        result = self._result
        if not result.ntuples:
            return None
        loaders = self._statement.loaders
        if not loaders:
            types = [result.ftype(place) for place in range(result.nfields)]
            loaders += [_LOAD.get(oid, bytes.decode) for oid in types]
        read = result.get_value
        return tuple(
            [
                None if (raw := read(0, place)) is None else load(raw)
                for place, load in enumerate(loaders)
            ]
        )

    def __enter__(self) -> Self:
        """Hand the cursor over."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep what is prepared for the connection's next command."""


def _numbered(sql: str) -> bytes:
    """Write the places of parameters as PostgreSQL numbers them."""
    places = count(1)
    return re.sub(
        "%[s%]", lambda mark: "%" if mark[0] == "%%" else f"${next(places)}", sql
    ).encode()
