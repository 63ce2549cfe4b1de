"""Refuse to start in a way that is unsafe, and read back what the database really does."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from helpdesk.environment import SQLITE_PRAGMAS
from helpdesk.starting import dangers, setup_of

SYNCHRONOUS_FULL = 2


# The settings that refuse to start read the same list; here tests and `check` can see it.
NAMES = (
    "ALLOWED_HOSTS", "PRODUCTION", "DEBUG", "DEMO", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "BASE_URL", "KEY_GIVEN", "KEY_KNOWN", "MACHINES", "DATABASES",
)  # fmt: skip


@register(Tags.security)
def check_exposure(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse what is fit for one's own machine only on an installation others can reach."""
    values = {name: getattr(settings, name) for name in NAMES}
    return [Error(f"{one.message}.", id=one.id) for one in dangers(setup_of(values))]


@register(Tags.security, deploy=True)
def check_proxy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn of an installation that can never be reached: https is asked for, nothing ends it."""
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        hint = "Set HELPDESK_TRUSTED_PROXIES to how many proxies stand before the web server."
        return [
            CheckWarning("Every request would be redirected to https.", hint, id="helpdesk.W001")
        ]
    return []


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
