"""Runs kept in memory: what the store does with rows, done with dicts and as strictly."""

import copy
import json
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.chain import Head, Key, Link, head_after, link
from audit.reading import Row
from procedures.change import (
    Change,
    ClaimFact,
    DeadlineFact,
    DecisionFact,
    EvidenceFact,
    Loaded,
)
from procedures.definition import Procedure
from procedures.models import Run, RunStep
from procedures.rules.facts import Facts, Person
from procedures.rules.values import load_value, store_value
from tests.catalog.facts import calendar_2026
from tests.stateful.people import VENDOR

SEOUL = ZoneInfo("Asia/Seoul")
KEY = Key("memory", b"a key for runs that are kept in memory")
SYSTEM = Person(id=None, email="", name="", roles=frozenset(), kind="system")


class Taken(Exception):
    """A claim is in force already; ``holder`` is the place of the run that has it."""

    def __init__(self, holder: int) -> None:
        super().__init__(holder)
        self.holder = holder


@dataclass(slots=True)
class Kept:
    """One run with everything that hangs on it."""

    place: int
    run: Run
    procedure: Procedure
    rounds: dict[tuple[str, int], RunStep] = field(default_factory=dict)
    values: list[tuple[str, str, datetime, int | None]] = field(default_factory=list)
    decisions: list[DecisionFact] = field(default_factory=list)
    evidence: list[tuple[str, int, str, str]] = field(default_factory=list)
    deadlines: dict[int, DeadlineFact] = field(default_factory=dict)
    participants: set[int] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    told: int = 0


@dataclass(slots=True)
class Memory:
    """The rows of one tenant."""

    people: dict[int, Person]
    self_declaration: bool = False
    sync_scope: str = "unknown"
    runs: list[Kept] = field(default_factory=list)
    # Claims in force: key to run, id and until.
    claims: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    refused_openings: int = 0
    last_id: int = 0
    members: tuple[Person, ...] = ()

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def tenant_people(self) -> tuple[Person, ...]:
        if not self.members:
            self.members = tuple(
                replace(one, roles=one.roles - VENDOR)
                for one in self.people.values()
                if one.roles - VENDOR
            )
        return self.members

    def prepare(self, procedure: Procedure, actor: int, uid: UUID, now: datetime) -> Loaded:
        """Make a run that is about to be opened, as ``store.prepare`` does."""
        run = Run(uid=uid, procedure=procedure.key, requester_id=actor, opened_at=now)
        steps = {step.key: RunStep(key=step.key) for step in procedure.steps}
        loaded = Loaded(
            run=run,
            procedure=procedure,
            actor=self.people[actor],
            steps=steps,
            values={},
            value_at={},
            facts=Facts(now=now, performed_at=now, zone=SEOUL),
            people=self.tenant_people(),
            self_declaration=self.self_declaration,
        )
        loaded.facts = self._facts(loaded, None, now)
        return loaded

    def load(self, kept: Kept, actor: int | None, now: datetime) -> Loaded:
        """Return a copy of a run as ``store.load`` reads it; deciding may change the copy."""
        turns: dict[str, int] = {}
        for key, turn in kept.rounds:
            turns[key] = max(turn, turns.get(key, 0))
        newest = {key: copy.copy(kept.rounds[key, turn]) for key, turn in turns.items()}
        fields = kept.procedure.field_by_key
        values = {k: load_value(fields[k].kind, json.loads(v)) for k, v, _at, _by in kept.values}
        evidence = [EvidenceFact(s, n, k, json.loads(body)) for s, n, k, body in kept.evidence]
        loaded = Loaded(
            run=copy.copy(kept.run),
            procedure=kept.procedure,
            actor=SYSTEM if actor is None else self.people[actor],
            steps=newest,
            values=values,
            value_at={key: at for key, _value, at, _by in kept.values},
            facts=Facts(now=now, performed_at=now, zone=SEOUL),
            decisions=list(kept.decisions),
            claims=[
                ClaimFact(number, key, until)
                for key, (place, number, until) in self.claims.items()
                if place == kept.place
            ],
            deadlines=[copy.copy(one) for one in kept.deadlines.values()],
            evidence=evidence,
            participants=frozenset(kept.participants),
            people=self.tenant_people(),
            self_declaration=self.self_declaration,
            row_owners=self.row_owners(kept),
        )
        loaded.facts = self._facts(loaded, kept, now)
        return loaded

    def row_owners(self, kept: Kept) -> dict[str, int | None]:
        owners: dict[str, int | None] = {}
        for key, value, _at, by in kept.values:
            if key == kept.procedure.joins:
                owners = {row: owners.get(row, by) for row in json.loads(value) or ()}
        return owners

    def _facts(self, loaded: Loaded, kept: Kept | None, now: datetime) -> Facts:
        steps = loaded.steps
        own = kept.place if kept else None
        addresses = {p.email.partition("@")[0] for p in self.tenant_people()}
        addresses |= {
            key.partition(":")[2]
            for key, (place, _n, _u) in self.claims.items()
            if key.startswith("address:") and place != own
        }
        return Facts(
            now=now,
            performed_at=now,
            zone=SEOUL,
            actor=loaded.actor,
            requester_id=loaded.run.requester_id,
            values=loaded.values,
            value_at=loaded.value_at,
            done={k: s.performed_at for k, s in steps.items() if s.performed_at},
            recorded={k: s.recorded_at for k, s in steps.items() if s.recorded_at},
            doers={k: s.actor_id for k, s in steps.items() if s.recorded_at},
            covered={k: s.covered for k, s in steps.items() if s.covered},
            calendar=calendar_2026(),
            slots=frozenset(key for key in self.claims if key.startswith("sync:")),
            sync_scope=self.sync_scope,
            mail_admins=frozenset(p.email for p in self.tenant_people() if "mail_admin" in p.roles),
            addresses=frozenset(addresses),
            domains=("w.example",),
            country="KR",
        )

    def commit(self, loaded: Loaded, kept: Kept, change: Change, now: datetime) -> None:
        """Write a change as the store would: guards first, then everything or nothing."""
        released = {held.key for held in change.claims_released}
        assert len(released) == len(change.claims_released), "a claim is given back twice"
        for held in change.claims_released:
            assert self.claims.get(held.key, (None,))[0] == kept.place, "not held"
        keys = [one.key for one in change.claims_taken]
        assert len(set(keys)) == len(keys), "a claim is taken twice"
        for key in keys:
            if key in self.claims and key not in released:
                raise Taken(self.claims[key][0])
        for row, before in change.steps_changed:
            assert kept.rounds[row.key, row.round].state == before
        places = [(row.key, row.round) for row in change.steps_added]
        assert len(set(places)) == len(places)
        assert not set(places) & kept.rounds.keys()
        self._write(loaded, kept, change, now)

    def _write(self, loaded: Loaded, kept: Kept, change: Change, now: datetime) -> None:
        actor = loaded.actor.id
        for row in [*(row for row, _before in change.steps_changed), *change.steps_added]:
            kept.rounds[row.key, row.round] = copy.copy(row)
        for key, value in change.values.items():
            kept.values.append((key, json.dumps(store_value(value)), now, actor))
        kept.decisions += change.decisions
        kept.evidence += [(e.step, e.round, e.kind, json.dumps(e.body)) for e in change.evidence]
        for held in change.claims_released:
            del self.claims[held.key]
        for one in change.claims_taken:
            self.claims[one.key] = (kept.place, self.next_id(), one.until)
        self._deadlines(kept, change)
        if change.joined not in (None, loaded.run.requester_id):
            kept.participants.add(change.joined)  # type: ignore[arg-type]
        kept.told += len(change.tells)
        self._roles(change)
        kept.run = copy.copy(loaded.run)
        self._chain(kept, change, now)

    def _deadlines(self, kept: Kept, change: Change) -> None:
        for one, state in change.deadlines_settled:
            assert one.id is not None
            row = kept.deadlines[one.id]
            assert row.state == ("cancelled" if state == "pending" else "pending")
            kept.deadlines[one.id] = replace(row, state=state)
        known = {(d.step, d.round, d.key, d.due_at) for d in kept.deadlines.values()}
        for one in change.deadlines_added:
            identity = (one.step, one.round, one.key, one.due_at)
            assert identity not in known, "a deadline is made twice"
            known.add(identity)
            number = self.next_id()
            kept.deadlines[number] = replace(one, id=number, state="pending")

    def _roles(self, change: Change) -> None:
        for one in change.role_changes:
            found = next((p for p in self.people.values() if p.email == one.email), None)
            if found is None:
                found = Person(max(self.people) + 1, one.email, one.email, frozenset({"member"}))
            roles = found.roles | {one.role} if one.given else {*found.roles, "member"} - {one.role}
            assert found.id is not None
            self.people[found.id] = replace(found, roles=frozenset(roles))
            self.members = ()

    def _chain(self, kept: Kept, change: Change, now: datetime) -> None:
        run = kept.run
        head = Head(run.event_number, run.event_mac, run.event_at)
        for entry in change.events:
            placed = link(KEY, run.stream, head, entry, now)
            head = head_after(placed)
            kept.rows.append(_row(len(kept.rows), placed))
        run.event_number, run.event_mac, run.event_at = head.number, head.mac, head.at


def _row(number: int, placed: Link) -> Row:
    columns = {one.name: getattr(placed, one.name) for one in fields(Link)}
    return Row(**columns, id=number, body_id=number, erased_at=None)
