"""Each race once more with every guard taken away, which it must lose, and with each alone."""

from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest
from django.db import connection

from audit.models import Body, Event
from procedures.models import Claim, Run, RunStep
from tests.races.arena import Arena, words
from tests.races.guards import COMPARE, LOCK, drop_unique, drop_unique_uid
from tests.races.jobs import Job
from tests.races.test_races import performed

pytestmark = pytest.mark.races
FEW = 8
ROUNDS = 3
Winners = Callable[[Arena], int]


def drop_unique_events() -> None:
    drop_unique(Event, "audit_event_once", "audit_event_command")
    drop_unique(Body, "audit_body_once")


def drop_unique_claims() -> None:
    drop_unique(Claim, "claim_once")


def sync(arena: Arena) -> int:
    """Let eight runs want the same day; count the slots taken."""
    if not arena.rivals:
        arena.rival_syncs(FEW)
    found = arena.race([arena.completing(run, "run_sync", "site") for run in arena.rivals])
    well(found)
    day = arena.cast.now.astimezone(arena.cast.tenant.tz).date().isoformat()
    taken = Claim.objects.filter(key=f"sync:email:{day}", released_at=None).count()
    for word, run in found:
        if word == "won":
            arena.failed(Run.objects.get(pk=run))
    return taken


def step(arena: Arena) -> int:
    """Let several complete one step; count its events."""
    run = arena.recovery()
    well(arena.race([arena.completing(run, "recover", "mail", month="202611") for _ in range(FEW)]))
    events = Event.objects.filter(stream=run.stream, kind="step.completed").count()
    # The intake and settling the time were completed before.
    return events - 2


def last_admins(arena: Arena) -> int:
    """Let two runs remove the last two mail admins; count the removals."""
    RunStep.objects.filter(key="perform").update(state="skipped")
    admins = ("mail", "mail2")
    runs = [arena.removal(f"{name}@old.example") for name in admins]
    well(arena.race([arena.completing(r, "perform", w) for r, w in zip(runs, admins, strict=True)]))
    return performed()


def domain_change(arena: Arena) -> int:
    """Let several open a change of domain; count the runs that are open."""
    well(arena.race([arena.moving("support") for _ in range(FEW)]))
    return Run.objects.filter(procedure="domain_change", state="open").count()


def submission(arena: Arena) -> int:
    """Let several send one opening; count the runs made."""
    before = Run.objects.count()
    values = {"mailbox": "member@old.example", "submission": uuid4()}
    one: Job = arena.opening("member", "mail_recovery", **values)
    well(arena.race([one] * FEW))
    return Run.objects.count() - before


def well(found: Sequence[tuple[str, int | None]]) -> None:
    """Make sure that a twin fails by its result, not by an error on the way."""
    assert not [word for word, _run in found if word.startswith("unexpected")], words(list(found))


# What each race is guarded by: rows that are unique, a lock, a comparison.
RACES: dict[str, tuple[Winners, tuple[Callable[[], None], ...], tuple[str, ...]]] = {
    "sync": (sync, (drop_unique_claims,), (LOCK,)),
    "step": (step, (drop_unique_events,), (LOCK, COMPARE)),
    "last_admins": (last_admins, (), (LOCK,)),
    "submission": (submission, (drop_unique_uid, drop_unique_events), (LOCK,)),
}


@pytest.mark.parametrize("name", RACES)
def test_without_any_guard_the_race_is_lost_each_time(arena: Arena, name: str) -> None:
    race, uniques, guards = RACES[name]
    for drop in uniques:
        drop()
    arena.without, arena.meet = guards, True
    for _number in range(ROUNDS):
        assert race(arena) > 1


def test_without_any_guard_a_tenant_opens_many_domain_changes(arena: Arena) -> None:
    drop_unique_claims()
    arena.without, arena.meet = (LOCK,), True
    assert domain_change(arena) == FEW


@pytest.mark.parametrize(
    ("race", "without", "drops"),
    [
        # The unique slot alone: nobody locks, everybody has read before anybody writes.
        (sync, (LOCK,), ()),
        # The tenant's lock alone: the slot may be there twice.
        (sync, (), (drop_unique_claims,)),
        # The comparison alone.
        (step, (LOCK,), (drop_unique_events,)),
        # The number of an event that can be there once, alone.
        (step, (LOCK, COMPARE), ()),
        # The run's lock alone.
        (step, (COMPARE,), (drop_unique_events,)),
        # The run's id alone, and the number of its first event alone.
        (submission, (LOCK,), (drop_unique_events,)),
        (submission, (LOCK,), (drop_unique_uid,)),
        # The unique claim alone.
        (domain_change, (LOCK,), ()),
    ],
    ids=lambda one: one.__name__ if callable(one) else None,
)
def test_each_guard_alone_suffices(
    arena: Arena,
    race: Winners,
    without: tuple[str, ...],
    drops: tuple[Callable[[], None], ...],
) -> None:
    for drop in drops:
        drop()
    # Who holds a lock keeps the others from reading; else everybody is made to read first.
    arena.without, arena.meet = without, LOCK in without
    assert race(arena) == 1


def test_the_twin_really_loses_its_constraints(arena: Arena) -> None:
    drop_unique_events()
    drop_unique_claims()
    drop_unique_uid()
    with connection.cursor() as cursor:
        kept = {
            name
            for table in ("audit_event", "audit_body", "procedures_claim", "procedures_run")
            for name, one in connection.introspection.get_constraints(cursor, table).items()
            if one["unique"] and not one["primary_key"]
        }
    assert kept == {"run_reference_once"}
