"""Two wills about one run at once: one is done, the other is told, and the history is whole."""

from collections.abc import Callable
from functools import partial

import pytest

from audit.models import Event
from procedures.invariants import check_runs
from procedures.models import Claim, Run, RunStep
from tests.engine.domains import ASKED, closed
from tests.races.arena import Arena, words
from tests.races.guards import COMPARE, LOCK
from tests.races.jobs import SIZE, Job
from tests.races.test_twins import drop_unique_claims, drop_unique_events

pytestmark = pytest.mark.races
ROUNDS = 5
Will = Callable[[], Job]
Make = Callable[[Arena], tuple[Run, Will, Will]]


def complete_or_cancel(arena: Arena) -> tuple[Run, Will, Will]:
    """Let the last step be completed, which ends the run, while another cancels it."""
    run = arena.recovery()
    arena.cast.done("mail", run, "recover", month="202611")
    ask = partial(arena.asking, run=run)
    complete = partial(ask, "complete_step", who="member", step="user_confirms")
    return run, complete, partial(ask, "cancel_run", who="site", reason="취소")


def approve_or_reject(arena: Arena) -> tuple[Run, Will, Will]:
    """Let one approve while another sends the request back."""
    return _deciding(arena, final=False)


def approve_or_refuse(arena: Arena) -> tuple[Run, Will, Will]:
    """Let one approve while another refuses finally."""
    return _deciding(arena, final=True)


def _deciding(arena: Arena, *, final: bool) -> tuple[Run, Will, Will]:
    values = {"current_admin": "yes", "reason": "휴가", "add": ["member2@old.example"]}
    run = arena.cast.open("member", "mail_admin_change", **values)
    ask = partial(arena.asking, run=run, step="approve")
    approve = partial(ask, "approve", who="site")
    return run, approve, partial(ask, "reject", who="chair", reason="아니오", final=final)


def race(arena: Arena, number: int, *wills: Will) -> dict[str, int]:
    """Give each will to half of the processes; who begins changes from round to round."""
    return words(arena.race([wills[(i + number) % 2]() for i in range(SIZE)]))


# What each winner leaves behind: the state of the run and the kind of the event that decided it.
LEFT = {
    complete_or_cancel: {
        "complete_step won": ("completed", "step.completed"),
        "cancel_run won": ("cancelled", "run.cancelled"),
    },
    approve_or_reject: {
        "approve won": ("open", "approval.granted"),
        "reject won": ("open", "approval.rejected"),
    },
    approve_or_refuse: {
        "approve won": ("open", "approval.granted"),
        "reject won": ("refused", "approval.rejected"),
    },
}
# What who comes too late is told.
TOLD = {"already_done", "run_closed", "not_ready"}


@pytest.mark.parametrize("make", LEFT, ids=lambda one: one.__name__)
def test_of_two_wills_one_is_done(arena: Arena, make: Make) -> None:
    for number in range(ROUNDS):
        run, one, other = make(arena)
        before = Run.objects.get(pk=run.pk).event_number
        found = race(arena, number, one, other)
        winner = next(word for word in found if word.endswith("won"))
        assert set(found) - {winner} <= TOLD, (number, found)
        assert found[winner] == 1, (number, found)
        state, kind = LEFT[make][winner]
        after = Run.objects.get(pk=run.pk)
        assert str(after.state) == state
        kinds = [e.kind for e in Event.objects.filter(stream=run.stream).order_by("number")]
        assert kinds[before] == kind
        decided = {kind for left in LEFT[make].values() for kind in left[1:]}
        assert len([one for one in kinds[before:] if one in decided]) == 1, kinds
        assert list(check_runs(Run.objects.filter(pk=run.pk))) == []


def test_a_cancelled_run_may_have_had_a_step_before_but_none_after(arena: Arena) -> None:
    for number in range(ROUNDS):
        run = arena.recovery()
        ask = partial(arena.asking, run=run)
        values = {"month": "202611"}
        recover = partial(ask, "complete_step", who="mail", step="recover", values=values)
        cancel = partial(ask, "cancel_run", who="site", reason="취소")
        found = race(arena, number, recover, cancel)
        assert found.pop("cancel_run won") == 1, found
        assert found.pop("complete_step won", 1) == 1, found
        assert set(found) <= TOLD, (number, found)
        kinds = [e.kind for e in Event.objects.filter(stream=run.stream).order_by("number")]
        assert kinds[-1] == "run.cancelled"
        assert str(Run.objects.get(pk=run.pk).state) == "cancelled"
        assert list(check_runs(Run.objects.filter(pk=run.pk))) == []


def test_of_two_completed_changes_of_domain_one_is_reopened(arena: Arena) -> None:
    first = closed(arena.cast)
    other = arena.cast.open("support", "domain_change", **{**ASKED, "new_main": "third.example"})
    ended(arena, other)
    ask = partial(arena.asking, "reopen_run", reason="보완")
    for number in range(ROUNDS):
        found = race(
            arena,
            number,
            partial(ask, run=first, who="support", steps=("close",)),
            partial(ask, run=other, who="support2", steps=("request",)),
        )
        # Half of the processes wanted the other run: each is told which one is open.
        told = {"reopen_run won": 1, "open_run_exists": SIZE // 2, "not_completed": SIZE // 2 - 1}
        assert found == told, number
        winner = Run.objects.get(state="open", procedure="domain_change")
        assert Claim.objects.get(key="domain_change", released_at=None).run_id == winner.pk
        ended(arena, winner)


def ended(arena: Arena, run: Run) -> None:
    """Put a run back where it was before it was raced for: completed, holding nothing."""
    RunStep.objects.filter(run=run, state="pending").update(state="completed")
    Run.objects.filter(pk=run.pk).update(state="completed", closed_at=arena.cast.now)
    Claim.objects.filter(run=run, released_at=None).update(released_at=arena.cast.now)


@pytest.mark.parametrize("make", LEFT, ids=lambda one: one.__name__)
def test_without_any_guard_both_wills_are_done(arena: Arena, make: Make) -> None:
    drop_unique_events()
    arena.without, arena.meet = (LOCK, COMPARE), True
    _run, one, other = make(arena)
    assert set(words(arena.race([one(), other()]))) == set(LEFT[make])


def test_without_any_guard_two_changes_of_domain_are_reopened(arena: Arena) -> None:
    first = closed(arena.cast)
    other = arena.cast.open("support", "domain_change", **{**ASKED, "new_main": "third.example"})
    ended(arena, other)
    drop_unique_claims()
    arena.without, arena.meet = (LOCK,), True
    ask = partial(arena.asking, "reopen_run", who="support", reason="보완")
    jobs = [ask(run=first, steps=("close",)), ask(run=other, steps=("request",))]
    assert words(arena.race(jobs)) == {"reopen_run won": 2}
