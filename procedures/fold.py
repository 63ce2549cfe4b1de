"""Events folded to lifecycle states: what a run and its steps must be, told by history alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Which states follow which; the first event of a stream finds a run without a state.
RUN_EDGES: Mapping[str, frozenset[str]] = {
    "": frozenset({"open"}),
    "open": frozenset({"completed", "cancelled", "refused", "expired"}),
    "completed": frozenset({"open"}),
    "expired": frozenset({"open"}),
    "cancelled": frozenset(),
    "refused": frozenset(),
}
STEP_EDGES: Mapping[str, frozenset[str]] = {
    "": frozenset({"pending"}),
    "pending": frozenset({"completed", "skipped", "expired"}),
    "expired": frozenset({"completed"}),
    "completed": frozenset(),
    "skipped": frozenset(),
}


class IllegalHistory(ValueError):
    """An event names a state that cannot follow the one before it."""


@dataclass(slots=True)
class Folded:
    """The state of a run and of every round of its steps, by (key, round)."""

    run: str = ""
    steps: dict[tuple[str, int], str] = field(default_factory=dict)


def fold(bodies: Iterable[Mapping[str, Any]]) -> Folded:
    """Fold the bodies of a run's events, in order, to its lifecycle state.

    Raises IllegalHistory when an event jumps over a state or goes back from an end.
    """
    folded = Folded()
    for number, body in enumerate(bodies, start=1):
        state = body.get("run")
        if state is not None:
            _follow(f"event {number}: run", RUN_EDGES, folded.run, state)
            folded.run = state
        for key, turn, after in body.get("steps") or ():
            _step(folded, number, (key, turn), after)
    return folded


def _step(folded: Folded, number: int, place: tuple[str, int], after: str) -> None:
    key, turn = place
    name = f"event {number}: step {key}/{turn}"
    _follow(name, STEP_EDGES, folded.steps.get(place, ""), after)
    if after == "pending" and turn > 1:
        before = folded.steps.get((key, turn - 1))
        if before not in ("completed", "skipped"):
            raise IllegalHistory(f"{name} begins while the round before it is {before}")
    folded.steps[place] = after


def _follow(name: str, edges: Mapping[str, frozenset[str]], before: str, after: str) -> None:
    if after not in edges.get(before, frozenset()):
        raise IllegalHistory(f"{name} cannot become {after!r} after {before!r}")
