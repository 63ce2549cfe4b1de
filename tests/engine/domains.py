"""A change of domain as far as its schedule, and on to the outage."""

from procedures.models import Run
from tests.catalog.facts import kst
from tests.engine.cast import Cast, state

ASKED = {
    "requester": "site@old.example",
    "received": "2026-11-02T09:00+09:00",
    "current_main": "old.example",
    "new_main": "new.example",
    "multi_domains": [],
    "rollback_plan": "MX를 되돌린다",
    "outlook_users": ["member@old.example"],
    "uses_group_mail": "true",
    "group_domains": ["old.example"],
}
PLAN = {"work_start": "2026-11-14T22:00+09:00", "work_end": "2026-11-15T04:00+09:00"}


def proposed(cast: Cast) -> Run:
    """Take a change of domain as far as a proposed schedule."""
    run = cast.open("support", "domain_change", **ASKED)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    cast.done("support", run, "propose", **PLAN)
    return run


def scheduled(cast: Cast) -> Run:
    """Take a change of domain as far as a confirmed schedule."""
    run = proposed(cast)
    agree(cast, run)
    return run


def agree(cast: Cast, run: Run) -> None:
    assert not cast.approve("site", run, "agree").done  # who asked does not agree
    assert cast.approve("chair", run, "agree").done
    cast.look(run, "new.example")
    cast.done("support", run, "confirm_schedule", **PLAN)


def prepared(cast: Cast, run: Run) -> None:
    cast.done("site", run, "notify_users")
    cast.done("site", run, "outlook_guide_sent")
    cast.done("support", run, "check_group_mail", group_domains=["old.example"])
    cast.done("support", run, "prepare")
    cast.now = kst("2026-11-14T22:00")
    cast.look(run, "new.example")
    cast.done("support", run, "start_work")


def recheck(cast: Cast, run: Run) -> None:
    """Look at the MX again after the service was resumed."""
    cast.look(run, "new.example")
    cast.done("support", run, "recheck_mx")


def closed(cast: Cast) -> Run:
    """Carry a change of domain through to its end."""
    run = scheduled(cast)
    prepared(cast, run)
    cast.done("support", run, "stabilise")
    cast.done("support", run, "resume", resumed_on="new")
    cast.done("support2", run, "verify")
    recheck(cast, run)
    cast.done("site", run, "outlook_confirmed", outlook_done=["member@old.example"])
    cast.done("support", run, "close")
    assert state(run) == "completed"
    return run
