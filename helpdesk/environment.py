"""Read settings from the environment, with one clear error for a value that makes no sense."""

import os
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": "FULL", "foreign_keys": "ON"}


def flag(name: str, *, default: bool) -> bool:
    """Return whether a variable says yes; unset or empty means the default."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")
    return default


def number(name: str, *, default: int) -> int:
    """Return a whole number of zero or more."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value)


def words(name: str, *, default: str = "") -> list[str]:
    """Return the values of a list separated by commas."""
    return [word for word in map(str.strip, os.environ.get(name, default).split(",")) if word]


def database(default_url: str) -> dict[str, Any]:
    """Return the settings of the database that DATABASE_URL names."""
    config: dict[str, Any] = dict(
        dj_database_url.parse(os.environ.get("DATABASE_URL") or default_url, conn_max_age=60)
    )
    options = config.setdefault("OPTIONS", {})
    config["ATOMIC_REQUESTS"] = False
    if config["ENGINE"].endswith("sqlite3"):
        options.update(sqlite_options())
        return config
    config["ENGINE"] = "helpdesk.postgresql"
    config["CONN_HEALTH_CHECKS"] = True
    options.update(postgresql_options())
    if flag("HELPDESK_DB_POOL", default=False):
        config["CONN_MAX_AGE"] = 0
        options["pool"] = {"min_size": 1, "max_size": number("HELPDESK_DB_POOL_SIZE", default=8)}
    return config


def sqlite_options() -> dict[str, Any]:
    """Queue writers from their first statement on; what is committed survives a power cut."""
    pragmas = "".join(f"PRAGMA {name}={value};" for name, value in SQLITE_PRAGMAS.items())
    return {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}


def postgresql_options() -> dict[str, Any]:
    """Keep a lock, a statement or a forgotten transaction from holding the others for long."""
    limits = {
        "lock_timeout": "5s",
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "60s",
    }
    return {
        "connect_timeout": 5,
        # The statements of the hot path are few and long: planned once a connection, not each time.
        "server_side_binding": True,
        "prepare_threshold": 2,
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
    }


def mailers(folder: str) -> dict[str, Any]:
    """Return Django's MAILERS: files under `folder` unless HELPDESK_SMTP_HOST names a server."""
    host = os.environ.get("HELPDESK_SMTP_HOST", "")
    if not host:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"default": {"BACKEND": backend, "OPTIONS": {"file_path": folder}}}
    options = {
        "host": host,
        "port": number("HELPDESK_SMTP_PORT", default=587),
        "username": os.environ.get("HELPDESK_SMTP_USER", ""),
        "password": os.environ.get("HELPDESK_SMTP_PASSWORD", ""),
        "use_tls": flag("HELPDESK_SMTP_TLS", default=True),
        "timeout": 10,
    }
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return {"default": {"BACKEND": backend, "OPTIONS": options}}


def resolvers(name: str = "HELPDESK_RESOLVER") -> list[tuple[str, int]]:
    """Return a list of resolvers as (address, port) pairs.

    None in HELPDESK_RESOLVER means the system's resolver.
    """
    return [_address(name, word) for word in words(name)]


def _address(name: str, word: str) -> tuple[str, int]:
    host, port = word, "53"
    if word.startswith("["):
        host, _, rest = word[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif word.count(":") == 1:
        host, port = word.split(":")
    if not port.isascii() or not port.isdigit():
        raise ImproperlyConfigured(f"{name}: {word!r} is not host or host:port")
    return host, int(port)
