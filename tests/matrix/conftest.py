"""Both companies once a process; every test rolls back what it did to them."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.matrix.driver import Browser
from tests.matrix.situations import tell_runs
from tests.matrix.talks import tell_talks
from tests.matrix.world import (
    NOON,
    World,
    finish_world,
    follow,
    invite,
    look_at_dns,
    make_world,
    tell,
)


def furnish() -> World:
    """Build both companies with their runs, and sign everybody in."""
    world = make_world()
    for side in world.sides.values():
        tell_runs(side)
        tell(side)
        tell_talks(side)
        invite(side, world.people)
        follow(side)
        look_at_dns(side)
    for name, user in world.people.items():
        client = Client()
        client.force_login(user)
        world.sessions[name] = client.cookies["sid"].value
    browser = Browser(world.sessions)
    for name in world.sessions:
        # The first page of a session stores when it began.
        browser.ask(name, "GET", "/")
    finish_world(world)
    return world


@pytest.fixture(scope="session")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[str, World]]:
    """Build a database with both companies, once a process."""
    with django_db_blocker.unblock(), time_machine.travel(NOON, tick=False):
        name = databases.make_copy()
        with databases.connected_to(name):
            made = furnish()
    yield name, made
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture(scope="module")
def world(house: tuple[str, World], django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Lead a module's tests into that database at noon; nobody commits there."""
    name, made = house
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON, tick=False),
        pytest.MonkeyPatch.context() as patch,
        databases.connected_to(name),
    ):
        # Whoever looks at the DNS finds nobody, and quickly.
        patch.setattr("django.conf.settings.DNS_RESOLVERS", ["127.0.0.1"])
        patch.setattr("django.conf.settings.DNS_PORT", 9)
        patch.setattr("django.conf.settings.DNS_TIMEOUT", 0.05)
        # The database's own clock cannot be set.
        patch.setattr("helpdesk.health._database_time", lambda now: now)
        yield made
    translation.deactivate()


@pytest.fixture
def browser(world: World) -> Iterator[Browser]:
    """Give a test a browser in which everybody is signed in; what it did is rolled back."""
    with transaction.atomic():
        yield Browser(world.sessions)
        transaction.set_rollback(True)
