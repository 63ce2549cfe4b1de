"""Whatever statement of a command fails, the database is as before or as after."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from procedures import engine
from tests.aborts.situations import SITUATIONS, Ask
from tests.conftest import FreshDatabase
from tests.engine.cast import Cast, make_cast

pytestmark = pytest.mark.aborts
APPS = ("audit", "helpdesk", "procedures", "tickets")
Dump = dict[str, list[Any]]


class Aborted(Exception):
    """The statement that the test lets fail."""


def tables() -> list[str]:
    """Name the project's tables."""
    models = (model for label in APPS for model in apps.get_app_config(label).get_models())
    return [model._meta.db_table for model in models]


def dump() -> Dump:
    """Read every row of the project's tables as the database has it, no model in between."""
    found: Dump = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
            found[table] = cursor.fetchall()
    return found


@contextmanager
def failing_at(number: int, *, after: bool) -> Iterator[list[int]]:
    """Let the statement of this number fail, before or after it was executed."""
    seen = [0]

    def wrap(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("BEGIN"):
            # SQLite's BEGIN is Django's own; failing after it would only confuse the test.
            return execute(sql, params, many, context)
        seen[0] += 1
        if seen[0] == number and not after:
            raise Aborted
        result = execute(sql, params, many, context)
        if seen[0] == number:
            raise Aborted
        return result

    with connection.execute_wrapper(wrap):
        yield seen


def abort_everywhere(ask: Ask, *, after: bool) -> int:
    """Abort at the first statement, the second, and so on; return how many there were."""
    before = dump()
    number = 0
    while True:
        number += 1
        try:
            with failing_at(number, after=after):
                ask()
        except Aborted:
            assert dump() == before, f"something stayed after an abort at statement {number}"
            continue
        assert dump() != before, "the command changed nothing, so the test shows nothing"
        return number - 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.__name__)
def test_an_abort_at_any_statement_leaves_the_database_as_before(
    fresh_db: FreshDatabase, situation: Callable[[Cast], Ask], after: bool
) -> None:
    ask = situation(make_cast())
    assert abort_everywhere(ask, after=after) >= 2


def test_every_command_of_the_engine_has_a_situation() -> None:
    commands = {
        name
        for name, function in inspect.getmembers(engine, inspect.isfunction)
        if function.__module__ == engine.__name__ and not name.startswith("_")
    }
    source = inspect.getsource(inspect.getmodule(SITUATIONS[0]))  # type: ignore[arg-type]
    missing = {name for name in commands if f"engine.{name}" not in source}
    assert not missing, f"no abort test asks {sorted(missing)}"


def test_a_writer_that_commits_halfway_is_caught(fresh_db: FreshDatabase) -> None:
    cast = make_cast()

    def in_two_halves() -> None:
        cast.tenant.name = "반만 바뀐 이름"
        cast.tenant.save(update_fields=["name"])
        cast.tenant.main_domain = "half.example"
        cast.tenant.save(update_fields=["main_domain"])

    with pytest.raises(AssertionError, match="something stayed"):
        abort_everywhere(in_two_halves, after=False)
