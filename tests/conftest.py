"""The databases tests run on: one copy per process for tests that roll back, one per test else."""

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests import databases, postgres

# Python's own 2,000 new objects come together in every page; a tenth of the time went there.
GARBAGE = (100_000, 20, 100)
_server = pytest.StashKey[postgres.Postgres]()


@dataclass(frozen=True)
class FreshDatabase:
    """A database of one test's own, prepared like an installation; it may commit."""

    name: str
    url: str

    @property
    def env(self) -> dict[str, str]:
        """Return the environment in which a child process uses this database."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "HELPDESK_TEST_URL": self.url,
        }


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL when it was asked for and nobody has; workers inherit its address."""
    asked = databases.kind()
    if asked not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"HELPDESK_TEST_DB is sqlite or postgresql, not {asked!r}")
    if asked == "postgresql" and "HELPDESK_TEST_PG" not in os.environ:
        server = postgres.start(fsync=False)
        os.environ["HELPDESK_TEST_PG"] = str(server.folder)
        config.stash[_server] = server


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server this run started."""
    if _server in config.stash:
        config.stash[_server].stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long tests begin first; refuse those that would flush calendar and catalog away."""
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
    for item in items:
        for marker in item.iter_markers("django_db"):
            if marker.args or marker.kwargs.get("transaction"):
                raise pytest.UsageError(f"{item.nodeid}: a test that commits uses fresh_db")


def pytest_collection_finish() -> None:
    """Look through what a test leaves behind, and seldom; modules and tests stay anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process its copy of the template."""
    with django_db_blocker.unblock():
        databases.ensure_template()
        name = databases.make_copy()
        with databases.connected_to(name):
            yield
        databases.drop(name)


@pytest.fixture
def fresh_db(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[FreshDatabase]:
    """Give the test a database of its own that commits; child processes inherit it."""
    with django_db_blocker.unblock():
        name = databases.make_copy()
        fresh = FreshDatabase(name, databases.url_of(name))
        monkeypatch.setenv("HELPDESK_TEST_URL", fresh.url)
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
        with databases.connected_to(name):
            yield fresh
        databases.drop(name)


@pytest.fixture
def transactional_db(fresh_db: FreshDatabase) -> FreshDatabase:
    """Stand in for pytest-django's fixture of the name, which flushes."""
    return fresh_db


@pytest.fixture
def live_server(fresh_db: FreshDatabase) -> Iterator[LiveServer]:
    """Serve the project on loopback from the test's own database."""
    server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def forget_attempts() -> Iterator[None]:
    """Start each test with no sign-in attempts counted."""
    yield
    from django.core.cache import cache

    cache.clear()
