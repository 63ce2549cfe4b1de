"""What a command comes to: the loaded run, the change to it, or why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.chain import Entry
from procedures.definition import Judged, Procedure
from procedures.models import Run, RunStep
from procedures.rules.facts import Facts, Person
from procedures.rules.values import Problem

_FINISHED = frozenset({"completed", "skipped"})


@dataclass(slots=True)
class DecisionFact:
    """A decision that was made."""

    kind: str
    step: str
    round: int
    rule: str
    code: str
    values_digest: str
    actor_id: int
    at: datetime
    reason: str = ""


@dataclass(slots=True)
class ClaimFact:
    """A claim the run holds."""

    id: int | None
    key: str
    until: str


@dataclass(slots=True)
class DeadlineFact:
    """A deadline of the run, whatever its state."""

    id: int | None
    step: str
    round: int
    key: str
    action: str
    due_at: datetime
    state: str = "pending"


@dataclass(slots=True)
class EvidenceFact:
    """Something kept with a round of a step: ``effects`` is what the run did to the tenant."""

    step: str
    round: int
    kind: str
    body: Mapping[str, Any]


@dataclass(slots=True)
class Loaded:
    """A run with all that rules need; ``steps`` holds the newest round of each."""

    run: Run
    procedure: Procedure
    actor: Person
    steps: dict[str, RunStep]
    values: dict[str, Any]
    value_at: dict[str, datetime]
    facts: Facts
    decisions: list[DecisionFact] = field(default_factory=list)
    claims: list[ClaimFact] = field(default_factory=list)
    deadlines: list[DeadlineFact] = field(default_factory=list)
    evidence: list[EvidenceFact] = field(default_factory=list)
    participants: frozenset[int] = frozenset()
    people: tuple[Person, ...] = ()
    self_declaration: bool = False
    row_owners: Mapping[str, int | None] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def finished(self) -> frozenset[str]:
        """Name the steps that are completed or skipped."""
        steps = self.steps.items()
        # Past the descriptor: every command asks this several times of every step.
        return frozenset([key for key, step in steps if step.__dict__["state"] in _FINISHED])


@dataclass(slots=True)
class Tell:
    """Somebody is to be told: roles (or ``user:ID``), a template and what fills it."""

    audience: tuple[str, ...]
    template: str
    params: Mapping[str, Any] = field(default_factory=dict)
    event: int = 0


@dataclass(slots=True)
class RoleChange:
    """A role given to or taken from an address of the tenant."""

    email: str
    role: str
    given: bool


@dataclass(slots=True)
class Change:
    """Everything one command writes. Model instances were moved by their state machines.

    ``steps_before`` maps id(step) to the stored state that the write is guarded by.
    """

    events: list[Entry] = field(default_factory=list)
    steps_changed: list[tuple[RunStep, str]] = field(default_factory=list)
    steps_added: list[RunStep] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[EvidenceFact] = field(default_factory=list)
    decisions: list[DecisionFact] = field(default_factory=list)
    claims_taken: list[ClaimFact] = field(default_factory=list)
    claims_released: list[ClaimFact] = field(default_factory=list)
    deadlines_added: list[DeadlineFact] = field(default_factory=list)
    deadlines_settled: list[tuple[DeadlineFact, str]] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    joined: int | None = None
    role_changes: list[RoleChange] = field(default_factory=list)
    main_domain: str | None = None
    refusal: "Refusal | None" = None


@dataclass(slots=True)
class Refusal:
    """No, and why. Recorded as an event; the judged gates say when it opens."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()
    step: str = ""


class NotPossible(Exception):
    """The command does not fit the state of the run; nothing is written."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class InvalidInput(Exception):
    """Values cannot be taken; ``problems`` names each field and what to do."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems
