"""Prove that history is as it was written, or name the first place where it is not."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

from django.conf import settings

from audit.chain import Head
from audit.reading import Row, read_orphans, read_rows
from audit.walk import Walk

Kind = Literal[
    "changed",
    "missing",
    "inserted",
    "swapped",
    "bad_previous",
    "body_changed",
    "body_missing",
    "head_mismatch",
    "unknown_key",
    "time_backwards",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where history is not as it was written; ``row_id`` is None for what is gone."""

    stream: str
    number: int
    row_id: int | None
    kind: Kind
    message: str

    def __str__(self) -> str:
        """Name stream, number, row and kind in one line."""
        row = "no row" if self.row_id is None else f"row {self.row_id}"
        return f"{self.stream} #{self.number} ({row}): {self.kind}: {self.message}"


@dataclass(slots=True)
class Counts:
    """What a verification has looked at."""

    streams: int = 0
    events: int = 0
    erased: int = 0


def verify(
    streams: Collection[str] | None = None,
    heads: Mapping[str, Head] | None = None,
    *,
    counts: Counts | None = None,
    using: str = "default",
) -> Iterator[Fault]:
    """Yield every fault, the first of each stream at its exact place.

    ``heads`` say where each stream ends according to the row it is about; a stream that
    none of them names is an inserted one. Without heads a cut tail cannot be seen. Erased
    bodies are no fault. Memory is bounded but for ``heads``.
    """
    counts = Counts() if counts is None else counts
    unseen = None if heads is None else _asked(streams, heads)
    for stream, rows in groupby(read_rows(streams, using), key=attrgetter("stream")):
        counts.streams += 1
        head = None if unseen is None else unseen.pop(stream, None)
        ownerless = unseen is not None and head is None
        yield from _walk(stream, rows, Head() if ownerless else head, counts)
    for stream, head in sorted((unseen or {}).items(), key=lambda item: item[0]):
        if head.number:
            yield Fault(stream, 1, None, "missing", f"events 1 to {head.number} are gone")
    for row_id, stream, number in read_orphans(streams, using):
        yield Fault(stream, number, row_id, "inserted", "a body that belongs to no event")


def _walk(stream: str, rows: Iterable[Row], head: Head | None, counts: Counts) -> Iterator[Fault]:
    walk = Walk(stream, settings.AUDIT_KEYS, head)
    for row in rows:
        counts.events += 1
        counts.erased += row.erased_at is not None
        yield from (Fault(stream, *found) for found in walk.step(row))
    yield from (Fault(stream, *found) for found in walk.finish())


def _asked(streams: Collection[str] | None, heads: Mapping[str, Head]) -> dict[str, Head]:
    if streams is None:
        return dict(heads)
    return {name: heads[name] for name in streams if name in heads}
