"""Make one migrated and published template database, and quick copies of it."""

import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tests import postgres

TEMPLATE = "helpdesk_template"
PREPARE = (("migrate", "--verbosity=0"), ("publish",), ("calendar", "--refresh"))
_numbers = itertools.count(1)


def kind() -> str:
    """Return the database this run uses: sqlite or postgresql."""
    return os.environ.get("HELPDESK_TEST_DB", "sqlite")


def url_of(name: str) -> str:
    """Return the DATABASE_URL of a copy, for a child process."""
    if kind() == "sqlite":
        return f"sqlite:///{name}"
    return postgres.socket_url(os.environ["HELPDESK_TEST_PG"], name)


def ensure_template() -> None:
    """Build the template once; of several test processes one builds, the others wait."""
    folder = Path(os.environ["HELPDESK_TEST_VAR"])
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / f"template.{kind()}.done"
        if not done.exists():
            _build_template()
            done.touch()


def make_copy() -> str:
    """Return the name of a new copy of the template."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"copy_{worker}_{os.getpid()}_{next(_numbers)}"
    if kind() == "sqlite":
        target = str(_path(name))
        shutil.copyfile(_path(TEMPLATE), target)
        return target
    _administer("CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
    return name


def drop(name: str) -> None:
    """Remove a copy, whoever may still be connected."""
    if kind() == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    else:
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let Django's default connection, in every thread, be one to `name`."""
    target = connections.settings["default"]
    before = {key: target[key] for key in ("NAME", "HOST", "PORT", "USER")}
    connections.close_all()
    target["NAME"] = name
    if kind() == "postgresql":
        target.update(HOST=os.environ["HELPDESK_TEST_PG"], PORT="", USER=postgres.USER)
    connections["default"].settings_dict.update(target)
    try:
        yield
    finally:
        connections.close_all()
        target.update(before)
        connections["default"].settings_dict.update(before)


def _build_template() -> None:
    name = TEMPLATE
    if kind() == "sqlite":
        name = str(_path(TEMPLATE))
    else:
        _administer("CREATE DATABASE {}", TEMPLATE)
    with connected_to(name):
        for command, *arguments in PREPARE:
            with Path(os.devnull).open("w") as quiet:
                call_command(command, *arguments, stdout=quiet)
        if kind() == "sqlite":
            with connections["default"].cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _path(name: str) -> Path:
    return Path(os.environ["HELPDESK_TEST_VAR"], f"{name}.sqlite3")


def _administer(statement: str, *names: str) -> None:
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
