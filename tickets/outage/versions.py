"""Versions of the window: the n-th time that both sides stood by a date, told by the history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procedures.change import Loaded
from procedures.present.language import moment
from procedures.selectors.runs import Happened, history
from tickets.outage.state import Window

# Of a ticket that was moved a hundred times every event is still read.
_LIMIT = 5_000
_STEP = "confirm_schedule"
_TOLD = ("work_start", "work_end", "new_main")


@dataclass(frozen=True, slots=True)
class Version:
    """A window that was fixed. ``number`` counts from one and never changes for an event.

    ``at`` is when it was fixed; ``values`` are those that a notice tells.
    """

    number: int
    event: int
    at: datetime
    values: Mapping[str, Any]

    @property
    def start(self) -> datetime | None:
        """Return the planned start, UTC."""
        return moment(self.values.get("work_start"))

    @property
    def end(self) -> datetime | None:
        """Return the planned resumption, UTC."""
        return moment(self.values.get("work_end"))


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that is another one in a version than in the version before."""

    field: str
    old: Any
    new: Any


def versions_of(loaded: Loaded) -> list[Version]:
    """Return every version of a run's window, the oldest first; one query."""
    return fold(reversed(history(loaded.run.stream, _LIMIT)))


def fold(events: Iterable[Happened]) -> list[Version]:
    """Count the versions in events, the oldest first."""
    values: dict[str, Any] = {}
    fixed, found = False, list[Version]()
    for one in events:
        given = one.body.get("values") if one.kind != "step.refused" else None
        before = {key: values.get(key) for key in _TOLD}
        if isinstance(given, Mapping):
            values |= {key: given[key] for key in _TOLD if key in given}
        after = _after(one.body.get("steps") or ())
        confirmed = one.kind == "step.completed" and one.body.get("step") == _STEP
        fixed = after == "completed" if after else fixed
        moved = before != {key: values.get(key) for key in _TOLD}
        if confirmed or (fixed and moved and found):
            told = {key: values.get(key) for key in _TOLD}
            found.append(Version(len(found) + 1, one.number, one.at, told))
    return found


def _after(effects: Iterable[Any]) -> str:
    """Say what an event made of the confirmation; empty where it left it alone."""
    states = [effect[2] for effect in effects if effect[0] == _STEP]
    return str(states[-1]) if states else ""


def moved_between(old: Version, new: Version) -> list[Moved]:
    """List what differs, in the order in which notices tell it."""
    return [
        Moved(key, old.values.get(key), new.values.get(key))
        for key in _TOLD
        if old.values.get(key) != new.values.get(key)
    ]


def current_of(window: Window, versions: list[Version]) -> tuple[Version | None, Version | None]:
    """Return the version that holds and the one before it; nothing while no date is fixed."""
    if not window.fixed or not versions:
        return None, None
    return versions[-1], versions[-2] if len(versions) > 1 else None
