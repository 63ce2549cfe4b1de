"""How one event is linked to the one before it: bytes, digest, MAC."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Key:
    """A secret with a name; events carry the name so that keys can be rotated."""

    id: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a stream; number 0 and an empty MAC before the first."""

    number: int = 0
    mac: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a command wants written: one event that has no place in the chain yet."""

    kind: str
    actor_kind: str
    actor_id: int | None
    body: Mapping[str, Any]
    performed_at: datetime | None = None
    cause: str = ""
    command_id: UUID | None = None
    command_digest: str = ""


@dataclass(frozen=True, slots=True)
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
    _refuse_floats(value)
    return _CANONICAL(value)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_COVERED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NO_FLOATS_WITHIN = frozenset({str, int, bool, type(None)})


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical form; use an integer or a string")
    if isinstance(value, dict | Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for inner in value:
        if type(inner) not in _NO_FLOATS_WITHIN:
            _refuse_floats(inner)


def micros(moment: datetime | None) -> int | None:
    """Count microseconds since 1970 in UTC; None stays None."""
    if moment is None:
        return None
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def digest_of(salt: str, body: str) -> str:
    """Hash salt and body; without the salt an erased body cannot be guessed back."""
    return hashlib.sha256(bytes.fromhex(salt) + body.encode()).hexdigest()


@lru_cache(maxsize=16)
def _keyed(secret: bytes) -> "hmac.HMAC":
    return hmac.new(secret, digestmod=hashlib.sha256)


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
    keyed = _keyed(key.secret).copy()
    keyed.update(_COVERED(covered).encode())
    return keyed.hexdigest()


def link(key: Key, stream: str, head: Head, entry: Entry, now: datetime) -> Link:
    """Give an entry its place after ``head``. ``at`` is ``now``, never before the head's."""
    body = canonical(entry.body)
    salt = os.urandom(16).hex()
    at = now if head.at is None or now >= head.at else head.at
    open_link = Link(
        stream=stream,
        number=head.number + 1,
        kind=entry.kind,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        cause=entry.cause,
        at=at,
        performed_at=entry.performed_at,
        body_digest=digest_of(salt, body),
        previous_mac=head.mac,
        mac="",
        key_id=key.id,
        command_id=entry.command_id,
        command_digest=entry.command_digest,
        salt=salt,
        body=body,
    )
    object.__setattr__(open_link, "mac", mac_of(key, open_link))
    return open_link


def head_after(last: Link) -> Head:
    """Return the head that a stream has once ``last`` is written."""
    return Head(number=last.number, mac=last.mac, at=last.at)
