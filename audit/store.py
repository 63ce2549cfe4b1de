"""Write links with as few statements as each database allows; the hot path of every command."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

import orjson
from django.conf import settings

from audit.chain import Key, Link

# A link begins with the columns of its event, in their order.
_EVENT_COLUMNS = tuple(one.name for one in fields(Link))[:14]
_EVENT_OF = attrgetter(*_EVENT_COLUMNS)
_BODY_COLUMNS = ("stream", "number", "salt", "body")
# SQLite takes 32,766 parameters a statement; a command writes a handful of events.
_BATCH = 500
# Up to this many rows are written out for PostgreSQL, more travel as one JSON parameter.
_FEW = 3


class Cursor(Protocol):
    """What is needed of Django's cursor."""

    def execute(self, sql: str, params: Sequence[Any]) -> Any:
        """Run one statement."""


def audit_key() -> Key:
    """Return the key that new events are written with."""
    name = settings.AUDIT_KEY_ID
    return Key(name, settings.AUDIT_KEYS[name])


def insert_links(cursor: Cursor, links: Sequence[Link], vendor: str) -> None:
    """Write events and their bodies: one statement on PostgreSQL, two on SQLite.

    Raises IntegrityError when a stream already holds one of the numbers.
    """
    for begin in range(0, len(links), _BATCH):
        batch = links[begin : begin + _BATCH]
        if vendor == "postgresql":
            events = [value for link in batch for value in _event_values(link)]
            cursor.execute(_both(len(batch)), events + _body_values(batch))
        else:
            for sql, params, _rows in link_statements(batch, vendor):
                cursor.execute(sql, params)


def link_statements(links: Sequence[Link], vendor: str) -> list[tuple[str, list[Any], int]]:
    """Return the plain statements that write links: SQL, parameters, rows expected.

    For a writer that sends them together with its own.
    """
    rows = len(links)
    if vendor == "postgresql" and rows > _FEW:
        return [
            (_from_json("audit_event", _EVENT_COLUMNS), [_as_json(links, _EVENT_COLUMNS)], rows),
            (_from_json("audit_body", _BODY_COLUMNS), [_as_json(links, _BODY_COLUMNS)], rows),
        ]
    values = _event_values if vendor == "postgresql" else _sqlite_values
    events = [value for link in links for value in values(link)]
    return [
        (_insert("audit_event", _EVENT_COLUMNS, rows), events, rows),
        (_insert("audit_body", _BODY_COLUMNS, rows), _body_values(links), rows),
    ]


def _as_json(links: Sequence[Link], columns: Sequence[str]) -> str:
    rows = [{name: getattr(link, name) for name in columns} for link in links]
    # Times and UUIDs are written out; PostgreSQL reads them back to the microsecond.
    return orjson.dumps(rows).decode()


@lru_cache(maxsize=8)
def _from_json(table: str, columns: Sequence[str]) -> str:
    """Write an insert with one parameter for any number of rows: short, and prepared once."""
    names = ", ".join(columns)
    rows = f"json_populate_recordset(NULL::{table}, %s::json)"
    # Only the constants above are put in; values travel as the parameter.
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608


def _event_values(link: Link) -> list[Any]:
    return list(_EVENT_OF(link))


def _sqlite_values(link: Link) -> list[Any]:
    values = _event_values(link)
    values[6] = _sqlite_time(link.at)
    values[7] = _sqlite_time(link.performed_at)
    values[12] = _sqlite_uuid(link.command_id)
    return values


def _body_values(links: Sequence[Link]) -> list[Any]:
    return [value for link in links for value in (link.stream, link.number, link.salt, link.body)]


@lru_cache(maxsize=1024)
def _sqlite_time(moment: datetime | None) -> str | None:
    """Write a time as Django's DateTimeField stores it on SQLite."""
    return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))


def _sqlite_uuid(value: UUID | None) -> str | None:
    return None if value is None else value.hex


@lru_cache(maxsize=64)
def _insert(table: str, columns: Sequence[str], rows: int) -> str:
    row = f"({', '.join(['%s'] * len(columns))})"
    # Only the constants above are put in; values travel as parameters.
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608


@lru_cache(maxsize=64)
def _both(rows: int) -> str:
    events = _insert("audit_event", _EVENT_COLUMNS, rows)
    return f"WITH events AS ({events}) {_insert('audit_body', _BODY_COLUMNS, rows)}"
