"""Changing what was given: amend values, join a collecting run, withdraw one's rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from helpdesk import permissions
from procedures.change import Change, InvalidInput, Loaded, NotPossible, Refusal
from procedures.commands import Amend, Join, Withdraw
from procedures.decide import shared, who
from procedures.decide.complete import reopen_covering
from procedures.decide.finish import finish
from procedures.definition import Step, worst
from procedures.rules.facts import Facts
from procedures.rules.values import Problem, load_value, store_value


def amend(loaded: Loaded, command: Amend, now: datetime) -> Change:
    """Decide a change of values; what was decided on them becomes pending again."""
    shared.require_open(loaded)
    if not command.reason.strip():
        raise NotPossible("reason_required")
    for key in command.values:
        if key not in loaded.values or key not in loaded.procedure.collected_by:
            raise NotPossible("not_given_yet")
    for step in _collectors(loaded, command.values):
        if not who.may(loaded, "run.amend", step.roles):
            return shared.refuse(loaded, shared.role_refusal(step.key, step.roles))
    new = shared.read_values(loaded.procedure, command.values, command.values, loaded.values)
    if not new:
        raise NotPossible("nothing_changed")
    facts = shared.with_values(loaded.facts, new, now).but(now=now, performed_at=now)
    refusal = _collect_gates(loaded, _collectors(loaded, new), facts)
    if refusal:
        return shared.refuse(loaded, refusal)
    body = {"reason": command.reason.strip(), "fields": sorted(new)}
    return _store(loaded, new, "values.amended", body, facts, now)


def _collectors(loaded: Loaded, keys: Iterable[str]) -> list[Step]:
    """Return the steps that collected these values."""
    collectors = dict.fromkeys(loaded.procedure.collected_by[key] for key in keys)
    return [loaded.procedure.step_by_key[key] for key in collectors]


def _collect_gates(loaded: Loaded, steps: list[Step], facts: Facts) -> Refusal | None:
    """Judge the gates of the steps that collected these values, again."""
    for step in steps:
        if step.kind != "collect" or loaded.steps[step.key].state != "completed":
            continue
        judged = step.judge(facts)
        if worst(judged) == "blocked":
            return Refusal("blocked", {}, judged, step.key)
    return None


def _store(
    loaded: Loaded,
    new: Mapping[str, Any],
    kind: str,
    body: Mapping[str, Any],
    facts: Facts,
    now: datetime,
) -> Change:
    change = Change(values=dict(new))
    before = frozenset(s.key for s in loaded.procedure.ready(loaded.values, loaded.finished))
    kept = _kept(loaded, new, facts)
    old = {key: store_value(loaded.values.get(key)) for key in new}
    loaded.values = {**loaded.values, **new}
    loaded.value_at = {**loaded.value_at, **dict.fromkeys(new, now)}
    reopened = reopen_covering(loaded, change, frozenset(new), keep=kept)
    full = {
        **body,
        "values": {key: store_value(value) for key, value in new.items()},
        "old": old,
        "kept": sorted(kept),
        "steps": [shared.step_effect(one) for one in reopened],
    }
    change.events.append(shared.event(loaded, kind, full))
    finish(loaded, change, now, before - {one.key for one in reopened})
    return change


def _kept(loaded: Loaded, new: Mapping[str, Any], facts: Facts) -> frozenset[str]:
    """Name the steps that a small move of their covered instant leaves standing.

    PROCEDURES: moving the start later by at most 24 h keeps the confirmation. Moves are
    measured from what was confirmed, so that several small ones do not add up.
    """
    kept: set[str] = set()
    for step in loaded.procedure.steps:
        row = loaded.steps[step.key]
        if not step.keep_field or step.keep_field not in new:
            continue
        if row.state != "completed" or row.performed_at is None:
            continue
        if not set(new) <= set(step.covers):
            continue
        then = load_value("datetime", loaded.facts.covered.get(step.key, {}).get(step.keep_field))
        moved = new[step.keep_field] - then if then else None
        if moved is None or not timedelta(0) <= moved <= timedelta(hours=step.keep_hours):
            continue
        confirmed = facts.but(performed_at=row.performed_at)
        if worst(step.judge(confirmed)) != "blocked":
            kept.add(step.key)
    return frozenset(kept)


def join(loaded: Loaded, command: Join, now: datetime) -> Change:
    """Add rows to a collecting run; the review becomes pending again."""
    field, known = _collecting(loaded)
    if not command.rows:
        raise InvalidInput({field: Problem("required")})
    one = loaded.procedure.field_by_key[field]
    try:
        added = shared.read_field(one, list(command.rows))
    except Problem as problem:
        raise InvalidInput({field: problem}) from problem
    rows = tuple(dict.fromkeys((*known, *added)))
    body = {"rows": list(added)}
    change = _store(loaded, {field: rows}, "run.joined", body, loaded.facts, now)
    change.joined = command.requester_id or loaded.actor.id
    return change


def withdraw(loaded: Loaded, command: Withdraw, now: datetime) -> Change:
    """Take one's own rows back; at least one row must remain, or the run is cancelled instead."""
    field, known = _collecting(loaded)
    gone = set(command.rows)
    own = bool(gone) and all(loaded.row_owners.get(row) == loaded.actor.id for row in gone)
    relation = ("row_owner",) if own else ()
    if not permissions.may(loaded.actor.roles, "run.withdraw", relation) or not gone <= set(known):
        raise NotPossible("not_your_rows")
    rows = tuple(row for row in known if row not in gone)
    if not rows:
        raise InvalidInput({field: Problem("required")})
    body = {"rows": sorted(gone)}
    return _store(loaded, {field: rows}, "rows.withdrawn", body, loaded.facts, now)


def _collecting(loaded: Loaded) -> tuple[str, tuple[str, ...]]:
    """Name the field that collects. Raises NotPossible once collecting is over."""
    field = loaded.procedure.joins
    collecting = any(held.until.startswith("step:") for held in loaded.claims)
    if not field or loaded.run.state != "open" or not collecting:
        raise NotPossible("not_collecting")
    return field, tuple(loaded.values.get(field) or ())
