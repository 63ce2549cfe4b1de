"""What a person may do with a run now, so that pages offer nothing that would be refused."""

from datetime import datetime

from procedures.change import Loaded
from procedures.decide import timers, who
from procedures.decide.complete import LATE_ENTRY
from procedures.definition import Judged, Return, Step
from procedures.present.language import say
from procedures.reasons import REASONS, roles_text
from procedures.rules.timing import elapsed

_NAMES_SHOWN = 3


def may_do(loaded: Loaded, step: Step) -> bool:
    """Say whether the step is this person's."""
    if step.kind == "approve":
        return who.may_decide(loaded, step)
    return who.may(loaded, "run.complete_step", step.roles)


def why_not_approve(loaded: Loaded, step: Step) -> str:
    """Say why not; empty when they may."""
    if who.may_decide(loaded, step):
        return ""
    why = who.excluded(loaded, loaded.actor)
    if why and loaded.actor.roles & set(who.approver_roles(loaded.procedure, step)):
        return say(REASONS[why])
    return ""


def may_declare(loaded: Loaded, step: Step) -> bool:
    """Say whether a self-declaration may stand in for the approval."""
    return not who.may_decide(loaded, step) and who.may_declare(loaded, step)


def may_override(loaded: Loaded, one: Judged) -> bool:
    """Say whether this person may override a verdict: a vendor manager who did not ask."""
    return one.verdict.level == "blocked" and one.gate.overridable and who.may_override(loaded)


def may_cancel(loaded: Loaded) -> bool:
    """Say whether this person may end the run."""
    return loaded.run.state == "open" and who.may_cancel(loaded)


def may_amend(loaded: Loaded, key: str) -> bool:
    """Say whether this person may change a value that was given."""
    collector = loaded.procedure.collected_by.get(key)
    if loaded.run.state != "open" or collector is None or key not in loaded.values:
        return False
    return who.may(loaded, "run.amend", loaded.procedure.step_by_key[collector].roles)


def ways_back(loaded: Loaded) -> list[Return]:
    """List the ways back that are open to this person."""
    if loaded.run.state != "open":
        return []
    return [
        way
        for way in loaded.procedure.returns
        if way.after in loaded.finished
        and way.before not in loaded.finished
        and who.may(loaded, "run.go_back", way.roles)
    ]


def reopenable(loaded: Loaded, now: datetime) -> list[Step]:
    """List the steps of a completed run that this person may make pending again."""
    run = loaded.run
    if (
        run.state != "completed"
        or run.closed_at is None
        or now > elapsed(run.closed_at, LATE_ENTRY)
    ):
        return []
    return [
        step
        for step in loaded.procedure.steps
        if loaded.steps[step.key].state != "pending"
        and not any(spec.until == "forever" for spec in step.claims)
        and who.may(loaded, "run.reopen", timers.told_roles(step, loaded) or step.roles)
    ]


def revivable(loaded: Loaded, step: Step, now: datetime) -> bool:
    """Say whether an expired run still takes this step as a late entry of this person."""
    run = loaded.run
    return (
        run.state == "expired"
        and loaded.steps[step.key].state == "expired"
        and run.closed_at is not None
        and now <= elapsed(run.closed_at, LATE_ENTRY)
        and who.may(loaded, "run.complete_step", step.roles)
    )


def waited_for(loaded: Loaded, step: Step) -> str:
    """Name who does a step: the roles, and who holds them where the tenant has few."""
    roles = step.roles
    if step.kind == "approve":
        people = who.eligible(loaded, step)
        roles = who.approver_roles(loaded.procedure, step) if people else who.LAST_RESORT
    else:
        people = tuple(p for p in loaded.people if p.roles & set(roles))
    words = say(roles_text(roles))
    open_to_all = "member" in roles
    names = [person.name for person in people]
    if open_to_all or not 0 < len(names) <= _NAMES_SHOWN:
        return words
    return f"{words} ({', '.join(names)})"
