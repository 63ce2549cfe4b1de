"""Decisions of people: approve, reject, acknowledge, override."""

from datetime import datetime

from procedures.change import Change, DecisionFact, Loaded, NotPossible, Refusal, Tell
from procedures.commands import Acknowledge, Approve, Override, Reject
from procedures.decide import shared, who
from procedures.decide.finish import finish, release
from procedures.definition import Step
from procedures.models import RunStep
from procedures.reasons import roles_text


def approve(loaded: Loaded, command: Approve, now: datetime) -> Change:
    """Decide an approval, or the self-declaration that stands in for one."""
    shared.require_open(loaded)
    step, row = shared.pending_step(loaded, command.step)
    if step.kind != "approve":
        raise NotPossible("wrong_kind")
    shared.require_seen(loaded, step, command.seen)
    kind = "approve"
    refusal = _refused(loaded, step, "run.approve")
    if refusal and command.declare:
        kind, refusal = "declare", _declaration_refused(loaded, step, command)
    if refusal:
        return shared.refuse(loaded, refusal)
    return _approved(loaded, step, row, command, kind, now)


def _refused(loaded: Loaded, step: Step, command: str) -> Refusal | None:
    if who.may_decide(loaded, step, command):
        return None
    why = who.excluded(loaded, loaded.actor)
    if why:
        return Refusal(why, {}, step=step.key)
    roles = who.approver_roles(loaded.procedure, step)
    return Refusal("not_approver", {"roles": roles_text(roles)}, step=step.key)


def _declaration_refused(loaded: Loaded, step: Step, command: Approve) -> Refusal | None:
    if not command.note.strip():
        raise NotPossible("reason_required")
    if who.may_declare(loaded, step):
        return None
    return Refusal("declaration_off", {}, step=step.key)


def _approved(
    loaded: Loaded, step: Step, row: RunStep, command: Approve, kind: str, now: datetime
) -> Change:
    assert loaded.actor.id is not None
    change = Change()
    before = frozenset(s.key for s in loaded.procedure.ready(loaded.values, loaded.finished))
    state = str(row.state)
    row.complete(now, now, loaded.actor.id)
    row.note = command.note.strip()
    change.steps_changed.append((row, state))
    digest = shared.digest_of(loaded.values, step.covers)
    change.decisions.append(
        DecisionFact(
            kind, step.key, row.round, "", "", digest, loaded.actor.id, now, command.note.strip()
        )
    )
    row.covered = shared.covered_by(step, loaded.values)
    body = {
        "step": step.key,
        "round": row.round,
        "covered": row.covered,
        "note": row.note,
        "steps": [shared.step_effect(row)],
    }
    name = "approval.granted" if kind == "approve" else "approval.declared"
    change.events.append(shared.event(loaded, name, body, performed_at=now))
    finish(loaded, change, now, before)
    return change


def reject(loaded: Loaded, command: Reject, now: datetime) -> Change:
    """Send the run back to its request with a reason, or refuse it finally."""
    shared.require_open(loaded)
    step, row = shared.pending_step(loaded, command.step)
    if step.kind != "approve":
        raise NotPossible("wrong_kind")
    if not command.reason.strip():
        raise NotPossible("reason_required")
    refusal = _refused(loaded, step, "run.reject")
    if refusal:
        return shared.refuse(loaded, refusal)
    assert loaded.actor.id is not None
    change = Change()
    digest = shared.digest_of(loaded.values, step.covers)
    change.decisions.append(
        DecisionFact(
            "reject", step.key, row.round, "", "", digest, loaded.actor.id, now, command.reason
        )
    )
    body = {"step": step.key, "round": row.round, "reason": command.reason, "final": command.final}
    before = frozenset(s.key for s in loaded.procedure.ready(loaded.values, loaded.finished))
    if command.final:
        loaded.run.refuse(now)
        body |= {"run": "refused", "steps": []}
        change.tells.append(Tell(("requester",), "run_refused", {"reason": command.reason}))
        release(loaded, change, ("end", "cancelled"))
    else:
        first = loaded.procedure.steps[0].key
        again = shared.next_round(loaded, change, first)
        body["steps"] = [shared.step_effect(again)]
        change.tells.append(Tell(("requester",), "approval_rejected", {"reason": command.reason}))
    change.events.append(shared.event(loaded, "approval.rejected", body, performed_at=now))
    finish(loaded, change, now, before)
    return change


def acknowledge(loaded: Loaded, command: Acknowledge, now: datetime) -> Change:
    """Keep a written acknowledgement of the cautions a step has now."""
    shared.require_open(loaded)
    step, row = shared.pending_step(loaded, command.step)
    if not command.text.strip():
        raise NotPossible("reason_required")
    if not who.may(loaded, "run.acknowledge", step.roles):
        return shared.refuse(loaded, shared.role_refusal(step.key, step.roles))
    cautions = [one for one in step.judge(loaded.facts) if one.verdict.level == "caution"]
    if not cautions:
        raise NotPossible("no_caution")
    change = Change()
    change.decisions += [
        shared.decision(loaded, "acknowledge", row, one, loaded.values, now, command.text.strip())
        for one in cautions
    ]
    body = {
        "step": step.key,
        "round": row.round,
        "text": command.text.strip(),
        "verdicts": [shared.verdict_body(one) for one in cautions],
        "steps": [],
    }
    change.events.append(shared.event(loaded, "caution.acknowledged", body, performed_at=now))
    return change


def override(loaded: Loaded, command: Override, now: datetime) -> Change:
    """Let a vendor manager who does not perform override a blocked gate."""
    shared.require_open(loaded)
    step, row = shared.pending_step(loaded, command.step)
    if not command.reason.strip():
        raise NotPossible("reason_required")
    if not who.may_override(loaded):
        by_role = bool(loaded.actor.roles.intersection(who.OVERRIDERS))
        own = Refusal("own_override", {}, step=step.key)
        refusal = own if by_role else shared.role_refusal(step.key, who.OVERRIDERS)
        return shared.refuse(loaded, refusal)
    judged = [one for one in step.judge(loaded.facts) if one.gate.rule.name == command.rule]
    blocks = [one for one in judged if one.verdict.level == "blocked"]
    if not blocks:
        raise NotPossible("not_blocked")
    if not all(one.gate.overridable for one in blocks):
        return shared.refuse(loaded, Refusal("not_overridable", {}, tuple(blocks), step.key))
    change = Change()
    change.decisions += [
        shared.decision(loaded, "override", row, one, loaded.values, now, command.reason.strip())
        for one in blocks
    ]
    body = {
        "step": step.key,
        "round": row.round,
        "reason": command.reason.strip(),
        "verdicts": [shared.verdict_body(one) for one in blocks],
        "steps": [],
    }
    change.events.append(shared.event(loaded, "gate.overridden", body, performed_at=now))
    change.tells.append(Tell(step.roles, "gate_overridden", {"reason": command.reason.strip()}))
    return change
