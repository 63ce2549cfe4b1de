"""What follows every accepted command: the end of the run, deadlines, who is told."""

from datetime import datetime
from typing import Any

from procedures.change import Change, ClaimFact, EvidenceFact, Loaded, RoleChange, Tell
from procedures.decide import shared, timers


def finish(loaded: Loaded, change: Change, now: datetime, ready_before: frozenset[str]) -> None:
    """Complete the run when nothing is left; settle deadlines; tell whoever is next."""
    run = loaded.run
    left = loaded.procedure.left(loaded.values, loaded.finished)
    if run.state == "open" and not left:
        run.complete(now)
        change.events.append(shared.event(loaded, "run.completed", {"run": "completed"}))
        change.tells.append(Tell(("requester",), "run_completed"))
        _effects(loaded, change)
        release(loaded, change, ("end",))
    ready = loaded.procedure.ready_among(left) if run.state == "open" else ()
    timers.describe(loaded, ready)
    timers.settle(loaded, change, now)
    timers.tell_next(loaded, change, ready, ready_before)


def release(loaded: Loaded, change: Change, kinds: tuple[str, ...]) -> None:
    """Give back the claims of these kinds, and those bound to a step that will not come.

    A claim that would end with the very command that takes it is not taken at all.
    """
    change.claims_taken = [one for one in change.claims_taken if not _ends(one, kinds)]
    for held in loaded.claims:
        if _ends(held, kinds):
            shared.give_back(change, held)


def _ends(claim: ClaimFact, kinds: tuple[str, ...]) -> bool:
    kind = claim.until.partition(":")[0]
    return kind in kinds or kind == "step"


def _effects(loaded: Loaded, change: Change) -> None:
    """Change the tenant as the procedure says, in the same transaction, each change once.

    A run that was reopened and completes again leaves the tenant as it is by then.
    """
    wanted = _wanted(loaded)
    done = (one.body for one in loaded.evidence if one.kind == "effects")
    if not wanted or any(body == wanted for body in done):
        return
    last = loaded.steps[loaded.procedure.steps[-1].key]
    change.evidence.append(EvidenceFact(last.key, last.round, "effects", wanted))
    for given, key in ((True, "add"), (False, "remove")):
        for email in wanted.get(key, ()):
            change.role_changes.append(RoleChange(email, "mail_admin", given=given))
    change.main_domain = wanted.get("main_domain")


def _wanted(loaded: Loaded) -> dict[str, Any]:
    """Say what the tenant is changed to: lists of addresses, a main domain."""
    wanted: dict[str, Any] = {}
    if "mail_admins" in loaded.procedure.effects:
        for key in ("add", "remove"):
            wanted[key] = [email.lower() for email in loaded.values.get(key) or ()]
    if "main_domain" in loaded.procedure.effects and loaded.values.get("resumed_on") == "new":
        wanted["main_domain"] = loaded.values.get("new_main")
    return wanted
