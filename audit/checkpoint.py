"""Sign where many streams stand, so that a copy kept elsewhere can show what was cut off."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from audit.chain import Head, Key, canonical, micros
from audit.models import Event
from audit.verify import Fault

FORMAT = 1
_BATCH = 500


class CheckpointUnusable(ValueError):
    """A checkpoint is malformed, was changed, or was signed with a key that is not here."""


def make(scope: str, heads: Mapping[str, Head], key: Key, now: datetime) -> dict[str, Any]:
    """Return a signed statement of the size and the last MAC of every stream that has events."""
    ends = {name: (head.number, head.mac) for name, head in heads.items() if head.number}
    document: dict[str, Any] = {
        "format": FORMAT,
        "scope": scope,
        "at": now.isoformat(),
        "at_micros": micros(now),
        "streams": len(ends),
        "events": sum(number for number, _ in ends.values()),
        "root": root_of(ends),
        "key_id": key.id,
        "heads": ends,
    }
    return {**document, "mac": _sign(key.secret, document)}


def root_of(ends: Mapping[str, Any]) -> str:
    """Return one digest over all streams, whatever order they come in."""
    return hashlib.sha256(canonical(ends).encode()).hexdigest()


def check(document: Any, keys: Mapping[str, bytes]) -> dict[str, Head]:
    """Return the heads a checkpoint states; raise CheckpointUnusable unless it is genuine."""
    try:
        secret = keys.get(document["key_id"])
        if secret is None:
            raise CheckpointUnusable(f"there is no key {document['key_id']!r} to check it with")
        genuine = hmac.compare_digest(_sign(secret, document), document["mac"])
        if document["format"] != FORMAT or not genuine:
            raise CheckpointUnusable("it was changed, or was never signed here")
        if root_of(document["heads"]) != document["root"]:
            raise CheckpointUnusable("its streams do not give its root")
        return {name: Head(number, mac) for name, (number, mac) in document["heads"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise CheckpointUnusable("this is no checkpoint") from error


def compare(stated: Mapping[str, Head]) -> Iterator[Fault]:
    """Yield what a checkpoint states and the database no longer holds.

    Streams may have grown since. A tail that was cut, or an older backup that was
    restored, shows as missing; a stream that was written anew as a head mismatch.
    """
    names = sorted(stated)
    for begin in range(0, len(names), _BATCH):
        batch = names[begin : begin + _BATCH]
        held = _held(batch, {stated[name].number for name in batch})
        for name in batch:
            yield from _compare(name, stated[name], held.get((name, stated[name].number)))


def _held(streams: list[str], numbers: set[int]) -> dict[tuple[str, int], tuple[int, str]]:
    rows = Event.objects.filter(stream__in=streams, number__in=numbers)
    return {
        (stream, number): (row_id, mac)
        for stream, number, row_id, mac in rows.values_list("stream", "number", "id", "mac")
    }


def _compare(stream: str, head: Head, held: tuple[int, str] | None) -> Iterator[Fault]:
    if held is None:
        before = Event.objects.filter(stream=stream, number__lt=head.number)
        last = before.order_by("-number").values_list("number", flat=True).first() or 0
        gone = f"the checkpoint holds events up to {head.number}"
        yield Fault(stream, last + 1, None, "missing", gone)
    elif held[1] != head.mac:
        other = "the checkpoint holds another event here"
        yield Fault(stream, head.number, held[0], "head_mismatch", other)


def _sign(secret: bytes, document: Mapping[str, Any]) -> str:
    covered = {
        name: document[name]
        for name in ("format", "scope", "at", "at_micros", "streams", "events", "root", "key_id")
    }
    # The prefix keeps a checkpoint's MAC from ever being an event's.
    message = b"checkpoint\n" + canonical(covered).encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
