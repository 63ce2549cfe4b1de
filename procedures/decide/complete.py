"""Decide whether a step can be completed: these values, this time, this person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from procedures.change import (
    Change,
    ClaimFact,
    DecisionFact,
    Loaded,
    NotPossible,
    Refusal,
)
from procedures.commands import CompleteStep, SkipStep
from procedures.decide import shared, who
from procedures.decide.finish import finish
from procedures.definition import ClaimSpec, Judged, Step
from procedures.models import RunStep
from procedures.rules.facts import Facts
from procedures.rules.timing import elapsed
from procedures.rules.values import store_value

LATE = timedelta(minutes=10)
LATE_ENTRY = timedelta(hours=14 * 24)


def complete_step(loaded: Loaded, command: CompleteStep, now: datetime) -> Change:
    """Decide a completion.

    Raises NotPossible (order, closed, done already) and InvalidInput (values); everything
    that a rule decides comes back as a change or a recorded refusal.
    """
    revived = _revive(loaded, command, now)
    step, row = shared.pending_step(loaded, command.step)
    if step.kind == "approve":
        raise NotPossible("wrong_kind")
    if not who.may(loaded, "run.complete_step", step.roles):
        return shared.refuse(loaded, shared.role_refusal(step.key, step.roles))
    shared.require_seen(loaded, step, command.seen)
    new = shared.read_values(loaded.procedure, step.fields, command.values, loaded.values)
    performed_at, refusal = when_performed(loaded, step, command, now)
    if refusal:
        return shared.refuse(loaded, refusal, performed_at=performed_at)
    facts = shared.with_values(loaded.facts, new, now, performed_at)
    judged = step.judge(facts)
    refusal = _gates(loaded, step, row, facts, judged, command, revived=revived)
    if refusal:
        return shared.refuse(loaded, refusal, performed_at=performed_at)
    return _done(loaded, step, row, command, new, facts, judged, now, revived=revived)


def _revive(loaded: Loaded, command: CompleteStep, now: datetime) -> bool:
    """Say whether this is the one late entry that an expired run accepts."""
    if loaded.run.state == "open":
        return False
    row = loaded.steps.get(command.step)
    expired = loaded.run.state == "expired" and row is not None and row.state == "expired"
    if not expired:
        shared.require_open(loaded)
    closed = loaded.run.closed_at
    assert closed is not None
    if now > elapsed(closed, LATE_ENTRY):
        raise NotPossible("late_entry_over")
    return True


def when_performed(
    loaded: Loaded, step: Step, command: CompleteStep, now: datetime
) -> tuple[datetime, Refusal | None]:
    """Settle performed_at: not in the future, not before what it depends on, late with a note."""
    when = command.performed_at or now
    if when > now:
        return when, Refusal("performed_future", {"when": when}, step=step.key)
    for key in loaded.procedure.dependencies(step.key, loaded.values):
        before = loaded.facts.done.get(key)
        if before is None or when >= before:
            continue
        if not _same_minute(when, before):
            title = loaded.procedure.step_by_key[key].title
            return when, Refusal("performed_before", {"step": title, "when": before}, step=step.key)
        when = before
    if command.performed_at is not None and now - when > LATE:
        return _late(loaded, step, command, when)
    return when, None


def _same_minute(typed: datetime, other: datetime) -> bool:
    """Say whether a time typed to the minute lies in another time's minute."""
    to_minute = typed.second == 0 and typed.microsecond == 0
    return to_minute and timedelta(0) <= other - typed < timedelta(minutes=1)


def _late(
    loaded: Loaded, step: Step, command: CompleteStep, when: datetime
) -> tuple[datetime, Refusal | None]:
    if not command.note.strip():
        return when, Refusal("late_needs_note", {}, step=step.key)
    for key in loaded.procedure.ancestors[step.key]:
        if loaded.procedure.step_by_key[key].kind != "approve":
            continue
        approved = loaded.facts.recorded.get(key)
        if approved and when < approved and not _same_minute(when, approved):
            return when, Refusal("predates_approval", {"when": approved}, step=step.key)
    return when, None


def _gates(
    loaded: Loaded,
    step: Step,
    row: RunStep,
    facts: Facts,
    judged: tuple[Judged, ...],
    command: CompleteStep,
    *,
    revived: bool,
) -> Refusal | None:
    """Refuse for a missing input, a block nobody overrode, or a caution nobody acknowledged."""
    ready = [one.gate for one in judged]
    for gate in step.gates:
        if gate.required and not any(gate is one for one in ready):
            fields = loaded.procedure.field_by_key
            labels = tuple(fields[key].label for key in gate.fields)
            return Refusal("missing_input", {"fields": labels}, judged, step.key)
    blocks = [one for one in judged if one.verdict.level == "blocked"]
    if blocks and not all(overridden(loaded, row, facts, one) for one in blocks):
        return Refusal("blocked", {}, judged, step.key)
    if revived and not command.note.strip():
        return Refusal("late_needs_note", {}, judged, step.key)
    if command.acknowledgement.strip():
        return None
    cautions = [one for one in judged if one.verdict.level == "caution"]
    if cautions and not all(acknowledged(loaded, row, facts, one) for one in cautions):
        return Refusal("acknowledgement_required", {}, judged, step.key)
    return None


def overridden(loaded: Loaded, row: RunStep, facts: Facts, one: Judged) -> bool:
    """Say whether somebody else overrode this block for these values."""
    return one.gate.overridable and any(
        decision.kind == "override"
        and decision.actor_id != loaded.actor.id
        and _matches(decision, row, facts, one)
        for decision in loaded.decisions
    )


def acknowledged(loaded: Loaded, row: RunStep, facts: Facts, one: Judged) -> bool:
    """Say whether this person acknowledged this caution for these values."""
    return any(
        decision.kind == "acknowledge"
        and decision.actor_id == loaded.actor.id
        and decision.code == one.verdict.code
        and _matches(decision, row, facts, one)
        for decision in loaded.decisions
    )


def _matches(decision: DecisionFact, row: RunStep, facts: Facts, one: Judged) -> bool:
    return (
        decision.step == row.key
        and decision.round == row.round
        and decision.rule == one.gate.rule.name
        and decision.values_digest == shared.digest_of(facts.values, shared.gate_fields(one.gate))
    )


def _done(
    loaded: Loaded,
    step: Step,
    row: RunStep,
    command: CompleteStep,
    new: Mapping[str, Any],
    facts: Facts,
    judged: tuple[Judged, ...],
    now: datetime,
    *,
    revived: bool,
) -> Change:
    """Move the state machines and list what is to be written."""
    change = Change(values=dict(new))
    ready_before = _ready(loaded)
    if revived:
        _go_on(loaded, change)
    late = command.performed_at is not None and now - facts.performed_at > LATE
    before = str(row.state)
    row.complete(facts.performed_at, now, loaded.actor.id)
    row.late = late or revived
    row.note = command.note.strip()
    change.steps_changed.append((row, before))
    loaded.values = {**loaded.values, **new}
    loaded.value_at = {**loaded.value_at, **dict.fromkeys(new, now)}
    _acknowledge(loaded, change, row, facts, judged, command, now)
    if step.covers:
        row.covered = shared.covered_by(step, loaded.values)
    reopened = reopen_covering(loaded, change, frozenset(new), keep=frozenset({step.key}))
    take_claims(loaded, change, step, facts)
    body = {
        "step": step.key,
        "round": row.round,
        "values": {key: store_value(value) for key, value in new.items()},
        "verdicts": [shared.verdict_body(one) for one in judged],
        "note": row.note,
        "late": row.late,
        "acknowledgement": command.acknowledgement.strip(),
        "steps": [shared.step_effect(row), *[shared.step_effect(one) for one in reopened]],
    }
    if revived:
        body["run"] = "open"
    change.events.append(
        shared.event(loaded, "step.completed", body, performed_at=facts.performed_at)
    )
    finish(loaded, change, now, ready_before)
    return change


def _ready(loaded: Loaded) -> frozenset[str]:
    return frozenset(s.key for s in loaded.procedure.ready(loaded.values, loaded.finished))


def _go_on(loaded: Loaded, change: Change) -> None:
    """Let an expired run go on; the expiry stays in the history."""
    loaded.run.reopen()


def _acknowledge(
    loaded: Loaded,
    change: Change,
    row: RunStep,
    facts: Facts,
    judged: tuple[Judged, ...],
    command: CompleteStep,
    now: datetime,
) -> None:
    """Keep the acknowledgement that came with the completion, one for each caution."""
    words = command.acknowledgement.strip()
    if not words or loaded.actor.id is None:
        return
    change.decisions += [
        shared.decision(loaded, "acknowledge", row, one, facts.values, now, words)
        for one in judged
        if one.verdict.level == "caution"
    ]


def take_claims(loaded: Loaded, change: Change, step: Step, facts: Facts) -> None:
    """Take the step's claims and give back those that end with it.

    What the run holds from an earlier round it keeps; what that round claimed by other
    values it gives back. A used slot is never kept: it is taken anew, or refused.
    """
    for spec in step.claims:
        key = shared.render_claim(spec.key, facts.values, facts)
        held = next((one for one in loaded.claims if one.key == key), None)
        if held is None or spec.until == "forever":
            change.claims_taken.append(ClaimFact(None, key, spec.until))
        elif held in change.claims_released:
            change.claims_released.remove(held)
        if spec.until != "forever":
            _give_back(loaded, change, spec, but=key)
    for held in loaded.claims:
        if held.until == f"step:{step.key}":
            shared.give_back(change, held)


def _give_back(loaded: Loaded, change: Change, spec: ClaimSpec, *, but: str = "") -> None:
    """Give back what a step claimed before by other values."""
    head = spec.key.partition("{")[0]
    for held in loaded.claims:
        if head and held.key != but and held.until == spec.until and held.key.startswith(head):
            shared.give_back(change, held)


def reopen_covering(
    loaded: Loaded, change: Change, changed: frozenset[str], *, keep: frozenset[str]
) -> list[RunStep]:
    """Make pending again what was decided on values that have changed since."""
    if not changed:
        return []
    reopened = []
    for step in loaded.procedure.steps:
        row = loaded.steps[step.key]
        if step.key in keep or row.state != "completed" or step.kind == "collect":
            continue
        if not changed.isdisjoint(loaded.procedure.reads[step.key]):
            if any(spec.until == "forever" for spec in step.claims):
                raise NotPossible("fixed")
            for spec in step.claims:
                _give_back(loaded, change, spec)
            reopened.append(shared.next_round(loaded, change, step.key))
    return reopened


def skip_step(loaded: Loaded, command: SkipStep, now: datetime) -> Change:
    """Decide leaving a step out."""
    shared.require_open(loaded)
    step, row = shared.pending_step(loaded, command.step)
    if not step.skippable:
        raise NotPossible("not_skippable")
    if not command.reason.strip():
        raise NotPossible("reason_required")
    if not who.may(loaded, "run.skip_step", step.roles):
        return shared.refuse(loaded, shared.role_refusal(step.key, step.roles))
    change = Change()
    ready_before = _ready(loaded)
    before = str(row.state)
    row.skip(now, loaded.actor.id)
    row.note = command.reason.strip()
    change.steps_changed.append((row, before))
    body = {
        "step": step.key,
        "round": row.round,
        "reason": row.note,
        "steps": [shared.step_effect(row)],
    }
    change.events.append(shared.event(loaded, "step.skipped", body, performed_at=now))
    finish(loaded, change, now, ready_before)
    return change
