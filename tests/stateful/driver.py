"""One random world: opens runs, gives commands, moves time, and checks after each operation."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from procedures import commands as c
from procedures.change import Loaded
from procedures.definition import Procedure
from procedures.rules.facts import Person
from tests.catalog.facts import kst
from tests.stateful.choosing import COMMANDS, Act, Chooser
from tests.stateful.seen import Seen, check, check_progress, check_unchanged
from tests.stateful.typing_in import form

START = kst("2026-11-02T09:00")
LIVE = 5
# How willingly a kind is chosen; each time it was, it is half as welcome as once before.
BASE: Mapping[str, float] = {
    "CompleteStep": 6, "Override": 5, "Acknowledge": 4, "Approve": 3, "Reject": 1, "Cancel": 0.3,
}  # fmt: skip


class World(Protocol):
    """Where runs are kept: in memory or in a database."""

    keys: Mapping[str, bytes]
    procedures: list[Procedure]

    def people(self) -> Mapping[int, Person]:
        """Return everybody who acts."""

    def view(self, place: int, now: datetime) -> Loaded:
        """Load a run with everything that any rule of it reads."""

    def bare(self, place: int, now: datetime) -> Loaded:
        """Load a run without what lies outside it."""

    def seen(self, place: int) -> Seen:
        """Read the rows of a run."""

    def totals(self) -> tuple[int, ...]:
        """Count the rows that no refused command may add to, of the whole tenant."""

    def open(
        self, procedure: Procedure, actor: int, values: dict[str, Any], now: datetime
    ) -> tuple[str, int | None]:
        """Open a run: done, joined, refused or raised, and its place."""

    def perform(self, place: int, act: Act, now: datetime) -> str:
        """Give a command: done, refused or raised."""


@dataclass
class Tally:
    """What was tried and what came of it, over all worlds of a test."""

    tried: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    worlds: int = 0

    def note(self, kind: str, outcome: str) -> None:
        self.tried[kind] += 1
        self.outcomes[outcome] += 1
        if outcome in ("done", "joined"):
            self.accepted["Join" if outcome == "joined" else kind] += 1

    def told(self, name: str) -> str:
        total, done = sum(self.tried.values()), sum(self.accepted.values())
        kinds = ", ".join(
            f"{kind} {self.accepted[kind]}/{self.tried[kind]}" for kind in ("Open", *COMMANDS)
        )
        ends = ", ".join(f"{end} {count}" for end, count in sorted(self.ends.items()))
        return (
            f"{name} (derandomized, the same every time): {total} operations in "
            f"{self.worlds} worlds, {done} accepted; {kinds}; "
            f"ends: {ends}; outcomes: {dict(sorted(self.outcomes.items()))}"
        )


@dataclass
class Driver:
    """Drive one world; everything random comes from the seed of each operation."""

    world: World
    tally: Tally
    now: datetime = START
    places: list[int] = field(default_factory=list)
    last: dict[int, Seen] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    totals: tuple[int, ...] | None = None

    def operate(self, rng: Random) -> None:
        """Carry out one operation and check everything it could have touched."""
        self.now += timedelta(minutes=rng.choice((1, 3, 11, 30, 45, 90)))
        if rng.random() < 0.01:
            self.now += timedelta(days=rng.randint(1, 15))
        live = [place for place in self.places if self.last[place].state == "open"]
        if len(live) < 2 or (len(live) < LIVE and rng.random() < 0.12):
            self._open(rng)
            return
        ended = [place for place in self.places if place not in live]
        place = rng.choice(ended if ended and rng.random() < 0.2 else live)
        view = self.world.view(place, self.now)
        acts = Chooser(rng, view, self.world.people()).acts()
        if not acts or rng.random() < 0.05:
            self._command(place, "Cancel", Act(rng.choice(list(self.world.people())), _blunt(rng)))
            return
        kinds = list(acts)
        weights = [BASE.get(kind, 2) / (1 + self.used[kind]) for kind in kinds]
        kind = rng.choices(kinds, weights)[0]
        act = acts[kind]
        if rng.random() < 0.12:
            act = self._twisted(rng, act)
        if isinstance(act.command, c.PassDeadline) and rng.random() < 0.95:
            due = next(d.due_at for d in view.deadlines if d.id == act.command.deadline_id)
            self.now = max(self.now, due + timedelta(minutes=rng.choice((0, 1, 20))))
        self.used[kind] += 1
        self._command(place, kind, act)

    def _twisted(self, rng: Random, act: Act) -> Act:
        """Let somebody else do it, without words, or at another step."""
        sort, command = rng.choice(("actor", "words", "step")), act.command
        if sort == "actor" and act.actor is not None:
            return Act(rng.choice(list(self.world.people())), command)
        names = {one.name for one in fields(command)}
        for name in ("reason", "note", "text") if sort == "words" else ("step",):
            if name in names:
                value = "" if sort == "words" else f"s{rng.randrange(9)}"
                return Act(act.actor, replace(command, **{name: value}))
        return act

    def _open(self, rng: Random) -> None:
        procedure = rng.choice(self.world.procedures)
        typed = form(rng, procedure, procedure.steps[0].fields, {}, self.now)
        actor = rng.choice(list(self.world.people()))
        before = self._totals()
        outcome, place = self.world.open(procedure, actor, typed, self.now)
        self.tally.note("Open", outcome)
        if outcome == "done":
            assert place is not None
            self.places.append(place)
        if place is not None:
            self._check(place)
        self.totals = None
        if outcome not in ("done", "joined"):
            assert self._totals() == before, "a refused opening left something behind"

    def _command(self, place: int, kind: str, act: Act) -> None:
        before, totals = self.last[place], self._totals()
        outcome = self.world.perform(place, act, self.now)
        self.tally.note(type(act.command).__name__, outcome)
        self._check(place, changed=outcome == "done")
        self.totals, after = None, self.last[place]
        if outcome in ("done", "joined"):
            assert len(after.events) > len(before.events), "carried out without an event"
            if after.state != before.state:
                self.tally.ends[after.state] += 1
        else:
            check_unchanged(before, after, refused=outcome == "refused")
            assert self._totals() == totals, "another run was changed"

    def _totals(self) -> tuple[int, ...]:
        """Count once between two operations: nobody else writes."""
        if self.totals is None:
            self.totals = self.world.totals()
        return self.totals

    def _check(self, place: int, *, changed: bool = True) -> None:
        seen = self.world.seen(place)
        check(seen, self.world.keys)
        if changed:
            check_progress(self.world.bare(place, self.now))
        self.last[place] = seen


def _blunt(rng: Random) -> c.Command:
    """Shape a command that looks at nothing of the run."""
    step = f"s{rng.randrange(8)}"
    return rng.choice(
        (
            c.CompleteStep(step),
            c.SkipStep(step, "no"),
            c.Approve(step),
            c.Reject(step, "no"),
            c.Override(step, "OtherThan", "yes"),
            c.Amend({"kind": "yes"}, "so"),
            c.Withdraw(("row 1",)),
            c.GoBack("back0", "so"),
            c.Reconfirm(step, "so"),
            c.Reopen((step,), "so"),
            c.PassDeadline(1),
            c.Cancel(""),
        )
    )
