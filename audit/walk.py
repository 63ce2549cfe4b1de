"""Walk along one stream, event by event, and say where it is not as it was written."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from audit.chain import Head, Key, digest_of, mac_of
from audit.reading import Row

# (number, row id, kind, message): what verify makes a Fault of.
Found = tuple[int, int | None, Any, str]

# How far from its place a displaced event is looked for, and how often in vain.
_REACH = 500
_TRIES = 5


class Walk:
    """Where a walk stands: which number and MAC come next, and what is still in doubt.

    ``previous`` is the MAC that the next event must name, None after a fault, when it
    cannot be known. ``shift`` is how far events stand from their places after rows were
    taken out or put in and the rest renumbered; the rest is reported once.
    """

    def __init__(self, stream: str, keys: Mapping[str, bytes], head: Head | None) -> None:
        self.stream = stream
        self.keys = {name: Key(name, secret) for name, secret in keys.items()}
        self.head = head
        self.expected = 1
        self.previous: str | None = ""
        self.last: Row | None = None
        self.shift = 0
        self.tries = _TRIES
        self.unknown: set[str] = set()
        # A bad event is held back for one step: the next one may show that it was put in.
        self.held: Found | None = None
        self.before_held: str | None = None

    def step(self, row: Row) -> Iterator[Found]:
        """Look at the next event by number and yield what is wrong up to it."""
        if not isinstance(row.number, int):
            # SQLite lets a column of numbers hold text.
            yield self.expected, row.id, "inserted", "its number is none"
            return
        if row.number > self.expected:
            yield from self._release()
            gone = f"events {self.expected} to {row.number - 1} are gone"
            yield self.expected, None, "missing", gone
            self.previous, self.last = None, None
        elif row.number < self.expected:
            yield row.number, row.id, "inserted", "a number that no event can have"
            return
        self.expected = row.number + 1
        place = self._place(row)
        if place is None:
            yield from self._bad(row)
        elif place == row.number + self.shift:
            yield from self._release()
            yield from self._good(row)
        else:
            yield from self._displaced(row, place)

    def finish(self) -> Iterator[Found]:
        """Yield what is wrong with the end, once the last event has been looked at."""
        yield from self._release()
        if self.head is None:
            return
        last = self.expected - 1
        if last < self.head.number:
            gone = f"events {self.expected} to {self.head.number} are gone"
            yield self.expected, None, "missing", gone
        elif last == self.head.number and self.last and self.last.mac != self.head.mac:
            yield last, self.last.id, "head_mismatch", "the stream ends in another event"

    def _good(self, row: Row) -> Iterator[Found]:
        if self.head is not None and row.number == self.head.number + 1:
            end = f"the stream should end at {self.head.number}"
            yield row.number, row.id, "head_mismatch", end
        if self.previous is not None and row.previous_mac != self.previous:
            yield row.number, row.id, "bad_previous", "it does not follow the event before it"
        if row.key_id not in self.keys:
            yield from self._unproved(row)
        elif self.last is not None and row.at < self.last.at:
            yield row.number, row.id, "time_backwards", "it is dated before the event before it"
        if not self.shift:
            yield from _body(row)
        self.previous, self.last = row.mac, row if row.key_id in self.keys else None

    def _unproved(self, row: Row) -> Iterator[Found]:
        if row.key_id not in self.unknown:
            self.unknown.add(row.key_id)
            yield row.number, row.id, "unknown_key", f"there is no key {row.key_id!r} to check with"

    def _bad(self, row: Row) -> Iterator[Found]:
        yield from self._release()
        if self.head is not None and row.number > self.head.number:
            end = f"not written here: the stream ends at {self.head.number}"
            self.held = (row.number, row.id, "inserted", end)
        else:
            self.held = (row.number, row.id, "changed", f"{self._field(row)} changed")
        self.before_held = self.previous
        self.previous, self.last = None, None

    def _displaced(self, row: Row, place: int) -> Iterator[Found]:
        shift = place - row.number
        put_in = (
            self.held is not None
            and shift == self.shift - 1
            and row.previous_mac == self.before_held
        )
        if put_in and self.held is not None:
            number, row_id, _, _ = self.held
            self.held = (number, row_id, "inserted", "put in, and the later events renumbered")
        yield from self._release()
        self.shift = shift
        if shift and not put_in:
            yield row.number, row.id, "swapped", f"this is event {place}"
        self.previous, self.last = row.mac, None

    def _release(self) -> Iterator[Found]:
        if self.held is not None:
            yield self.held
            self.held = None

    def _place(self, row: Row) -> int | None:
        """Return the number that the event's MAC was made for; None when no number fits."""
        key = self.keys.get(row.key_id)
        if key is None:
            # Nothing can be said about the MAC; its place in the chain still can.
            return None if self._under_other_key(row) else row.number + self.shift
        for number in dict.fromkeys((row.number + self.shift, row.number)):
            if _fits(key, replace(row, number=number) if number != row.number else row):
                return number
        if not self.tries:
            return None
        end = row.number + _REACH
        if self.head is not None:
            end = min(end, max(self.head.number, row.number) + 1)
        for number in range(max(1, row.number - _REACH), end):
            if _fits(key, replace(row, number=number)):
                return number
        self.tries -= 1
        return None

    def _under_other_key(self, row: Row) -> bool:
        return any(_fits(key, row) for key in self.keys.values())

    def _field(self, row: Row) -> str:
        """Name the class of the field that was changed, as near as the MAC lets us say."""
        key = self.keys.get(row.key_id)
        if self._under_other_key(row):
            return "key_id"
        if key is None:
            return "the event"
        if self.previous is not None and _fits(key, replace(row, previous_mac=self.previous)):
            return "previous_mac"
        digest = _digest(row)
        if digest is not None and _fits(key, replace(row, body_digest=digest)):
            return "body_digest"
        return "kind, actor, cause, time, command, stream or mac"


def _fits(key: Key, row: Row) -> bool:
    try:
        return mac_of(key, row) == row.mac
    except (TypeError, ValueError, AttributeError):
        return False


def _digest(row: Row) -> str | None:
    try:
        return digest_of(row.salt, row.body)
    except (TypeError, ValueError, AttributeError):
        return None


def _body(row: Row) -> Iterator[Found]:
    if row.body_id is None:
        yield row.number, row.id, "body_missing", "what it says is gone"
    elif row.erased_at is not None and row.body == "" and row.salt == "":
        return
    elif row.erased_at is not None or _digest(row) != row.body_digest:
        yield row.number, row.body_id, "body_changed", "what it says, its salt or erasure changed"
