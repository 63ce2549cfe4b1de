"""The pure core as a world: decisions in memory, no database, no clock."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from audit.chain import Head
from procedures import commands as c
from procedures.change import InvalidInput, Loaded, NotPossible
from procedures.decide import decide, opening
from procedures.definition import Procedure
from procedures.rules.facts import Person
from tests.stateful.choosing import Act
from tests.stateful.definitions import make
from tests.stateful.memory import KEY, Kept, Memory, Taken
from tests.stateful.people import CAST, person
from tests.stateful.seen import Seen


class MemoryWorld:
    """A tenant in memory with three procedures of its own."""

    keys: Mapping[str, bytes] = {KEY.id: KEY.secret}

    def __init__(self, rng: Random) -> None:
        people = {n: person(n, name, roles) for n, (name, roles) in enumerate(CAST, start=1)}
        self.rng = rng
        self.memory = Memory(
            people,
            self_declaration=rng.random() < 0.4,
            sync_scope=rng.choice(("unknown", "service", "tenant")),
        )
        self.procedures = [make(rng, f"p{number}") for number in range(3)]

    def people(self) -> Mapping[int, Person]:
        return self.memory.people

    def view(self, place: int, now: datetime) -> Loaded:
        return self.memory.load(self.memory.runs[place], None, now)

    def bare(self, place: int, now: datetime) -> Loaded:
        return self.view(place, now)

    def totals(self) -> tuple[int, ...]:
        memory = self.memory
        admins = sum("mail_admin" in one.roles for one in memory.people.values())
        return len(memory.runs), len(memory.claims), len(memory.people), admins

    def seen(self, place: int) -> Seen:
        memory, kept = self.memory, self.memory.runs[place]
        run = kept.run
        return Seen(
            state=str(run.state),
            head=Head(run.event_number, run.event_mac, run.event_at),
            rounds={where: str(row.state) for where, row in kept.rounds.items()},
            events=tuple(kept.rows),
            deadlines=tuple(
                (d.id, d.step, d.round, d.key, d.due_at, d.state) for d in kept.deadlines.values()
            ),
            claims=tuple((k, u) for k, (owner, _n, u) in memory.claims.items() if owner == place),
            rest=(
                len(kept.values),
                len(kept.decisions),
                len(kept.evidence),
                len(kept.participants),
                kept.told,
            ),
        )

    def open(
        self, procedure: Procedure, actor: int, values: dict[str, Any], now: datetime
    ) -> tuple[str, int | None]:
        memory = self.memory
        uid = UUID(int=self.rng.getrandbits(128))
        loaded = memory.prepare(procedure, actor, uid, now)
        try:
            change = opening.open_run(loaded, values, now)
        except (NotPossible, InvalidInput):
            return "raised", None
        if change.refusal:
            return "refused", None
        held = [memory.claims[one.key] for one in change.claims_taken if one.key in memory.claims]
        if held:
            place, _number, until = held[0]
            if procedure.joins and until.startswith("step:"):
                rows = tuple(values[procedure.joins])
                outcome = self.perform(place, Act(actor, c.Join(rows)), now)
                return ("joined" if outcome == "done" else outcome), place
            return "refused", None
        kept = Kept(len(memory.runs), loaded.run, procedure)
        change.steps_added, change.steps_changed = list(loaded.steps.values()), []
        memory.commit(loaded, kept, change, now)
        memory.runs.append(kept)
        return "done", kept.place

    def perform(self, place: int, act: Act, now: datetime) -> str:
        kept = self.memory.runs[place]
        loaded = self.memory.load(kept, act.actor, now)
        try:
            change = decide(loaded, act.command, now)
        except (NotPossible, InvalidInput):
            return "raised"
        try:
            self.memory.commit(loaded, kept, change, now)
        except Taken as taken:
            holder = taken.holder
        else:
            return "refused" if change.refusal else "done"
        assert holder != place, "a run stands in its own way"
        return "taken"
