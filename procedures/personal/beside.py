"""What somebody above keeps about runs in streams and rows of its own, as erasing needs it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from audit.chain import Entry
from helpdesk.identity import Identity
from procedures.models import Run


class Told(Protocol):
    """A locked row that a stream is about."""

    @property
    def stream(self) -> str:
        """Name the stream."""

    def append_unseen(self, entry: Entry, now: datetime) -> None:
        """Append the event of an erasure, which is no news to anybody."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One kind of streams, named ``prefix:…``.

    ``places`` maps those of some streams that it knows to tenant and run; ``lock`` locks them in
    a fixed order, after their runs. ``forget_person`` and ``forget_run`` empty what stands
    elsewhere than in events, and return how many rows that were.
    """

    prefix: str
    places: Callable[[Collection[str]], Mapping[str, tuple[int, int]]]
    lock: Callable[[Iterable[str]], Sequence[Told]]
    streams_of: Callable[[Run], Sequence[str]]
    forget_person: Callable[[Identity, datetime], int]
    forget_run: Callable[[Run, datetime], int]


KINDS: list[Beside] = []


def register(kind: Beside) -> None:
    """Let erasures look there, too."""
    if all(known.prefix != kind.prefix for known in KINDS):
        KINDS.append(kind)


def places(streams: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Map the streams of others to the tenant and the run they are about."""
    known = list(streams)
    return {
        stream: place
        for kind in KINDS
        for stream, place in kind.places(
            [one for one in known if one.startswith(f"{kind.prefix}:")]
        ).items()
    }


def lock(streams: Iterable[str]) -> list[Told]:
    """Lock the rows that some of these streams are about; the others are not known here."""
    known = list(streams)
    return [
        owner
        for kind in KINDS
        for owner in kind.lock([one for one in known if one.startswith(f"{kind.prefix}:")])
    ]


def forget_person(who: Identity, now: datetime) -> int:
    """Empty what one person left; return how many rows that were."""
    return sum(kind.forget_person(who, now) for kind in KINDS)


def forget_run(run: Run, now: datetime) -> list[Told]:
    """Empty what hangs on a run beside its own rows; return the streams about it, locked."""
    for kind in KINDS:
        kind.forget_run(run, now)
    return lock(stream for kind in KINDS for stream in kind.streams_of(run))
