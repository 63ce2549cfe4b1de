"""Streams for tests: written as the engine writes them, then damaged by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction

from audit.chain import Entry, Head, Key, Link, head_after, link
from audit.store import audit_key, insert_links

START = datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)
STREAMS = ("run:a", "run:b", "tenant:c")


def entry(number: int) -> Entry:
    """Return the entry of an event; no two are alike."""
    return Entry(
        kind="step.completed",
        actor_kind="user",
        actor_id=40 + number,
        body={"단계": f"복구 {number}", "count": number, "values": ["a", None, True]},
        performed_at=START - timedelta(minutes=5, microseconds=number),
        cause=f"deadline:{number}",
    )


def make_links(
    stream: str, length: int, key: Key | None = None, head: Head | None = None
) -> list[Link]:
    """Return the next links of a stream, one a second."""
    links: list[Link] = []
    head = head or Head()
    for number in range(head.number + 1, head.number + length + 1):
        now = START + timedelta(seconds=number)
        asked = UUID(int=number), f"{number:064x}"
        links.append(link(key or audit_key(), stream, head, entry(number), now, *asked))
        head = head_after(links[-1])
    return links


def write(links: Sequence[Link], using: str = "default") -> Head:
    """Store links and return the head they lead to."""
    with connections[using].cursor() as cursor:
        insert_links(cursor, links, connections[using].vendor)
    return head_after(links[-1])


def write_streams(length: int = 8) -> dict[str, Head]:
    """Store the three streams and return their heads."""
    return {stream: write(make_links(stream, length)) for stream in STREAMS}


def drop_triggers() -> None:
    """Take the triggers away, as somebody with the rights of an owner could."""
    if connection.vendor == "postgresql":
        sql("ALTER TABLE audit_event DISABLE TRIGGER USER")
        sql("ALTER TABLE audit_body DISABLE TRIGGER USER")
        return
    from audit.triggers_sqlite import TRIGGERS

    for name in TRIGGERS:
        sql(f"DROP TRIGGER {name}")


@contextmanager
def undone() -> Iterator[None]:
    """Let a damage be seen, then undo it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sql(statement: str, *parameters: Any) -> int:
    """Run one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount
