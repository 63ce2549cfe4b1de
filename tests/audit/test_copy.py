"""A history copied to the other kind of database verifies there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from audit import triggers
from audit.models import Body, Event
from audit.verify import Counts, verify
from tests.audit.chains import START, STREAMS, make_links, write
from tests.conftest import FreshDatabase

FILE = "a_file_elsewhere"


@pytest.fixture
def sqlite_file(fresh_db: FreshDatabase, tmp_path: Path) -> Iterator[str]:
    """Migrate an SQLite database of its own, beside the one under test."""
    given = {
        "default": dict(connections.settings["default"]),
        FILE: {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "copy.sqlite3")},
    }
    connections.settings[FILE] = connections.configure_settings(given)[FILE]
    call_command("migrate", "audit", database=FILE, verbosity=0)
    yield FILE
    connections[FILE].close()
    del connections[FILE], connections.settings[FILE]


def copy(source: str, target: str) -> None:
    """Copy both tables as they are."""
    Event.objects.using(target).bulk_create(Event.objects.using(source).all())
    Body.objects.using(target).bulk_create(Body.objects.using(source).all())


def test_a_database_copied_from_sqlite_verifies(sqlite_file: str) -> None:
    heads = {stream: write(make_links(stream, 20), using=sqlite_file) for stream in STREAMS}
    Body.objects.using(sqlite_file).filter(number=7).update(body="", salt="", erased_at=START)
    copy(sqlite_file, "default")
    counts = Counts()
    assert list(verify(heads=heads, counts=counts)) == []
    assert (counts.events, counts.erased) == (60, 3)


def test_a_database_copied_to_sqlite_verifies(sqlite_file: str) -> None:
    heads = {stream: write(make_links(stream, 20)) for stream in STREAMS}
    copy("default", sqlite_file)
    assert list(verify(heads=heads, using=sqlite_file)) == []
    assert triggers.missing(sqlite_file) == []


def test_a_copy_that_changed_one_time_by_a_microsecond_does_not_verify(sqlite_file: str) -> None:
    heads = {"run:a": write(make_links("run:a", 5), using=sqlite_file)}
    events = list(Event.objects.using(sqlite_file).all())
    events[2].at = events[2].at.replace(microsecond=1)
    Event.objects.bulk_create(events)
    Body.objects.bulk_create(Body.objects.using(sqlite_file).all())
    faults = list(verify(heads=heads))
    assert [(fault.number, fault.kind) for fault in faults] == [(3, "changed")]
