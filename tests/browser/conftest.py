"""A chromium for the tests, whose pages fail a test for any error in the console."""

import os
import shutil
import socket
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    WebError,
    expect,
    sync_playwright,
)
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from helpdesk.models import User
from tests import factories
from tests.browser.clock import Clock
from tests.browser.guide import Guide
from tests.browser.pages import NewPage
from tests.browser.profiles import Profiles
from tests.conftest import FreshDatabase
from tests.engine.test_probes import ZONE, World

# Playwright keeps an event loop in this thread; the ORM is used from it all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# Milliseconds; a machine may be busy with other tests.
PATIENCE = 30_000
expect.set_options(timeout=15_000)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's chromium once; where it is missing the tests fail."""
    chromium = shutil.which("chromium")
    assert chromium, "the browser tests need chromium (see .ci/run)"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def console_errors() -> Iterator[list[str]]:
    """Collect what pages log as errors; a test that expects one looks at it and clears it."""
    errors: list[str] = []
    yield errors
    assert not errors, "\n".join(errors)


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """Serve the project on one port of loopback, from whatever database a test is led to."""
    default = connections.settings["default"]
    before = default["CONN_MAX_AGE"]
    # A browser keeps its connection to the server; what answers it must not keep the last test's.
    default["CONN_MAX_AGE"] = 0
    started = LiveServer("127.0.0.1")
    yield started
    started.stop()
    default["CONN_MAX_AGE"] = before


@pytest.fixture
def live_server(server: LiveServer, fresh_db: FreshDatabase) -> LiveServer:
    """Give the test the server, which answers from the test's own database."""
    return server


@pytest.fixture(scope="session")
def profiles(browser: Browser, server: LiveServer) -> Profiles:
    """Keep the profiles of people who have left for those who come."""
    return Profiles(browser, server.url)


@pytest.fixture
def new_page(
    profiles: Profiles, live_server: LiveServer, console_errors: list[str]
) -> Iterator[NewPage]:
    """Open pages of separate people: `new_page(user, width=390, color_scheme="dark")`.

    Paths are relative to the test's server: `page.goto("/account/login/")`. Whatever a page
    logs as an error, a broken content policy included, fails the test at its end.
    """
    taken: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            console_errors.append(f"{message.text} ({message.location['url']})")

    def break_off(error: WebError) -> None:
        console_errors.append(str(error.error))

    def open_page(
        user: User | None = None, *, width: int = 1280, height: int = 900, **options: object
    ) -> Page:
        options = {"locale": "ko-KR", "timezone_id": "Asia/Seoul", **options}
        context = profiles.take(**options)
        context.set_default_timeout(PATIENCE)
        context.on("console", listen)
        context.on("weberror", break_off)
        taken.append(context)
        if user is not None:
            sign_in(context, user, live_server.url)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        return page

    yield open_page
    for context in taken:
        context.remove_listener("console", listen)
        context.remove_listener("weberror", break_off)
        profiles.give_back(context)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Open a page of a stranger."""
    return new_page()


@pytest.fixture
def dns(settings: Settings) -> Iterator[None]:
    """Serve new.example from a name server on loopback, found by a resolver on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.DNS_RESOLVERS = [("127.0.0.1", port)]
    settings.DNS_PORT = port
    world = World(port)
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", ZONE)
    yield
    for stop in world.stop:
        stop()


@pytest.fixture
def guide(
    company: factories.Company, new_page: NewPage, clock: Clock, live_server: LiveServer
) -> Guide:
    """Lead the company's people through runs in their browsers."""

    def sign_in_again(page: Page, user: User) -> None:
        sign_in(page.context, user, live_server.url)

    return Guide(company, new_page, clock, sign_in_again)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let pages take Monday, 2 November 2026, nine in the morning, for now."""
    made = Clock()
    made.set(factories.at("2026-11-02T09:00"))
    monkeypatch.setattr("django.utils.timezone.now", made.now)
    return made


@pytest.fixture
def company(fresh_db: FreshDatabase, clock: Clock) -> factories.Company:
    """Make a company with every role, and with a second one of those who check each other."""
    made = factories.company(
        expected_mx=["10 mx1.tigris.example", "20 mx2.tigris.example"],
        name_server_suffixes=["host.example"],
    )
    for key, name in (("mail_admin", "오세연"), ("support", "강은비")):
        email = f"second-{key.replace('_', '-')}@hanbit.example"
        made.people[f"second_{key}"] = factories.person(made.tenant, key, name=name, email=email)
    return made


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    """Give the browser a session of that person, as signing in would."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
