"""May this run be opened? Opening completes the first step with what the requester gave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from procedures.change import Change, ClaimFact, Loaded, Refusal, Tell
from procedures.commands import CompleteStep
from procedures.decide import shared, who
from procedures.decide.complete import complete_step
from procedures.reasons import roles_text


def open_claims(loaded: Loaded, values: Mapping[str, Any]) -> list[ClaimFact]:
    """Return the claims that opening takes."""
    return [
        ClaimFact(None, shared.render_claim(spec.key, values, loaded.facts), spec.until)
        for spec in loaded.procedure.open_claims
    ]


def first_values(loaded: Loaded, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Read what the start form gave. Raises InvalidInput."""
    first = loaded.procedure.steps[0]
    return shared.read_values(loaded.procedure, first.fields, raw, {})


def open_run(loaded: Loaded, raw: Mapping[str, Any], now: datetime) -> Change:
    """Decide an opening on a run that exists in memory only."""
    procedure = loaded.procedure
    if not who.may_open(loaded.actor.roles, procedure):
        return refused(loaded, Refusal("not_opener", {"roles": roles_text(procedure.openers)}))
    values = first_values(loaded, raw)
    change = complete_step(loaded, CompleteStep(procedure.steps[0].key, raw), now)
    if change.refusal:
        return refused(loaded, change.refusal)
    if loaded.run.state == "open":
        change.claims_taken += open_claims(loaded, values)
    loaded.run.subject = _subject(loaded)
    opened = shared.event(
        loaded,
        "run.opened",
        {
            "procedure": procedure.key,
            "version": procedure.number,
            "reference": loaded.run.reference,
            "requester": loaded.run.requester_id,
            "run": "open",
            "steps": [[step.key, 1, "pending"] for step in procedure.steps],
        },
    )
    change.events.insert(0, opened)
    if procedure.tells_on_open:
        change.tells.append(Tell(procedure.tells_on_open, "run_opened"))
    return change


def _subject(loaded: Loaded) -> str:
    value = loaded.values.get(loaded.procedure.subject)
    if isinstance(value, tuple):
        more = f" +{len(value) - 1}" if len(value) > 1 else ""
        value = f"{value[0]}{more}" if value else ""
    return "" if value is None else str(value)[:200]


def refused(loaded: Loaded, refusal: Refusal) -> Change:
    """Shape a refused opening: one event, for the tenant's stream."""
    change = shared.refuse(loaded, refusal)
    entry = change.events[0]
    body = {**entry.body, "procedure": loaded.procedure.key}
    change.events = [shared.event(loaded, "opening.refused", body)]
    return change
