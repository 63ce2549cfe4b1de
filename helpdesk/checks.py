"""Refuse to start in a way that is unsafe, and read back what the database really does."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from helpdesk.environment import LOOPBACK, SQLITE_PRAGMAS

SYNCHRONOUS_FULL = 2


@register(Tags.security)
def check_exposure(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse what is fit for one's own machine only on an installation others can reach."""
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS must name the hosts, not '*'.", id="helpdesk.E001"))
    if LOOPBACK.issuperset(settings.ALLOWED_HOSTS):
        return found
    if settings.DEBUG:
        found.append(Error("HELPDESK_DEBUG is for one's own machine.", id="helpdesk.E002"))
    if settings.DEMO:
        found.append(Error("DEMO signs anybody in: own machine only.", id="helpdesk.E003"))
    if not settings.SESSION_COOKIE_SECURE:
        found.append(Error("HELPDESK_HTTPS is off: cookies travel in clear.", id="helpdesk.E004"))
    return found


@register(Tags.database)
def check_sqlite(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Read SQLite's pragmas back; a pragma that is misspelt is silently ignored."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor == "sqlite":
            found += _compare(alias, read_pragmas(alias))
            if getattr(connection, "transaction_mode", None) != "IMMEDIATE":
                found.append(Error(f"{alias}: transactions must be IMMEDIATE.", id="helpdesk.E011"))
    return found


def read_pragmas(alias: str) -> dict[str, Any]:
    """Return the pragmas that durability and integrity rest on, as SQLite answers them."""
    with connections[alias].cursor() as cursor:
        return {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (*SQLITE_PRAGMAS, "busy_timeout")
        }


def _compare(alias: str, pragmas: dict[str, Any]) -> list[CheckMessage]:
    wanted = {
        "journal_mode": "wal",
        "synchronous": SYNCHRONOUS_FULL,
        "foreign_keys": 1,
        "busy_timeout": 20_000,
    }
    return [
        Error(f"{alias}: PRAGMA {name} is {pragmas[name]}, not {value}.", id="helpdesk.E010")
        for name, value in wanted.items()
        if pragmas[name] != value
    ]
