"""Keep the history append-only in the database itself, and read back that it is kept."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate

from audit import triggers_postgresql, triggers_sqlite

TABLES = frozenset({"audit_event", "audit_body"})


def connect(app_config: AppConfig) -> None:
    """Install the triggers after every migration, and have `check --database` read them back.

    A migration on SQLite rebuilds a table and silently drops its triggers, so they are
    installed each time rather than by one migration.
    """
    post_migrate.connect(_after_migrate, sender=app_config, dispatch_uid="audit.triggers")
    register(check_triggers, Tags.database)


def install(using: str) -> None:
    """Create the triggers, replacing what stands under their names; running it again is free."""
    connection = connections[using]
    if not _has_tables(connection):
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in _dialect(connection).statements():
            cursor.execute(statement)


def missing(using: str) -> list[str]:
    """Name the triggers that are absent, disabled or differ; empty when all is as installed."""
    connection = connections[using]
    if not _has_tables(connection):
        return []
    with connection.cursor() as cursor:
        return sorted(_dialect(connection).differing(cursor))


def check_triggers(
    app_configs: Any, databases: Iterable[str] | None = None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """Warn where history could be rewritten; a warning, since `migrate` checks and then repairs."""
    return [
        CheckWarning(
            f"{alias}: the append-only triggers {', '.join(names)} are not as installed.",
            hint="Run: manage.py migrate",
            id="audit.W001",
        )
        for alias in databases or ()
        if (names := missing(alias))
    ]


def _after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    install(using)


def _dialect(connection: BaseDatabaseWrapper) -> Any:
    return triggers_postgresql if connection.vendor == "postgresql" else triggers_sqlite


def _has_tables(connection: BaseDatabaseWrapper) -> bool:
    return TABLES.issubset(connection.introspection.table_names())
