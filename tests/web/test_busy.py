"""A busy database is 503 on every route, says when to come back, and is one line of the log."""

import logging
import sqlite3
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client
from psycopg.errors import DeadlockDetected, LockNotAvailable

from tests.factories import Company
from tests.tickets.conversation.talking import post
from tests.web.runs import korean_company, sync

pytestmark = pytest.mark.django_db


def sqlite_locked() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorname = "SQLITE_BUSY"
    return error


# What the driver said, what Django makes of it, and whether only a lock was not to be had.
FAILURES = {
    "lock": (lambda: LockNotAvailable("canceling statement"), OperationalError, True),
    "deadlock": (lambda: DeadlockDetected("deadlock detected"), OperationalError, True),
    "sqlite": (sqlite_locked, OperationalError, True),
    "away": (lambda: OSError("refused"), OperationalError, False),
    "closed": (lambda: OSError("closed"), InterfaceError, False),
}


def ready(patch: pytest.MonkeyPatch, fail: Callable[..., None]) -> HttpResponse:
    patch.setattr("helpdesk.health.check_parts", fail)
    return Client().get("/readyz")


def autosave(patch: pytest.MonkeyPatch, fail: Callable[..., None]) -> HttpResponse:
    firm: Company = korean_company()
    run, client = sync(firm), firm.signed_in("member")
    client.defaults["HTTP_HX_REQUEST"] = "true"
    patch.setattr("tickets.conversation.stream.lock", fail)
    return post(client, run, "아직", submission=str(uuid4()), then="autosave")


@pytest.mark.parametrize("ask", [ready, autosave])
@pytest.mark.parametrize("failure", FAILURES)
def test_a_busy_database_is_our_page_of_503(
    ask: Callable[..., HttpResponse],
    failure: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cause, kind, waited = FAILURES[failure]

    def fail(*args: object) -> None:
        raise kind("가려진 SQL") from cause()

    with caplog.at_level(logging.WARNING, "django.request"):
        answer = ask(monkeypatch, fail)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer["Content-Type"].startswith("text/html")
    assert 'class="plain__code">503' in answer.text
    assert "SQL" not in answer.text
    [record] = [one for one in caplog.records if one.name == "django.request"]
    assert bool(record.exc_info) is not waited
    assert record.levelno == (logging.WARNING if waited else logging.ERROR)
