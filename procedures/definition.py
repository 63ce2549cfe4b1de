"""What a procedure is: stages, steps, fields, gates; frozen values that check themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from procedures.conditions import When
from procedures.rules.base import WORST, Level, Rule, Text, Verdict
from procedures.rules.facts import Facts

StepKind = Literal["do", "collect", "confirm", "approve", "wait", "check", "notify"]
STEP_KINDS: tuple[StepKind, ...] = (
    "do", "collect", "confirm", "approve", "wait", "check", "notify",
)  # fmt: skip
TENANT_ROLES = ("site_admin", "mail_admin", "member", "tenant_manager")
VENDOR_ROLES = ("support", "manager")
# Relations, not memberships: whoever asked, whose mailbox it is.
RELATIONS = ("requester", "owner")
ROLES = (*TENANT_ROLES, *VENDOR_ROLES, *RELATIONS)
ANY_MEMBER = TENANT_ROLES
FIELD_KINDS = (
    "text", "long_text", "choice", "boolean", "date", "datetime", "month", "address",
    "local_part", "domain", "country", "change",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a field of kind ``choice``."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a step collects.

    ``concerns``: the people named here are changed by the run, so they never approve it.
    ``default`` names a fact that prefills the form: tenant.main_domain, actor.email,
    tenant.services, tenant.multi_domains, tenant.expected_mx, tenant.outlook_guide_url, now.
    ``open_choice``: other values than the listed ones are taken as well (codes by tenant).
    """

    key: str
    kind: str
    label: Text
    help: Text | None = None
    required: bool = True
    many: bool = False
    choices: tuple[Choice, ...] = ()
    open_choice: bool = False
    concerns: bool = False
    default: str = ""


@dataclass(frozen=True)
class Gate:
    """A rule at a step, the FAQ sentence it rests on, and what is our own reading.

    ``quote`` is copied from the FAQ to the letter; ``ours`` says what is not the vendor's
    word. ``overridable``: a vendor manager who does not perform may override a block.
    ``required``: the step cannot be completed while the rule's inputs are missing.
    """

    rule: Rule
    quote: str = ""
    ours: Text | None = None
    overridable: bool = False
    required: bool = False

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Name the fields the rule reads."""
        named = [n.partition(".")[2] for n in self.rule.inputs() if n.startswith("values.")]
        named += list(getattr(self.rule, "fields_", ()))
        return tuple(dict.fromkeys(named))


class Judged(NamedTuple):
    """A gate with its verdict."""

    gate: Gate
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ClaimSpec:
    """A unique row that a step takes; ``{field}`` and ``{day}`` are filled in.

    ``until``: "forever" (a used slot), "cancelled" (kept when the run completes), "end"
    (given back however the run ends) or "step:KEY" (given back when that step is completed).
    """

    key: str
    until: str = "end"


TimerAction = Literal["remind", "alarm", "expire"]


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that happens by itself while its step is pending.

    ``base``: ``value.FIELD``, ``done.STEP`` or ``mark.RULE.NAME``. A date counts from local
    midnight. ``days`` are local days (dates only), ``minutes`` elapsed time; both may be
    negative. ``business_days`` counts the vendor's business days after the base's local day,
    and ``minutes`` from the midnight of that day. ``to`` are the roles that are told.
    ``once`` names a step: the timer is there only while that step is completed.
    """

    key: str
    action: TimerAction
    base: str
    text: Text
    days: int = 0
    minutes: int = 0
    to: tuple[str, ...] = ()
    business_days: int = 0
    once: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does.

    ``after``: the steps it depends on; empty means the step before it in the list.
    ``when``: conditions that must all hold for the step to apply.
    ``covers``: the values this step stands for; changing one reopens it.
    ``approves`` (kind approve): the step whose performing roles may also approve.
    ``tells`` (roles) are notified when the step becomes ready.
    ``probe``: "mx" or "ns" looks the DNS up for ``probe_fields`` before the step is judged.
    ``keep_field``: moving this covered instant later by at most ``keep_hours`` keeps the step.
    """

    key: str
    kind: StepKind
    title: Text
    text: Text | None = None
    roles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    after: tuple[str, ...] = ()
    when: tuple[When, ...] = ()
    stage: str = ""
    menu: str = ""
    copy: Text | None = None
    quote: str = ""
    ours: Text | None = None
    skippable: bool = False
    covers: tuple[str, ...] = ()
    approves: str = ""
    claims: tuple[ClaimSpec, ...] = ()
    releases: tuple[str, ...] = ()
    timers: tuple[Timer, ...] = ()
    tells: tuple[str, ...] = ()
    probe: str = ""
    probe_fields: tuple[str, ...] = ()
    keep_field: str = ""
    keep_hours: int = 0

    def judge(self, facts: Facts) -> tuple[Judged, ...]:
        """Judge every gate whose inputs are given."""
        return tuple(
            [Judged(gate, gate.rule.judge(facts)) for gate in self.gates if gate.rule.ready(facts)]
        )

    @property
    def guards_tenant(self) -> bool:
        """Say whether the tenant row must be locked before the run."""
        return any(gate.rule.guard == "tenant" for gate in self.gates)


@dataclass(frozen=True, slots=True)
class Return:
    """A way back: named steps become pending again, with a reason, while it is possible.

    Possible once ``after`` is completed and before ``before`` is. ``fields`` are what whoever
    takes it proposes instead; a gate that blocks these values closes the way.
    """

    key: str
    title: Text
    resets: tuple[str, ...]
    after: str
    before: str
    roles: tuple[str, ...]
    fields: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A named part of a long procedure."""

    key: str
    title: Text


@dataclass(frozen=True)
class Procedure:
    """One procedure of the catalog, one version of it. Checks itself when built.

    Raises DefinitionError, naming the place, for an unknown step, field, rule or role, a
    cycle, or a step that can never be reached.
    ``phrases`` are everyday words people search with, Korean and English.
    ``open_claims`` are taken when a run opens; with ``joins`` a second request that meets
    the claim joins the run which holds it instead of being refused.
    ``effects`` change the tenant when the run completes: mail_admins, main_domain.
    """

    key: str
    prefix: str
    number: int
    title: Text
    question: str
    answer: tuple[str, ...]
    summary: Text
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    phrases: tuple[str, ...] = ()
    openers: tuple[str, ...] = (*TENANT_ROLES, "support")
    stages: tuple[Stage, ...] = ()
    returns: tuple[Return, ...] = ()
    open_claims: tuple[ClaimSpec, ...] = ()
    joins: str = ""
    effects: tuple[str, ...] = ()
    tells_on_open: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    subject: str = ""

    def __post_init__(self) -> None:
        """Refuse a definition that could not run."""
        from procedures.checking import check

        check(self)

    @cached_property
    def step_by_key(self) -> Mapping[str, Step]:
        """Look steps up by key."""
        return {step.key: step for step in self.steps}

    @cached_property
    def field_by_key(self) -> Mapping[str, Field]:
        """Look fields up by key."""
        return {one.key: one for one in self.fields}

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """Map each step to the steps it depends on."""
        found: dict[str, tuple[str, ...]] = {}
        previous: tuple[str, ...] = ()
        for step in self.steps:
            found[step.key] = step.after or previous
            previous = (step.key,)
        return found

    @cached_property
    def collected_by(self) -> Mapping[str, str]:
        """Map each field to the first step that collects it."""
        found: dict[str, str] = {}
        for step in self.steps:
            for key in step.fields:
                found.setdefault(key, step.key)
        return found

    @cached_property
    def counts_business_days(self) -> bool:
        """Say whether a timer counts the vendor's business days."""
        return any(timer.business_days for step in self.steps for timer in step.timers)

    def applies(self, step: Step, values: Mapping[str, Any]) -> bool:
        """Say whether a step applies with these values."""
        return not step.when or all(condition.holds(values) for condition in step.when)

    def ready(self, values: Mapping[str, Any], finished: frozenset[str]) -> tuple[Step, ...]:
        """List the steps that can be done now: they apply, are open, and nothing is before them."""
        return self.ready_among(self.left(values, finished))

    def ready_among(self, left: Sequence[Step]) -> tuple[Step, ...]:
        """List the steps of those left that none of the others comes before."""
        keys = frozenset([step.key for step in left])
        return tuple([step for step in left if keys.isdisjoint(self._before[step.key])])

    def left(self, values: Mapping[str, Any], finished: frozenset[str]) -> list[Step]:
        """List the steps that apply and are not finished."""
        return [
            step
            for step in self.steps
            if step.key not in finished and (not step.when or self.applies(step, values))
        ]

    @cached_property
    def _before(self) -> Mapping[str, frozenset[str]]:
        return {key: frozenset(before) for key, before in self.ancestors.items()}

    @cached_property
    def reads(self) -> Mapping[str, frozenset[str]]:
        """Map each step to the fields it was decided on: what its gates read, what it covers."""
        return {
            step.key: frozenset(step.covers).union(*(gate.fields for gate in step.gates))
            for step in self.steps
        }

    @cached_property
    def ancestors(self) -> Mapping[str, tuple[str, ...]]:
        """Map each step to all steps before it, nearest first."""
        found: dict[str, tuple[str, ...]] = {}
        for step in self.steps:
            seen: list[str] = []
            todo = list(self.parents[step.key])
            while todo:
                parent = todo.pop(0)
                if parent not in seen:
                    seen.append(parent)
                    todo.extend(self.parents[parent])
            found[step.key] = tuple(seen)
        return found

    def waits_for(
        self, key: str, values: Mapping[str, Any], finished: frozenset[str]
    ) -> tuple[str, ...]:
        """List the unfinished steps before a step; those that do not apply are looked through.

        A step far before that became pending again holds back everything behind it.
        """
        return tuple(
            parent
            for parent in self.ancestors[key]
            if parent not in finished and self.applies(self.step_by_key[parent], values)
        )

    def dependencies(self, key: str, values: Mapping[str, Any]) -> tuple[str, ...]:
        """List the applicable steps directly before a step, looking through the others."""
        direct: list[str] = []
        todo = list(self.parents[key])
        while todo:
            parent = todo.pop(0)
            if parent in direct:
                continue
            if self.applies(self.step_by_key[parent], values):
                direct.append(parent)
            else:
                todo.extend(self.parents[parent])
        return tuple(direct)

    def complete(self, values: Mapping[str, Any], finished: frozenset[str]) -> bool:
        """Say whether nothing is left to do."""
        return not self.left(values, finished)


@dataclass(frozen=True, slots=True)
class DefinitionError(ValueError):
    """A definition cannot run; ``place`` names where, such as ``steps.recover.after``."""

    place: str
    message: str

    def __str__(self) -> str:
        """Show place and message."""
        return f"{self.place}: {self.message}"


def worst(judged: tuple[Judged, ...]) -> Level:
    """Return the worst of several verdicts; nothing judged is allowed."""
    level: Level = "allowed"
    for one in judged:
        if WORST[one.verdict.level] > WORST[level]:
            level = one.verdict.level
    return level


__all__ = [
    "Choice", "ClaimSpec", "DefinitionError", "Field", "Gate", "Judged", "Procedure", "Return",
    "Stage", "Step", "Timer", "When", "worst",
]  # fmt: skip
