"""How one event is linked to the one before it: bytes, digest, MAC."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Key:
    """A secret with a name; events carry the name so that keys can be rotated."""

    id: str
    secret: bytes


class Head(NamedTuple):
    """The last event of a stream; number 0 and an empty MAC before the first."""

    number: int = 0
    mac: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Entry:
    """What a command wants written: one event that has no place in the chain yet."""

    kind: str
    actor_kind: str
    actor_id: int | None
    body: Mapping[str, Any]
    performed_at: datetime | None = None
    cause: str = ""


@dataclass(slots=True)
class Link:
    """An entry with its place: exactly the columns of Event and Body."""

    stream: str
    number: int
    kind: str
    actor_kind: str
    actor_id: int | None
    cause: str
    at: datetime
    performed_at: datetime | None
    body_digest: str
    previous_mac: str
    mac: str
    key_id: str
    command_id: UUID | None
    command_digest: str
    salt: str
    body: str


def canonical(value: Mapping[str, Any]) -> str:
    """Write a body so that equal bodies are equal bytes on both databases.

    Keys are sorted, no floats are allowed, text stays UTF-8.
    Raises TypeError for a float or anything JSON has no word for.
    """
    body = value if type(value) is dict else dict(value)
    _check(body)
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


_PLAIN = frozenset({str, int, bool, type(None)})


def _check(value: dict[str, Any]) -> None:
    """Look at every value; a stack of its own is cheaper than calling itself."""
    todo: list[Any] = [value]
    while todo:
        one = todo.pop()
        for inner in one.values() if type(one) is dict else one:
            kind = type(inner)
            if kind in _PLAIN:
                continue
            if kind is dict or kind is list or kind is tuple:
                todo.append(inner)
            elif not isinstance(inner, str | int):
                raise TypeError(f"a {kind.__name__} has no canonical form; use text or an integer")


def micros(moment: datetime | None) -> int | None:
    """Count microseconds since 1970 in UTC; None stays None."""
    if moment is None:
        return None
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def digest_of(salt: str, body: str) -> str:
    """Hash salt and body; without the salt an erased body cannot be guessed back."""
    return hashlib.sha256(bytes.fromhex(salt) + body.encode()).hexdigest()


def mac_of(key: Key, row: Any) -> str:
    """Compute the MAC of anything that has Event's columns (a Link, an Event)."""
    covered = [
        key.id,
        row.stream,
        row.number,
        row.previous_mac,
        row.kind,
        row.actor_kind,
        row.actor_id,
        row.cause,
        micros(row.at),
        micros(row.performed_at),
        row.body_digest,
        str(row.command_id) if row.command_id else None,
        row.command_digest,
    ]
    return hmac.digest(key.secret, orjson.dumps(covered), "sha256").hex()


def link(
    key: Key,
    stream: str,
    head: Head,
    entry: Entry,
    now: datetime,
    command_id: UUID | None = None,
    command_digest: str = "",
) -> Link:
    """Give an entry its place after ``head``. ``at`` is ``now``, never before the head's.

    ``command_id`` and ``command_digest`` name the submission that asked for it.
    """
    body = canonical(entry.body)
    salt = os.urandom(16).hex()
    placed = Link(
        stream=stream,
        number=head.number + 1,
        kind=entry.kind,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        cause=entry.cause,
        at=now if head.at is None or now >= head.at else head.at,
        performed_at=entry.performed_at,
        body_digest=digest_of(salt, body),
        previous_mac=head.mac,
        mac="",
        key_id=key.id,
        command_id=command_id,
        command_digest=command_digest,
        salt=salt,
        body=body,
    )
    placed.mac = mac_of(key, placed)
    return placed


def head_after(last: Link) -> Head:
    """Return the head that a stream has once ``last`` is written."""
    return Head(number=last.number, mac=last.mac, at=last.at)
