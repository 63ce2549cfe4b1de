"""Ends: cancel, reopen, incidents, and time that passes."""

from datetime import datetime

from procedures.change import Change, DeadlineFact, Loaded, NotPossible, Refusal, Tell
from procedures.commands import Cancel, PassDeadline, RecordIncident, Reopen
from procedures.decide import opening, shared, timers, who
from procedures.decide.complete import LATE_ENTRY
from procedures.decide.finish import finish, release
from procedures.definition import worst
from procedures.rules.timing import elapsed


def _ready(loaded: Loaded) -> frozenset[str]:
    return frozenset(s.key for s in loaded.procedure.ready(loaded.values, loaded.finished))


def cancel(loaded: Loaded, command: Cancel, now: datetime) -> Change:
    """End the run; used slots stay used."""
    shared.require_open(loaded)
    if not command.reason.strip():
        raise NotPossible("reason_required")
    if not who.may_cancel(loaded):
        return shared.refuse(loaded, shared.role_refusal("", who.cancel_roles(loaded)))
    change = Change()
    loaded.run.cancel(now)
    body = {"reason": command.reason.strip(), "run": "cancelled"}
    change.events.append(shared.event(loaded, "run.cancelled", body))
    change.tells.append(Tell(("requester",), "run_cancelled", {"reason": command.reason.strip()}))
    release(loaded, change, ("end", "cancelled"))
    finish(loaded, change, now, frozenset())
    return change


def reopen(loaded: Loaded, command: Reopen, now: datetime) -> Change:
    """Make named steps of a completed run pending again, within 14 × 24 h."""
    run = loaded.run
    if run.state == "open":
        raise NotPossible("not_completed")
    if run.state != "completed":
        raise NotPossible("run_closed", state=str(run.state))
    if not command.reason.strip():
        raise NotPossible("reason_required")
    assert run.closed_at is not None
    if now > elapsed(run.closed_at, LATE_ENTRY):
        raise NotPossible("reopen_over")
    steps = [shared.step_of(loaded, key) for key in dict.fromkeys(command.steps)]
    if not steps or any(loaded.steps[step.key].state == "pending" for step in steps):
        raise NotPossible("unknown_step")
    for step in steps:
        if any(spec.until == "forever" for spec in step.claims):
            raise NotPossible("fixed")
        roles = timers.told_roles(step, loaded) or step.roles
        if not who.may(loaded, "run.reopen", roles):
            return shared.refuse(loaded, shared.role_refusal(step.key, roles))
    change = Change()
    run.reopen()
    # One open run at a time holds again; a slot that was used up stands as it is.
    change.claims_taken += [
        claim for claim in opening.open_claims(loaded, loaded.values) if claim.until == "end"
    ]
    again = [shared.next_round(loaded, change, step.key) for step in steps]
    body = {
        "reason": command.reason.strip(),
        "run": "open",
        "steps": [shared.step_effect(row) for row in again],
    }
    change.events.append(shared.event(loaded, "run.reopened", body))
    finish(loaded, change, now, frozenset())
    return change


def record_incident(loaded: Loaded, command: RecordIncident, now: datetime) -> Change:
    """Record that something blocked was done all the same; the step is not completed."""
    shared.require_open(loaded)
    step, row = shared.pending_step(loaded, command.step)
    if not command.note.strip():
        raise NotPossible("reason_required")
    if command.performed_at > now:
        return shared.refuse(
            loaded, Refusal("performed_future", {"when": command.performed_at}, step=step.key)
        )
    if not who.may(loaded, "run.record_incident", step.roles):
        return shared.refuse(loaded, shared.role_refusal(step.key, step.roles))
    judged = step.judge(shared.at(loaded.facts, command.performed_at, now))
    if worst(judged) != "blocked":
        raise NotPossible("not_blocked_incident")
    change = Change()
    body = {
        "step": step.key,
        "round": row.round,
        "note": command.note.strip(),
        "verdicts": [shared.verdict_body(one) for one in judged],
    }
    change.events.append(
        shared.event(loaded, "incident.recorded", body, performed_at=command.performed_at)
    )
    change.tells.append(Tell(("site_admin", "tenant_manager", "manager"), "incident", {}))
    return change


def _due_since(loaded: Loaded, due: DeadlineFact) -> datetime:
    """Return when a deadline could first be fired: not before the last act."""
    acts = [row.recorded_at for row in loaded.steps.values() if row.recorded_at]
    return max(due.due_at, *acts, *loaded.value_at.values())


def pass_deadline(loaded: Loaded, command: PassDeadline, now: datetime) -> Change:
    """Fire a deadline once: remind, raise an alarm, or let the run expire."""
    due = next((d for d in loaded.deadlines if d.id == command.deadline_id), None)
    if due is None or due.state != "pending" or loaded.run.state != "open":
        raise NotPossible("not_due")
    if now < due.due_at:
        raise NotPossible("not_due")
    step = loaded.procedure.step_by_key[due.step]
    timer = next(one for one in step.timers if one.key == due.key)
    change = Change()
    change.deadlines_settled.append((due, "fired"))
    due.state = "fired"
    body = {
        "step": due.step,
        "key": due.key,
        "action": due.action,
        "text": {"ko": timer.text.ko, "en": timer.text.en},
        "late": now > elapsed(_due_since(loaded, due), shared.LATE_TIMER),
    }
    kind = {"remind": "deadline.reminded", "alarm": "deadline.overrun"}.get(due.action, "")
    if due.action == "expire":
        row = loaded.steps[due.step]
        before = str(row.state)
        row.expire()
        change.steps_changed.append((row, before))
        loaded.run.expire(now)
        kind = "run.expired"
        body |= {"run": "expired", "steps": [shared.step_effect(row)]}
        release(loaded, change, ("end", "cancelled"))
    cause = f"deadline:{due.id}"
    change.events.append(shared.event(loaded, kind, body, cause=cause))
    change.tells.append(Tell(timer.to, f"deadline_{due.action}", {"text": body["text"]}))
    finish(loaded, change, now, _ready(loaded))
    return change
