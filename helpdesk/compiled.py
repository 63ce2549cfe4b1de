"""Queries of many conditions, written by the ORM once a process and asked with other values.

Who may see a run is a dozen subqueries. Django builds and compiles them anew at every request,
which took three quarters of the CPU time of completing a step by its form.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

# What stands for a value while a query is compiled: nothing that a query has of itself.
A_NUMBER = 2_000_000_011
A_MOMENT = datetime(1901, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


class _Asked:
    """As much of a queryset as reading its rows needs, with a compiler that is done already."""

    _known_related_objects: Mapping[Any, Any] = {}

    def __init__(self, queryset: QuerySet[Any], compiler: Any) -> None:
        self.model, self.db = queryset.model, DEFAULT_DB_ALIAS
        self._fetch_mode = queryset._fetch_mode  # type: ignore[attr-defined]
        self._compiler = compiler
        self.query = self

    def get_compiler(self, using: str) -> Any:
        """Return the compiler that has the statement and its parameters."""
        return self._compiler


class Compiled[M: Model]:
    """A query whose SQL never changes, only the values in it.

    ``build`` makes the queryset from the marks; each must reach the statement as it is given.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], **marks: Any) -> None:
        self._build = build
        self._marks = marks
        self._made: tuple[QuerySet[M], Any, str, Sequence[tuple[str, Any]]] | None = None

    def first(self, **values: Any) -> M | None:
        """Return the first row as an instance, or None."""
        queryset, compiler = self._asked(values)
        return next(iter(ModelIterable(_Asked(queryset, compiler))), None)  # type: ignore[arg-type]

    def any(self, **values: Any) -> bool:
        """Say whether there is a row."""
        return self._asked(values)[1].has_results()  # type: ignore[no-any-return]

    def _asked(self, values: Mapping[str, Any]) -> tuple[QuerySet[M], Any]:
        if self._made is None:
            self._made = self._compile()
        queryset, compiler, sql, places = self._made
        # A connection belongs to one thread, so that each has a compiler of its own.
        compiler = copy.copy(compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        given = {name: _stored(compiler.connection, value) for name, value in values.items()}
        params = tuple([given[name] if name else constant for name, constant in places])
        compiler.as_sql = lambda *_args, **_kw: (sql, params)
        return queryset, compiler

    def _compile(self) -> tuple[QuerySet[M], Any, str, Sequence[tuple[str, Any]]]:
        queryset = self._build(**self._marks)[:1]
        connection = connections[DEFAULT_DB_ALIAS]
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        names = {_stored(connection, mark): name for name, mark in self._marks.items()}
        places = [(names.get(param, ""), param) for param in params]
        lost = self._marks.keys() - {name for name, _param in places}
        if lost:
            raise ValueError(f"these do not reach the statement: {', '.join(sorted(lost))}")
        return queryset, compiler, sql, places


def _stored(connection: Any, value: Any) -> Any:
    """Write a time as the database holds it; everything else travels as it is."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
