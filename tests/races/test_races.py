"""64 processes want the same: exactly one gets it, and nobody meets an error."""

from uuid import uuid4

import pytest

from audit.models import Event
from helpdesk.models import Membership
from procedures import engine
from procedures.models import Claim, Run, RunStep
from tests.engine.domains import ASKED
from tests.races.arena import DAY, Arena, words
from tests.races.jobs import SIZE

pytestmark = pytest.mark.races
# What is used most is raced for most.
MANY = 20
ROUNDS = 5


def test_today_s_sync_is_had_by_one_of_sixty_four(arena: Arena) -> None:
    arena.rival_syncs(8)
    for number in range(MANY):
        jobs = [
            arena.outside("email", i)
            if i % 8 == 7
            else arena.completing(arena.rivals[i % 8], "run_sync", ("site", "site2")[i % 2])
            for i in range(SIZE)
        ]
        found = arena.race(jobs)
        assert words(found).get("won") == 1, (number, words(found))
        assert set(words(found)) <= {"won", "used", "already_done"}, (number, words(found))
        day = arena.cast.now.astimezone(arena.cast.tenant.tz).date().isoformat()
        assert Claim.objects.filter(key=f"sync:email:{day}", released_at=None).count() == 1
        winner = next(run for word, run in found if word == "won")
        if winner is None:
            arena.cast.now += DAY
        else:
            arena.failed(Run.objects.get(pk=winner))


def test_one_sync_a_day_of_two_services_where_the_limit_covers_the_tenant(arena: Arena) -> None:
    arena.cast.tenant.sync_scope = "tenant"
    arena.cast.tenant.save()
    for number in range(ROUNDS):
        runs = {
            service: arena.cast.open(
                "member", "service_sync", service=service, changes=["kim, 김하나, 신규"]
            )
            for service in ("email", "approval")
        }
        for run in runs.values():
            arena.cast.done("site", run, "review")
        rivals = list(runs.values())
        found = arena.race(
            [arena.completing(rivals[i % 2], "run_sync", "site") for i in range(SIZE)]
        )
        assert words(found).get("won") == 1, (number, words(found))
        assert set(words(found)) <= {"won", "tenant_used", "already_done"}, words(found)
        for run in runs.values():
            assert arena.cast.ask(engine.cancel_run, "member", run, reason="끝").done
        arena.cast.now += DAY


def test_the_same_step_completed_by_sixty_four_is_one_event(arena: Arena) -> None:
    for number in range(MANY):
        run = arena.recovery()
        people = ("mail", "mail2")
        found = arena.race(
            [arena.completing(run, "recover", people[i % 2], month="202611") for i in range(SIZE)]
        )
        assert words(found) == {"won": 1, "already_done": SIZE - 1}, (number, words(found))
        assert completions(run, "recover") == 1


def test_one_submission_sent_sixty_four_times_is_one_event(arena: Arena) -> None:
    for number in range(ROUNDS):
        run = arena.recovery()
        one = arena.completing(run, "recover", "mail", month="202611")
        found = arena.race([one] * SIZE)
        assert words(found) == {"won": 1, "repeated": SIZE - 1}, (number, words(found))
        assert completions(run, "recover") == 1


def completions(run: Run, step: str) -> int:
    """Count the completed rounds of a step, and make sure that there are as many events."""
    rows = RunStep.objects.filter(run=run, key=step, state="completed").count()
    events = Event.objects.filter(stream=run.stream).order_by("number")
    numbers = list(events.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    # The intake, settling the time, and what was raced for.
    assert events.filter(kind="step.completed").count() == rows + 2
    return rows


def test_two_runs_that_remove_the_last_two_mail_admins_leave_one(arena: Arena) -> None:
    admins = ("mail", "mail2")
    for number in range(MANY):
        runs = [arena.removal(f"{name}@old.example") for name in admins]
        found = arena.race(
            [arena.completing(runs[i % 2], "perform", admins[i % 2]) for i in range(SIZE)]
        )
        assert words(found).get("won") == 1, (number, words(found))
        assert set(words(found)) <= {"won", "already_done", "nobody"}, words(found)
        assert performed() == 1
        for run in runs:
            assert arena.cast.ask(engine.cancel_run, "member", run, reason="다음 번").done
        assert Membership.objects.filter(tenant=arena.cast.tenant, role="mail_admin").count() == 2


def performed() -> int:
    """Count the removals that open runs have performed."""
    return RunStep.objects.filter(
        run__state="open", run__procedure="mail_admin_change", key="perform", state="completed"
    ).count()


def test_a_tenant_has_one_open_domain_change(arena: Arena) -> None:
    people = ("support", "support2")
    for number in range(ROUNDS):
        found = arena.race([arena.moving(people[i % 2]) for i in range(SIZE)])
        assert words(found) == {"won": 1, "open_run_exists": SIZE - 1}, (number, words(found))
        run = Run.objects.get(procedure="domain_change", state="open")
        assert arena.cast.ask(engine.cancel_run, "support", run, reason="다음 번").done


def test_an_opening_sent_sixty_four_times_is_one_run(arena: Arena) -> None:
    for number in range(ROUNDS):
        one = arena.opening(
            "member", "mail_recovery", mailbox="member@old.example", submission=uuid4()
        )
        found = arena.race([one] * SIZE)
        assert words(found) == {"won": 1, "repeated": SIZE - 1}, (number, words(found))
        assert len({run for _word, run in found}) == 1
        assert Run.objects.count() == number + 1


def test_a_domain_change_sent_sixty_four_times_is_one_run(arena: Arena) -> None:
    one = arena.opening("support", "domain_change", submission=uuid4(), **ASKED)
    found = arena.race([one] * SIZE)
    assert words(found) == {"won": 1, "repeated": SIZE - 1}
    assert Run.objects.count() == 1


def test_requests_at_once_join_one_collecting_run(arena: Arena) -> None:
    people = ("member", "member2", "site", "mail")
    found = arena.race(
        [
            arena.opening(
                people[i % 4], "service_sync", service="email", changes=[f"u{i}, 사람 {i}, 신규"]
            )
            for i in range(SIZE)
        ]
    )
    assert words(found) == {"won": SIZE}, words(found)
    assert len({run for _word, run in found}) == 1
    events = Event.objects.filter(stream=Run.objects.get().stream)
    assert events.filter(kind="run.joined").count() == SIZE - 1
