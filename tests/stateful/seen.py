"""What one run looks like from outside, and what must hold of it after every operation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.chain import Head
from audit.reading import Row
from audit.walk import Walk
from procedures.change import Loaded
from procedures.decide import timers
from procedures.fold import fold
from procedures.invariants import KEPT, KEPT_ELSE

ENDS = frozenset({"completed", "cancelled", "refused", "expired"})


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows of a run; ``rest`` is whatever else a refused command must leave alone."""

    state: str
    head: Head
    rounds: Mapping[tuple[str, int], str]
    events: tuple[Row, ...]
    deadlines: tuple[tuple[Any, ...], ...]
    claims: tuple[tuple[str, str], ...]
    rest: tuple[Any, ...]

    @property
    def lifecycle(self) -> tuple[Any, ...]:
        """Everything but the history."""
        return self.state, dict(self.rounds), self.deadlines, self.claims, self.rest


def check(seen: Seen, keys: Mapping[str, bytes]) -> None:
    """Hold one run to the invariants."""
    told = fold(json.loads(row.body) for row in seen.events)
    assert told.run == seen.state, "the events tell another state of the run"
    assert told.steps == seen.rounds, "the events tell other steps"
    numbers = [row.number for row in seen.events]
    assert numbers == list(range(1, seen.head.number + 1)), "the numbers have a gap"
    times = [row.at for row in seen.events]
    assert times == sorted(times), "time goes backwards"
    walk = Walk(seen.events[0].stream, keys, seen.head)
    faults = [fault for row in seen.events for fault in walk.step(row)]
    faults += walk.finish()
    assert faults == [], "the chain does not verify"
    if seen.state in ENDS:
        pending = [one for one in seen.deadlines if one[-1] == "pending"]
        assert pending == [], "an ended run waits for a deadline"
        kept = KEPT.get(seen.state, KEPT_ELSE)
        held = [one for one in seen.claims if one[1] not in kept]
        assert held == [], "an ended run holds a claim"


def check_progress(view: Loaded) -> None:
    """Hold an open run to having a next step, and every timer it needs."""
    if view.run.state != "open":
        return
    assert view.procedure.ready(view.values, view.finished), "nothing can be done"
    facts = timers.current_facts(view)
    known = {(d.step, d.round, d.key, d.due_at): d.state for d in view.deadlines}
    for step in view.procedure.steps:
        row = view.steps[step.key]
        if row.state != "pending" or not view.procedure.applies(step, view.values):
            continue
        for timer in step.timers:
            if timer.once and view.steps[timer.once].state != "completed":
                continue
            due = timers.due_at(step, timer, facts)
            if due is None or (timer.action == "remind" and due <= facts.now):
                continue
            state = known.get((step.key, row.round, timer.key, due))
            assert state in ("pending", "fired"), f"no timer {timer.key} at {due}: {state}"


def check_unchanged(before: Seen, after: Seen, *, refused: bool) -> None:
    """Hold a command that was not carried out to having written one refusal at most."""
    assert after.lifecycle == before.lifecycle, "a command that was refused changed something"
    new = after.events[len(before.events) :]
    assert after.events[: len(before.events)] == before.events
    assert len(new) <= (1 if refused else 0), "more than one event of a refusal"
    assert all(row.kind.endswith(".refused") for row in new)
