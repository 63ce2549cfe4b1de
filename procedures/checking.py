"""Refuse a definition that could not run, naming the place."""

import re
from collections.abc import Iterable
from dataclasses import fields as parameters

from procedures import definition as d
from procedures.conditions import OPS, When
from procedures.rules.base import RULES

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_PREFIX = re.compile(r"[A-Z]{2,4}", re.ASCII)
_UNTIL = ("forever", "cancelled", "end")
EFFECTS = ("mail_admins", "main_domain")
_VALUE_INPUT = "values."


def check(procedure: "d.Procedure") -> None:
    """Check a whole procedure. Raises DefinitionError at the first fault."""
    _key("key", procedure.key)
    _require(bool(_PREFIX.fullmatch(procedure.prefix)), "prefix", "two to four capital letters")
    _require(procedure.number >= 1, "number", "versions are numbered from 1")
    _require(bool(procedure.steps), "steps", "a procedure has at least one step")
    fields = _unique("fields", (one.key for one in procedure.fields))
    steps = _unique("steps", (one.key for one in procedure.steps))
    stages = _unique("stages", (one.key for one in procedure.stages))
    for one in procedure.fields:
        _check_field(one)
    for step in procedure.steps:
        _check_step(procedure, step, fields, steps, stages)
    _roles("openers", procedure.openers)
    _roles("tells_on_open", procedure.tells_on_open)
    for name in procedure.effects:
        _require(name in EFFECTS, "effects", f"unknown effect {name!r}")
    for way in procedure.returns:
        _check_return(way, fields, steps)
    for claim in procedure.open_claims:
        _check_claim(f"open_claims.{claim.key}", claim, fields, steps)
    _require(
        not procedure.joins or procedure.joins in fields,
        "joins",
        f"unknown field {procedure.joins!r}",
    )
    _check_order(procedure)


def _require(holds: bool, place: str, message: str) -> None:
    if not holds:
        raise d.DefinitionError(place, message)


def _key(place: str, key: str) -> None:
    _require(bool(_KEY.fullmatch(key)), place, f"{key!r} is no key (a-z, 0-9, _)")


def _unique(place: str, keys: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    for key in keys:
        _key(f"{place}.{key}", key)
        _require(key not in seen, f"{place}.{key}", "the key is used twice")
        seen.add(key)
    return frozenset(seen)


def _roles(place: str, roles: Iterable[str]) -> None:
    for role in roles:
        _require(role in d.ROLES, place, f"unknown role {role!r}")


def _known(place: str, what: str, keys: Iterable[str], known: frozenset[str]) -> None:
    for key in keys:
        _require(key in known, place, f"unknown {what} {key!r}")


def _check_field(one: "d.Field") -> None:
    place = f"fields.{one.key}"
    _require(one.kind in d.FIELD_KINDS, place, f"unknown kind {one.kind!r}")
    if one.kind == "choice":
        _require(bool(one.choices) or one.open_choice, place, "a choice needs choices")


def _check_step(
    procedure: "d.Procedure",
    step: "d.Step",
    fields: frozenset[str],
    steps: frozenset[str],
    stages: frozenset[str],
) -> None:
    place = f"steps.{step.key}"
    _require(step.kind in d.STEP_KINDS, place, f"unknown kind {step.kind!r}")
    _roles(f"{place}.roles", step.roles)
    _roles(f"{place}.tells", step.tells)
    _require(bool(step.roles) or step.kind == "approve", f"{place}.roles", "nobody performs it")
    _known(f"{place}.fields", "field", step.fields, fields)
    _known(f"{place}.covers", "field", step.covers, fields)
    _known(f"{place}.probe_fields", "field", step.probe_fields, fields)
    if step.keep_field:
        _known(f"{place}.keep_field", "covered field", (step.keep_field,), frozenset(step.covers))
    _known(f"{place}.after", "step", step.after, steps)
    _require(step.key not in step.after, f"{place}.after", "a step cannot wait for itself")
    if step.stage:
        _known(f"{place}.stage", "stage", (step.stage,), stages)
    if step.approves:
        _known(f"{place}.approves", "step", (step.approves,), steps)
    _require(not step.approves or step.kind == "approve", place, "only kind approve approves")
    _require(step.probe in ("", "mx", "ns"), f"{place}.probe", f"unknown probe {step.probe!r}")
    for when in step.when:
        _check_when(f"{place}.when", when, fields)
    for gate in step.gates:
        _check_gate(place, gate, fields, steps)
        # Overridden, it would still meet the row that is there: a claim is unique for everybody.
        met = gate.overridable and gate.rule.outside and step.claims
        _require(not met, f"{place}.gates.{gate.rule.name}", "a claim cannot be overridden")
    for claim in step.claims:
        _check_claim(f"{place}.claims.{claim.key}", claim, fields, steps)
    for timer in step.timers:
        _check_timer(place, step, timer, fields, steps)


def _check_when(place: str, when: When, fields: frozenset[str]) -> None:
    _known(place, "field", (when.field,), fields)
    _require(when.op in OPS, place, f"unknown condition {when.op!r}")


def _check_gate(place: str, gate: "d.Gate", fields: frozenset[str], steps: frozenset[str]) -> None:
    rule = gate.rule
    place = f"{place}.gates.{rule.name}"
    _require(rule.name in RULES, place, f"unknown rule {rule.name!r}")
    _require(not rule.outside or bool(rule.guard), place, "looks outside and names no guard")
    for name in rule.inputs():
        group, _, key = name.partition(".")
        if group in ("values", "value_at"):
            _known(place, "field", (key,), fields)
        elif group in ("done", "recorded", "doers", "covered"):
            _known(place, "step", (key,), steps)
    for parameter in parameters(rule):
        if parameter.name == "fields_":
            _known(place, "field", getattr(rule, "fields_"), fields)  # noqa: B009


def _check_claim(
    place: str, claim: "d.ClaimSpec", fields: frozenset[str], steps: frozenset[str]
) -> None:
    named = re.findall(r"\{(\w+)\}", claim.key)
    _known(place, "field", (name for name in named if name != "day"), fields)
    kind, _, step = claim.until.partition(":")
    if kind == "step":
        _known(place, "step", (step,), steps)
    else:
        _require(claim.until in _UNTIL, place, f"unknown end {claim.until!r}")


def _check_timer(
    place: str, step: "d.Step", timer: "d.Timer", fields: frozenset[str], steps: frozenset[str]
) -> None:
    place = f"{place}.timers.{timer.key}"
    _key(place, timer.key)
    _roles(place, timer.to)
    group, _, rest = timer.base.partition(".")
    if group == "value":
        _known(place, "field", (rest,), fields)
    elif group == "done":
        _known(place, "step", (rest,), steps)
    elif group == "mark":
        rule = rest.partition(".")[0]
        names = frozenset(gate.rule.name for gate in step.gates)
        _known(place, "rule of this step", (rule,), names)
    else:
        _require(False, place, f"unknown base {timer.base!r}")
    if timer.once:
        _known(place, "step", (timer.once,), steps)
    _require(timer.business_days >= 0, place, "business days are counted forwards")
    counted = group == "mark" and timer.business_days
    _require(not counted, place, "business days count from a value or a step")


def _check_return(way: "d.Return", fields: frozenset[str], steps: frozenset[str]) -> None:
    place = f"returns.{way.key}"
    _known(f"{place}.fields", "field", way.fields, fields)
    for gate in way.gates:
        _check_gate(place, gate, fields, steps)
        _require(not gate.rule.outside, f"{place}.gates", "a way back looks at no other run")
    _key(place, way.key)
    _known(place, "step", (*way.resets, way.after, way.before), steps)
    _require(bool(way.resets), place, "nothing becomes pending again")
    _roles(place, way.roles)


def _check_order(procedure: "d.Procedure") -> None:
    """Refuse cycles, and steps or branches that nothing leads to."""
    finished: set[str] = set()
    left = [step.key for step in procedure.steps]
    while left:
        free = [key for key in left if set(procedure.parents[key]) <= finished]
        _require(bool(free), f"steps.{left[0]}.after", "the steps wait for each other in a cycle")
        finished.update(free)
        left = [key for key in left if key not in finished]
    for step in procedure.steps:
        before = procedure.ancestors[step.key]
        for when in step.when:
            collector = procedure.collected_by.get(when.field)
            reachable = collector is not None and collector in before
            _require(
                reachable,
                f"steps.{step.key}.when",
                f"cannot be reached: no step before it collects {when.field!r}",
            )
