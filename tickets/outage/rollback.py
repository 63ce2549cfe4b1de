"""Rolling back: resume on the old domain with a reason, as one act of the run's history."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from helpdesk.models import User
from procedures import engine
from procedures.change import Loaded
from procedures.definition import Procedure
from procedures.models import Run
from procedures.present import rights
from procedures.store import procedure_of

STABILISE, RESUME = "stabilise", "resume"


def is_possible(loaded: Loaded) -> bool:
    """Say whether the service is out, so that there is something to roll back."""
    steps = loaded.steps
    if loaded.run.state != "open" or RESUME not in steps or "start_work" not in steps:
        return False
    return "start_work" in loaded.finished and RESUME not in loaded.finished


def may_roll_back(loaded: Loaded) -> bool:
    """Say whether this person may: it is theirs to resume, and the service is out."""
    return is_possible(loaded) and rights.may_do(loaded, loaded.procedure.step_by_key[RESUME])


def roll_back(
    run: Run, *, actor: User, reason: str, now: datetime, submission: UUID
) -> engine.Result:
    """Leave stabilising out, or finish it, and resume on the old domain; all of it or nothing.

    Both events carry the reason. Raises what the engine raises; a refusal is a Result.
    """
    procedure = procedure_of(run.version_id)
    given: dict[str, Any] = {"actor_id": actor.pk, "now": now}
    with transaction.atomic():
        pending = run.steps.filter(key=STABILISE, state="pending").exists()
        if pending:
            first = _leave_out(run, procedure, reason, uuid5(submission, STABILISE), given)
            if not first.done:
                return first
        result = engine.complete_step(
            run,
            step=RESUME,
            values=_values(procedure, reason),
            note=reason,
            submission=submission,
            **given,
        )
        if not result.done:
            # Half of a rollback would say that somebody stabilised what is still out.
            transaction.set_rollback(True)
    return result


def _leave_out(
    run: Run, procedure: Procedure, reason: str, submission: UUID, given: dict[str, Any]
) -> engine.Result:
    if procedure.step_by_key[STABILISE].skippable:
        return engine.skip_step(run, step=STABILISE, reason=reason, submission=submission, **given)
    # Runs of the first version cannot skip it: it is finished, and the note says how.
    return engine.complete_step(run, step=STABILISE, note=reason, submission=submission, **given)


def _values(procedure: Procedure, reason: str) -> dict[str, str]:
    values = {"resumed_on": "old"}
    if "rollback_reason" in procedure.step_by_key[RESUME].fields:
        values["rollback_reason"] = reason
    return values
