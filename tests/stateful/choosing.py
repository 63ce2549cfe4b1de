"""Which commands make sense for a run now, and who would give them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from procedures import commands as c
from procedures.change import Loaded
from procedures.decide import shared, timers, who
from procedures.definition import Step
from procedures.rules.facts import Person
from tests.stateful.typing_in import form, near, raw


@dataclass(frozen=True, slots=True)
class Act:
    """A command and who gives it; None is the worker."""

    actor: int | None
    command: c.Command


@dataclass(slots=True)
class Chooser:
    """Propose one act a kind for a run as it stands."""

    rng: Random
    view: Loaded
    people: Mapping[int, Person]

    def acts(self) -> dict[str, Act]:
        """Name the acts that may well be carried out, by the name of their command."""
        found = {}
        for kind, propose in _PROPOSALS.items():
            act = propose(self)
            if act is not None:
                found[kind] = act
        return found

    # What the proposals need to know.

    @property
    def now(self):  # type: ignore[no-untyped-def]
        return self.view.facts.now

    @property
    def open(self) -> bool:
        return bool(self.view.run.state == "open")

    def ready(self, *, approve: bool = False) -> list[Step]:
        if not self.open:
            return []
        ready = self.view.procedure.ready(self.view.values, self.view.finished)
        return [step for step in ready if (step.kind == "approve") == approve]

    def of_roles(self, roles: Iterable[str]) -> Person | None:
        wanted = set(roles)
        view = self.view
        able = [p for p in self.people.values() if who.relations(view, p, view.values) & wanted]
        return self.rng.choice(able) if able else None

    def by(self, roles: Iterable[str], command: c.Command) -> Act | None:
        person = self.of_roles(roles)
        return Act(person.id, command) if person else None

    def judged(self, level: str) -> Iterator[tuple[Step, str, bool]]:
        """List step, rule and overridable of the gates that answer with a level now."""
        for step in self.ready():
            for one in step.judge(self.view.facts):
                if one.verdict.level == level:
                    yield step, one.gate.rule.name, one.gate.overridable


def complete(self: Chooser) -> Act | None:
    rng, view = self.rng, self.view
    steps = self.ready()
    if view.run.state == "expired":
        steps = [s for s in view.procedure.steps if view.steps[s.key].state == "expired"]
    if not steps:
        return None
    step = rng.choice(steps)
    typed = form(rng, view.procedure, step.fields, view.values, self.now)
    performed = None
    if rng.random() < 0.2 or (not self.open and rng.random() < 0.7):
        performed = near(rng, self.now, -5, 0 if rng.random() < 0.9 else 1)
    note = "it was like this" if performed or rng.random() < 0.2 or not self.open else ""
    words = "we know" if rng.random() < 0.6 else ""
    seen = shared.seen_digest(step, view.values) if rng.random() < 0.3 else ""
    return self.by(step.roles, c.CompleteStep(step.key, typed, performed, note, words, seen))


def skip(self: Chooser) -> Act | None:
    steps = [step for step in self.ready() if step.skippable]
    if not steps:
        return None
    step = self.rng.choice(steps)
    return self.by(step.roles, c.SkipStep(step.key, "not needed"))


def _approver(self: Chooser, step: Step) -> Person | None:
    able = list(who.eligible(self.view, step))
    if not able:
        able = [
            p
            for p in self.people.values()
            if "manager" in p.roles and not who.excluded(self.view, p)
        ]
    return self.rng.choice(able) if able else None


def approve(self: Chooser) -> Act | None:
    steps = self.ready(approve=True)
    if not steps:
        return None
    step = self.rng.choice(steps)
    person = _approver(self, step)
    if person is None or (self.view.self_declaration and self.rng.random() < 0.2):
        roles = self.view.procedure.step_by_key[step.approves or step.key].roles
        return self.by(roles, c.Approve(step.key, "nobody else is there", declare=True))
    return Act(person.id, c.Approve(step.key))


def reject(self: Chooser) -> Act | None:
    steps = self.ready(approve=True)
    if not steps:
        return None
    step = self.rng.choice(steps)
    person = _approver(self, step)
    final = self.rng.random() < 0.3
    return Act(person.id, c.Reject(step.key, "not so", final)) if person else None


def acknowledge(self: Chooser) -> Act | None:
    found = list(self.judged("caution"))
    if not found:
        return None
    step, _rule, _ = self.rng.choice(found)
    return self.by(step.roles, c.Acknowledge(step.key, "we know"))


def override(self: Chooser) -> Act | None:
    found = [(step, rule) for step, rule, able in self.judged("blocked") if able]
    others = [
        p
        for p in self.people.values()
        if "manager" in p.roles and p.id != self.view.run.requester_id
    ]
    if not found or not others:
        return None
    step, rule = self.rng.choice(found)
    return Act(self.rng.choice(others).id, c.Override(step.key, rule, "it is urgent"))


def incident(self: Chooser) -> Act | None:
    found = list(self.judged("blocked"))
    if not found:
        return None
    step, _rule, _ = self.rng.choice(found)
    when = self.now - timedelta(minutes=self.rng.choice((0, 0, 30)))
    return self.by(step.roles, c.RecordIncident(step.key, when, "it was done all the same"))


def amend(self: Chooser) -> Act | None:
    procedure, given = self.view.procedure, self.view.values
    keys = [key for key in given if key in procedure.collected_by]
    if not self.open or not keys:
        return None
    key = self.rng.choice(keys)
    step = procedure.step_by_key[procedure.collected_by[key]]
    typed = raw(self.rng, procedure.field_by_key[key], self.now)
    return self.by(step.roles, c.Amend({key: typed}, "it was wrong"))


def _collecting(self: Chooser) -> bool:
    claims = [held for held in self.view.claims if held.until.startswith("step:")]
    return self.open and bool(self.view.procedure.joins) and bool(claims)


def join(self: Chooser) -> Act | None:
    if not _collecting(self):
        return None
    people = [p for p in self.people.values() if p.roles & set(self.view.procedure.openers)]
    rows = (f"row {self.rng.randrange(10_000)}",)
    return Act(self.rng.choice(people).id, c.Join(rows))


def withdraw(self: Chooser) -> Act | None:
    rows = self.view.values.get(self.view.procedure.joins) or ()
    owned = [row for row in rows if self.view.row_owners.get(row) is not None]
    if not _collecting(self) or len(rows) < 2 or not owned:
        return None
    row = self.rng.choice(owned)
    return Act(self.view.row_owners[row], c.Withdraw((row,)))


def go_back(self: Chooser) -> Act | None:
    done = self.view.finished
    ways = [w for w in self.view.procedure.returns if w.after in done and w.before not in done]
    if not self.open or not ways:
        return None
    way = self.rng.choice(ways)
    typed = form(self.rng, self.view.procedure, way.fields, self.view.values, self.now)
    return self.by(way.roles, c.GoBack(way.key, "once more", typed))


def reconfirm(self: Chooser) -> Act | None:
    steps = [s for s in self.view.procedure.steps if s.gates and s.key in self.view.finished]
    if not self.open or not steps:
        return None
    step = self.rng.choice(steps)
    return self.by(step.roles, c.Reconfirm(step.key, "still so"))


def cancel(self: Chooser) -> Act | None:
    if not self.open:
        return None
    return self.by(who.cancel_roles(self.view), c.Cancel("no longer wanted"))


def reopen(self: Chooser) -> Act | None:
    steps = [s for s in self.view.procedure.steps if self.view.steps[s.key].state != "pending"]
    if self.view.run.state != "completed" or not steps:
        return None
    step = self.rng.choice(steps)
    roles = timers.told_roles(step, self.view) or step.roles
    return self.by(roles, c.Reopen((step.key,), "it was not finished"))


def pass_deadline(self: Chooser) -> Act | None:
    due = [one for one in self.view.deadlines if one.state == "pending"]
    if not self.open or not due:
        return None
    first = min(due, key=lambda one: one.due_at)
    assert first.id is not None
    return Act(None, c.PassDeadline(first.id))


_PROPOSALS: Mapping[str, Callable[[Chooser], Act | None]] = {
    "CompleteStep": complete,
    "SkipStep": skip,
    "Approve": approve,
    "Reject": reject,
    "Acknowledge": acknowledge,
    "Override": override,
    "Amend": amend,
    "Join": join,
    "Withdraw": withdraw,
    "GoBack": go_back,
    "Reconfirm": reconfirm,
    "Cancel": cancel,
    "Reopen": reopen,
    "RecordIncident": incident,
    "PassDeadline": pass_deadline,
}
COMMANDS = tuple(_PROPOSALS)
