"""What every decision needs: events, digests, reading values, who may."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from audit.chain import Entry
from procedures.change import (
    Change,
    ClaimFact,
    DecisionFact,
    InvalidInput,
    Loaded,
    NotPossible,
    Refusal,
)
from procedures.definition import Field, Gate, Judged, Procedure, Step
from procedures.models import RunStep
from procedures.reasons import roles_text
from procedures.rules.facts import Facts
from procedures.rules.values import MANY_LIMIT, PARSERS, Problem, store_value
from procedures.rules.wording import iso, pack

# A deadline fired later than this is marked late: the worker was down.
LATE_TIMER = timedelta(minutes=10)


def read_field(one: Field, raw: Any) -> Any:
    """Read one value as typed. Raises Problem."""
    if one.many:
        rows = [raw] if isinstance(raw, str) else list(raw or ())
        rows = [row for row in rows if str(row).strip()]
        if len(rows) > MANY_LIMIT:
            raise Problem("many", {"limit": MANY_LIMIT})
        if one.required and not rows:
            raise Problem("required")
        return _once_each(one, _rows(one, rows))
    if not isinstance(raw, str | bool | None):
        raise Problem("single")
    if raw is None or raw == "":
        if one.required:
            raise Problem("required")
        return None
    return _single(one, str(raw))


def _once_each(one: Field, rows: Iterable[Any]) -> tuple[Any, ...]:
    """Keep the first of equal rows; addresses are equal whatever their case."""
    kept: dict[Any, Any] = {}
    for row in rows:
        kept.setdefault(row.lower() if one.kind == "address" else row, row)
    return tuple(kept.values())


def _rows(one: Field, rows: list[Any]) -> Iterable[Any]:
    for number, row in enumerate(rows, start=1):
        try:
            yield _single(one, str(row))
        except Problem as problem:
            if "row" in problem.params:
                raise Problem(problem.code, {**problem.params, "row": number}) from problem
            raise Problem(problem.code, {**problem.params, "at_row": number}) from problem


def _single(one: Field, raw: str) -> Any:
    value = PARSERS[one.kind](raw)
    listed = one.kind == "choice" and not one.open_choice
    if listed and value not in {choice.value for choice in one.choices}:
        raise Problem("choice")
    return value


def read_values(
    procedure: Procedure, keys: Iterable[str], raw: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, Any]:
    """Read the values of some fields; a field that was not sent keeps what is known.

    Raises InvalidInput naming every field that cannot be taken.
    """
    read: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for key in keys:
        one = procedure.field_by_key[key]
        if key not in raw:
            if one.required and known.get(key) is None:
                problems[key] = Problem("required")
            continue
        try:
            read[key] = read_field(one, raw[key])
        except Problem as problem:
            problems[key] = problem
    if problems:
        raise InvalidInput(problems)
    return {key: value for key, value in read.items() if known.get(key) != value}


def digest_of(values: Mapping[str, Any], keys: Iterable[str]) -> str:
    """Hash some values, so that a decision can be bound to them."""
    kept = {key: store_value(values.get(key)) for key in sorted(set(keys))}
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def covered_by(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values a step stands for, as they are stored."""
    return {key: store_value(values.get(key)) for key in step.covers}


def gate_fields(gate: Gate) -> tuple[str, ...]:
    """Name the fields a gate reads."""
    return gate.fields


def seen_digest(step: Step, values: Mapping[str, Any]) -> str:
    """Hash what a step rests on; a form carries it, so that a change in between is seen."""
    keys = [*step.covers, *(key for gate in step.gates for key in gate_fields(gate))]
    return digest_of(values, (key for key in keys if key not in step.fields))


def require_seen(loaded: Loaded, step: Step, seen: str) -> None:
    """Raise NotPossible when values changed after the page was made."""
    if seen and seen != seen_digest(step, loaded.values):
        raise NotPossible("values_changed")


def with_values(
    facts: Facts, new: Mapping[str, Any], now: datetime, performed_at: datetime | None = None
) -> Facts:
    """Return the facts as they are once new values are stored, judged at ``performed_at``."""
    if not new and facts.now == now and performed_at in (None, facts.performed_at):
        return facts
    return facts.but(
        values={**facts.values, **new},
        value_at={**facts.value_at, **dict.fromkeys(new, now)},
        performed_at=performed_at or facts.performed_at,
        now=now if performed_at else facts.now,
    )


def at(facts: Facts, performed_at: datetime, now: datetime) -> Facts:
    """Return the facts for another performed_at."""
    return facts.but(performed_at=performed_at, now=now)


def verdict_body(judged: Judged) -> dict[str, Any]:
    """Write a verdict as events keep it."""
    verdict = judged.verdict
    return {
        "rule": judged.gate.rule.name,
        "level": verdict.level,
        "code": verdict.code,
        "params": {key: pack(value) for key, value in verdict.params.items()},
        "opens_at": iso(verdict.opens_at) if verdict.opens_at else None,
        "closes_at": iso(verdict.closes_at) if verdict.closes_at else None,
        "calendar": verdict.calendar,
    }


def event(
    loaded: Loaded,
    kind: str,
    body: Mapping[str, Any],
    *,
    performed_at: datetime | None = None,
    cause: str = "",
) -> Entry:
    """Shape an event by the actor of the command."""
    actor = loaded.actor
    return Entry(
        kind=kind,
        actor_kind=actor.kind,
        actor_id=actor.id,
        body={**body, "actor": {"name": actor.name, "email": actor.email}},
        performed_at=performed_at,
        cause=cause,
    )


def decision(
    loaded: Loaded,
    kind: str,
    row: RunStep,
    judged: Judged,
    values: Mapping[str, Any],
    now: datetime,
    words: str,
) -> DecisionFact:
    """Shape what the actor decided about one verdict, bound to the values it was given for."""
    assert loaded.actor.id is not None
    digest = digest_of(values, gate_fields(judged.gate))
    rule, code = judged.gate.rule.name, judged.verdict.code
    return DecisionFact(kind, row.key, row.round, rule, code, digest, loaded.actor.id, now, words)


def step_effect(step: RunStep) -> list[Any]:
    """Write what became of a step, for the fold of events."""
    return [step.key, step.round, str(step.state)]


def refuse(loaded: Loaded, refusal: Refusal, *, performed_at: datetime | None = None) -> Change:
    """Make a refusal a change with one event and nothing else."""
    body = {
        "step": refusal.step,
        "code": refusal.code,
        "params": {key: pack(value) for key, value in refusal.params.items()},
        "verdicts": [verdict_body(one) for one in refusal.judged],
    }
    entry = event(loaded, "step.refused", body, performed_at=performed_at)
    return Change(events=[entry], refusal=refusal)


def require_open(loaded: Loaded) -> None:
    """Raise NotPossible when the run has ended."""
    if loaded.run.state != "open":
        raise NotPossible("run_closed", state=str(loaded.run.state))


def step_of(loaded: Loaded, key: str) -> Step:
    """Find a step of the definition. Raises NotPossible."""
    step = loaded.procedure.step_by_key.get(key)
    if step is None:
        raise NotPossible("unknown_step")
    return step


def pending_step(loaded: Loaded, key: str) -> tuple[Step, RunStep]:
    """Find a step that can be done now. Raises NotPossible with what stands in the way."""
    step = step_of(loaded, key)
    row = loaded.steps[key]
    if row.state in ("completed", "skipped"):
        name = loaded.names.get(row.actor_id or 0, "")
        raise NotPossible("already_done", name=name, when=row.recorded_at)
    if not loaded.procedure.applies(step, loaded.values):
        raise NotPossible("not_applicable")
    waiting = loaded.procedure.waits_for(key, loaded.values, loaded.finished)
    if waiting:
        titles = tuple(loaded.procedure.step_by_key[one].title for one in waiting)
        raise NotPossible("not_ready", steps=titles)
    return step, row


def role_refusal(step: str, roles: tuple[str, ...]) -> Refusal:
    """Say whose step it is."""
    return Refusal("not_your_role", {"roles": roles_text(roles)}, step=step)


def next_round(loaded: Loaded, change: Change, key: str) -> RunStep:
    """Make a finished step pending again by a new row."""
    old = loaded.steps[key]
    row = RunStep(run=loaded.run, key=key, round=old.round + 1)
    loaded.steps[key] = row
    change.steps_added.append(row)
    return row


def render_claim(key: str, values: Mapping[str, Any], facts: Facts) -> str:
    """Fill a claim's key in with values and the local day of performed_at."""
    filled = key.replace("{day}", facts.local_date(facts.performed_at).isoformat())
    for name, value in values.items():
        mark = "{" + name + "}"
        if mark in filled:
            filled = filled.replace(mark, str(value).lower())
    return filled[:200]


def give_back(change: Change, held: ClaimFact) -> None:
    """Release a claim; once, however many reasons there are."""
    if held not in change.claims_released:
        change.claims_released.append(held)
