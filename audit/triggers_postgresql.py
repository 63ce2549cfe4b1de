"""The append-only triggers of PostgreSQL."""

from collections.abc import Iterator
from typing import Any

# A refusal has the class of a broken constraint, as on SQLite.
_REFUSE_BODY = """
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23000';
END
"""
_ERASE_BODY = """
BEGIN
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.body = ''
        AND NEW.salt = '' AND NEW.id = OLD.id AND NEW.stream = OLD.stream
        AND NEW.number = OLD.number
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% can only be erased', TG_TABLE_NAME USING ERRCODE = '23000';
END
"""
_FUNCTIONS = {"audit_refuse": _REFUSE_BODY, "audit_erase_only": _ERASE_BODY}

# Name: table, events, level, function, and pg_trigger.tgtype
# (row 1, before 2, delete 8, update 16, truncate 32).
_TRIGGERS = {
    "audit_event_append_only": (
        "audit_event", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "audit_refuse", 58,
    ),
    "audit_body_no_delete": (
        "audit_body", "DELETE OR TRUNCATE", "STATEMENT", "audit_refuse", 42,
    ),
    "audit_body_erase_only": ("audit_body", "UPDATE", "ROW", "audit_erase_only", 19),
}  # fmt: skip

_HELD = """
SELECT t.tgname, t.tgrelid::regclass::text, t.tgtype, p.proname, p.prosrc
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgname = ANY(%s) AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL
"""


def statements() -> Iterator[str]:
    """Yield what installs the triggers, one statement at a time."""
    for name, body in _FUNCTIONS.items():
        yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    for name, (table, events, level, function, _) in _TRIGGERS.items():
        # Dropped first: replacing would keep a trigger that somebody had disabled disabled.
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION {function}()"
        )


def differing(cursor: Any) -> set[str]:
    """Return the triggers that are absent, disabled, or call something else."""
    cursor.execute(_HELD, [list(_TRIGGERS)])
    held = {name: tuple(rest) for name, *rest in cursor.fetchall()}
    return {
        name
        for name, (table, _, _, function, kind) in _TRIGGERS.items()
        if held.get(name) != (table, kind, function, _FUNCTIONS[function])
    }
