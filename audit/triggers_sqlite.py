"""The append-only triggers of SQLite."""

from collections.abc import Iterator
from typing import Any

_REFUSE = "CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
_REFUSE_WHEN = (
    "CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
    "BEGIN SELECT RAISE(ABORT, '{why}'); END"
)

# INSERT OR REPLACE deletes the row in its way without firing delete triggers (unless a
# pragma of the connection says so); refusing the insert closes that door on every connection.
_REPLACES = (
    "EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id "
    "OR (stream = NEW.stream AND number = NEW.number))"
)
_NOT_ERASURE = (
    "NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.body = '' "
    "AND NEW.salt = '' AND NEW.id = OLD.id AND NEW.stream = OLD.stream "
    "AND NEW.number = OLD.number)"
)


def _triggers() -> dict[str, str]:
    found: dict[str, str] = {}
    for table in ("audit_event", "audit_body"):
        why = f"{table} is append-only"
        found[f"{table}_no_delete"] = _REFUSE.format(
            name=f"{table}_no_delete", event="DELETE", table=table, why=why
        )
        found[f"{table}_no_replace"] = _REFUSE_WHEN.format(
            name=f"{table}_no_replace",
            event="INSERT",
            table=table,
            when=_REPLACES.format(table=table),
            why=f"{table} holds this event already",
        )
    found["audit_event_no_update"] = _REFUSE.format(
        name="audit_event_no_update",
        event="UPDATE",
        table="audit_event",
        why="audit_event is append-only",
    )
    found["audit_body_erase_only"] = _REFUSE_WHEN.format(
        name="audit_body_erase_only",
        event="UPDATE",
        table="audit_body",
        when=_NOT_ERASURE,
        why="audit_body can only be erased",
    )
    return found


TRIGGERS = _triggers()


def statements() -> Iterator[str]:
    """Yield what installs the triggers, one statement at a time."""
    for name, create in TRIGGERS.items():
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield create


def differing(cursor: Any) -> set[str]:
    """Return the triggers that the database does not hold word for word."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    held = dict(cursor.fetchall())
    return {name for name, create in TRIGGERS.items() if held.get(name) != create}
