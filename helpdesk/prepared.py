"""Queries of one shape that every page asks: built and compiled once a process, then only asked.

To build a query of several conditions costs more than to ask it, several times over.
"""

import copy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

# Values that stand for others while a query is compiled; no row and no constant has them.
_NUMBER = 1_903_000_000
_MOMENT = datetime(1903, 1, 1, tzinfo=UTC)
_WORD = "\ue000prepared\ue001"


class Prepared[Row]:
    """A query whose values alone change, each named like an argument of ``build``.

    ``build`` returns it for values of the types that ``kinds`` names: int, str or datetime. It
    must use each as it is: what is derived from a value is a value of its own.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], **kinds: type) -> None:
        self._build = build
        self._marks = {name: _mark(kind, n) for n, (name, kind) in enumerate(kinds.items(), 1)}
        self._compiled: dict[str, tuple[QuerySet[Any, Row], Any, str, list[Any]]] = {}
        self._lock = Lock()

    def ask(self, **values: Any) -> list[Row]:
        """Return the rows for these values, in one statement."""
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._compiled.get(connection.vendor)
        rows, compiler, sql, places = made or self._compile(connection)
        if values.keys() != self._marks.keys():
            raise ValueError(f"the values of the query are {', '.join(self._marks)}")
        given = {name: _adapted(connection, value) for name, value in values.items()}
        params = tuple(
            place.fill(given) if isinstance(place, _Place) else place for place in places
        )
        # A connection belongs to its thread; the compiled statement does not.
        ready: Any = copy.copy(compiler)
        ready.connection, ready.as_sql = connection, lambda *_args, **_kw: (sql, params)
        found: Any = rows.all()
        found.query.get_compiler = lambda *_args, **_kw: ready
        return list(found)

    def first(self, **values: Any) -> Row | None:
        """Return the first row, or None; ``build`` limits what is read."""
        return next(iter(self.ask(**values)), None)

    def _compile(self, connection: Any) -> tuple[QuerySet[Any, Row], Any, str, list[Any]]:
        with self._lock:
            rows = self._build(**self._marks)
            compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, params = compiler.as_sql()
            places = self._places(connection, params)
            made = rows, compiler, sql, places
            self._compiled[connection.vendor] = made
            return made

    def _places(self, connection: Any, params: Sequence[Any]) -> list[Any]:
        """Find where each value goes; one that goes nowhere was changed on its way."""
        marks = {_adapted(connection, mark): name for name, mark in self._marks.items()}
        places = [
            _Place(marks[one], type(one)) if _is_plain(one) and one in marks else one
            for one in params
        ]
        found = {place.name for place in places if isinstance(place, _Place)}
        if lost := self._marks.keys() - found:
            raise ValueError(f"these do not reach the statement: {', '.join(sorted(lost))}")
        return places


class _Place:
    """Where a value stands among the parameters, in the type the database wants it in."""

    def __init__(self, name: str, kind: type) -> None:
        self.name, self._kind = name, kind

    def fill(self, given: dict[str, Any]) -> Any:
        value = given[self.name]
        return self._kind(value) if issubclass(self._kind, int) else value


def _mark(kind: type, number: int) -> Any:
    if kind is int:
        return _NUMBER + number
    return _MOMENT + timedelta(days=number) if kind is datetime else f"{_WORD}{number}"


def _adapted(connection: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | str | datetime)
