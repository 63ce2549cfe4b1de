"""Judge the gates of a step with what is given; the same rules answer the transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from procedures.decide.shared import gate_fields, read_field
from procedures.decide.who import LAST_RESORT, approver_roles
from procedures.definition import Gate, Procedure, Step
from procedures.reasons import REASONS, roles_text
from procedures.rules.base import WORST, Level, Text, Verdict, allowed, blocked
from procedures.rules.dns import MxMatches
from procedures.rules.facts import Facts, Person
from procedures.rules.limits import slot_key
from procedures.rules.values import PROBLEMS, Problem
from procedures.rules.wording import render
from procedures.whatif.question import BadQuestion, Question

_YOUR_ROLE = Text("{roles}{roles:이/가} 할 수 있는 단계입니다.", "This step is for {roles}.")


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """One gate's verdict and the words for it; ``gate`` is None for what no rule decides."""

    name: str
    verdict: Verdict
    text: Text
    quote: str = ""
    gate: Gate | None = None

    def reason(self, language: str, zone: ZoneInfo) -> str:
        """Say why, with the numbers filled in."""
        return render(self.text, self.verdict.params, language, zone)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question. ``unjudged`` are the gates whose inputs were not given."""

    procedure: Procedure
    step: Step
    at: datetime
    gates: tuple[GateAnswer, ...]
    unjudged: tuple[Gate, ...]
    facts: Facts

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which days are decided."""
        return self.facts.zone

    @property
    def level(self) -> Level:
        """Return the worst of the verdicts."""
        return max((one.verdict.level for one in self.gates), key=lambda level: WORST[level])


def ask(procedure: Procedure, question: Question, known: Facts) -> Answer:
    """Judge everything that can be judged. Raises BadQuestion when nothing can be.

    ``known`` is what holds before the question: zone, calendar, and facts of a tenant. Its
    actor, where it has one, is the person who asks; else somebody with the step's role.
    """
    step = question.check(procedure)
    values, invalid = _read(procedure, question.values)
    facts = _facts(procedure, step, question, known, values)
    answers = [_role(procedure, step, question.role)] if question.role else []
    answers += [_invalid(step, key, problem) for key, problem in invalid.items()]
    ready = [gate for gate in step.gates if _ready(gate, facts)]
    answers += [_judged(gate, facts) for gate in ready]
    unjudged = tuple(gate for gate in step.gates if gate not in ready)
    if not answers:
        raise BadQuestion(_nothing(step, unjudged, facts))
    return Answer(procedure, step, question.at, tuple(answers), unjudged, facts)


def _read(
    procedure: Procedure, raw: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Problem]]:
    values, invalid = {}, {}
    for key, given in raw.items():
        try:
            values[key] = read_field(procedure.field_by_key[key], given)
        except Problem as problem:
            invalid[key] = problem
    return values, invalid


def _facts(
    procedure: Procedure, step: Step, question: Question, known: Facts, values: Mapping[str, Any]
) -> Facts:
    """Put what is given on top of what is known."""
    service = str(values.get("service") or "").lower()
    used = {slot_key(limit, service, known.local_date(at)) for limit, at in question.used.items()}
    roles = frozenset({question.role} if question.role else roles_of(procedure, step))
    return known.but(
        now=question.at,
        performed_at=question.at,
        actor=known.actor or Person(None, "", "", roles),
        values={**known.values, **values},
        done={**known.done, **question.done},
        recorded={**known.recorded, **question.done},
        slots=frozenset(used | (known.slots or frozenset())),
    )


def _ready(gate: Gate, facts: Facts) -> bool:
    rule = gate.rule
    if isinstance(rule, MxMatches) and facts.expected_mx and rule.ready(facts):
        # Nobody has looked within the last minutes: an input is missing, nothing is wrong.
        return all(domain in (facts.probes or {}) for domain in rule.domains(facts))
    return rule.ready(facts)


def _judged(gate: Gate, facts: Facts) -> GateAnswer:
    verdict = gate.rule.judge(facts)
    return GateAnswer(gate.rule.name, verdict, gate.rule.texts[verdict.code], gate.quote, gate)


def roles_of(procedure: Procedure, step: Step) -> tuple[str, ...]:
    """Name who does a step; an approval is for who performs, or an admin of the tenant."""
    if step.kind != "approve":
        return step.roles
    return (*approver_roles(procedure, step), *LAST_RESORT)


def _role(procedure: Procedure, step: Step, role: str) -> GateAnswer:
    roles = roles_of(procedure, step)
    told = {"roles": roles_text(roles)}
    if role in roles:
        return GateAnswer("role", allowed("ok", **told), _YOUR_ROLE)
    return GateAnswer("role", blocked("not_your_role", **told), REASONS["not_your_role"])


def _invalid(step: Step, key: str, problem: Problem) -> GateAnswer:
    """Count a field whose value cannot be taken as a gate that is blocked."""
    quote = next((g.quote for g in step.gates if g.quote and key in gate_fields(g)), "")
    verdict = blocked(problem.code, **problem.params)
    return GateAnswer(f"field.{key}", verdict, PROBLEMS[problem.code], quote)


def missing_inputs(gates: tuple[Gate, ...], facts: Facts) -> tuple[str, ...]:
    """Name what would have to be given so that the gates can be judged."""
    names: dict[str, None] = {}
    for gate in gates:
        inputs = [*gate.rule.inputs(), *(f"values.{key}" for key in gate_fields(gate))]
        names |= dict.fromkeys(name for name in inputs if not facts.has(name))
        if isinstance(gate.rule, MxMatches):
            names["probes"] = None
    return tuple(names)


def _nothing(step: Step, unjudged: tuple[Gate, ...], facts: Facts) -> str:
    if not step.gates:
        return f"step {step.key!r} has no gates, so nothing is to be judged; give --as ROLE"
    options = dict.fromkeys(_option(name) for name in missing_inputs(unjudged, facts))
    return f"nothing can be judged; give {', '.join(options)}"


def _option(name: str) -> str:
    group, _, key = name.partition(".")
    if group == "values":
        return f"--set {key}=VALUE"
    if group in {"done", "recorded", "doers"}:
        return f"--done {key}=ISO"
    if group == "probes":
        return "a DNS check within 15 minutes (--tenant SLUG)"
    return "--tenant SLUG"


def plain(answer: Answer, language: str) -> dict[str, Any]:
    """Write an answer as JSON values; times carry the tenant's offset."""

    def clock(moment: datetime | None) -> str | None:
        return moment.astimezone(answer.zone).isoformat() if moment else None

    return {
        "procedure": answer.procedure.key,
        "version": answer.procedure.number,
        "step": answer.step.key,
        "at": clock(answer.at),
        "verdict": answer.level,
        "gates": [
            {
                "rule": one.name,
                "verdict": one.verdict.level,
                "reason": one.reason(language, answer.zone),
                "opens_at": clock(one.verdict.opens_at),
                "closes_at": clock(one.verdict.closes_at),
                "quote": one.quote or None,
                "calendar": one.verdict.calendar,
            }
            for one in answer.gates
        ],
    }


def fields_asked(procedure: Procedure, step: Step) -> tuple[str, ...]:
    """Name the fields that the gates of a step read, in the order of the definition."""
    read: set[str] = set()
    for gate in step.gates:
        if _needs_a_run(gate):
            continue
        read |= set(gate_fields(gate))
        # A rule names some of its fields by a parameter only, such as the service of a limit.
        read |= {value for value in gate.rule.params().values() if isinstance(value, str)}
    return tuple(one.key for one in procedure.fields if one.key in read)


def _needs_a_run(gate: Gate) -> bool:
    """Say whether a gate reads what only a run has: when a value changed, what was covered."""
    return any(n.startswith(("value_at.", "covered.", "doers.")) for n in gate.rule.inputs())


def steps_asked(step: Step) -> tuple[str, ...]:
    """Name the steps whose completion the gates of a step count from."""
    names = [name for gate in step.gates for name in gate.rule.inputs()]
    return tuple(dict.fromkeys(n.partition(".")[2] for n in names if n.startswith("done.")))
