"""Two people about one date at the same moment: whatever the order, one of them was first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from audit.chain import Head
from audit.verify import verify
from procedures import engine
from procedures.invariants import check_runs
from procedures.models import Claim, Deadline, Run
from procedures.store.dialect import Batch
from tests.conftest import FreshDatabase
from tests.engine.cast import Cast, kinds, make_cast, steps
from tests.engine.domains import ASKED, PLAN
from tests.races import guards
from tests.races.guards import drop_unique
from tests.races.interleaving import Act, every_order, outcome_of
from tests.races.test_twins import drop_unique_events
from tickets.schedule.window import window_of

pytestmark = pytest.mark.races
OTHER = {"counter_start": "2026-11-18T22:00+09:00", "counter_end": "2026-11-19T04:00+09:00"}
LATER = {"work_start": "2026-11-18T22:00+09:00", "work_end": "2026-11-19T04:00+09:00"}
# What is left: how both ended, the state of run, window and steps, and the events in order.
Left = tuple[Any, ...]
Make = Callable[[Cast], tuple[Run, Act, Act]]


def proposed(cast: Cast) -> Run:
    """Return a ticket with a proposal, in place of the one before."""
    Run.objects.filter(state="open").update(state="cancelled", closed_at=cast.now)
    Claim.objects.filter(released_at=None).update(released_at=cast.now)
    run = cast.open("support", "domain_change", **ASKED)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    cast.done("support", run, "propose", **PLAN)
    return run


def agreed(cast: Cast) -> Run:
    run = proposed(cast)
    assert cast.approve("chair", run, "agree").done
    return run


def countered(cast: Cast) -> Run:
    run = proposed(cast)
    assert cast.ask(engine.go_back, "chair", run, way="counter", reason="월말", values=OTHER).done
    return run


def asking(cast: Cast, run: Run, command: Any, who: str, **kw: Any) -> Act:
    """Prepare a command as its page sends it."""
    fresh = Run.objects.get(pk=run.pk)
    actor, submission = cast.people[who].pk, uuid4()
    return partial(command, fresh, actor_id=actor, now=cast.now, submission=submission, **kw)


def confirm(cast: Cast, run: Run, who: str = "support") -> Act:
    return asking(cast, run, engine.complete_step, who, step="confirm_schedule", values={})


def confirm_or_reschedule(cast: Cast) -> tuple[Run, Act, Act]:
    run = agreed(cast)
    back = asking(cast, run, engine.go_back, "site", way="reschedule", reason="휴가")
    return run, confirm(cast, run), back


def confirm_twice(cast: Cast) -> tuple[Run, Act, Act]:
    run = agreed(cast)
    return run, confirm(cast, run), confirm(cast, run, "support2")


def reschedule_twice(cast: Cast) -> tuple[Run, Act, Act]:
    run = agreed(cast)
    assert confirm(cast, run)().done
    one = asking(cast, run, engine.go_back, "site", way="reschedule", reason="휴가")
    return run, one, asking(cast, run, engine.go_back, "support", way="reschedule", reason="휴가")


def propose_or_counter(cast: Cast) -> tuple[Run, Act, Act]:
    run = countered(cast)
    propose = asking(cast, run, engine.complete_step, "support", step="propose", values=LATER)
    again = {"counter_start": "2026-11-20T22:00+09:00", "counter_end": "2026-11-21T04:00+09:00"}
    counter = asking(cast, run, engine.go_back, "chair", way="counter", reason="월말", values=again)
    return run, propose, counter


def agree_or_counter(cast: Cast) -> tuple[Run, Act, Act]:
    run = proposed(cast)
    counter = asking(cast, run, engine.go_back, "chair", way="counter", reason="월말", values=OTHER)
    return run, asking(cast, run, engine.approve, "site2", step="agree"), counter


def confirm_or_cancel(cast: Cast) -> tuple[Run, Act, Act]:
    run = agreed(cast)
    return run, confirm(cast, run), asking(cast, run, engine.cancel_run, "site", reason="취소")


PAIRS: tuple[Make, ...] = (
    confirm_or_reschedule,
    confirm_twice,
    reschedule_twice,
    propose_or_counter,
    agree_or_counter,
    confirm_or_cancel,
)


def left(run: Run, outcomes: tuple[str, str], before: int) -> Left:
    """Describe what two commands have left behind."""
    fresh = Run.objects.get(pk=run.pk)
    window = window_of(fresh)
    return (
        outcomes,
        str(fresh.state),
        window and (window.start, window.state),
        tuple(sorted(steps(run).items())),
        tuple(kinds(run.stream)[before:]),
    )


def in_turn(cast: Cast, make: Make) -> Iterator[Left]:
    """Yield what is left when one is entirely before the other, either way round."""
    for first in (0, 1):
        run, *acts = make(cast)
        before = Run.objects.get(pk=run.pk).event_number
        found = ["", ""]
        for place in (first, 1 - first):
            found[place] = outcome_of(acts[place])
        yield left(run, (found[0], found[1]), before)


def orders(
    cast: Cast, make: Make, *first: int, around: Any = nullcontext
) -> Iterator[tuple[Run, Left]]:
    """Yield what is left after each order of the statements of both."""
    known: dict[str, Any] = {}

    def start() -> tuple[Act, Act]:
        run, one, other = make(cast)
        known.update(run=run, before=Run.objects.get(pk=run.pk).event_number)
        return one, other

    for outcomes in every_order(start, first, around):
        yield known["run"], left(known["run"], outcomes, known["before"])


@pytest.mark.parametrize("make", PAIRS, ids=lambda one: one.__name__)
def test_every_order_is_as_if_one_had_been_first(fresh_db: FreshDatabase, make: Make) -> None:
    cast = make_cast()
    possible = set(in_turn(cast, make))
    seen = set()
    number = 0
    for run, found in orders(cast, make):
        number += 1
        assert found in possible, found
        seen.add(found)
        fresh = Run.objects.get(pk=run.pk)
        assert list(check_runs(Run.objects.filter(pk=run.pk))) == []
        head = Head(fresh.event_number, fresh.event_mac, fresh.event_at)
        assert list(verify([run.stream], {run.stream: head})) == []
    # Both were first in some order, and more than the two plain ones were tried.
    assert seen == possible
    assert number >= (4 if fresh_db.url.startswith("postgres") else 2)


# Each of these is possible for both at once, so that only the guards part them.
AT_ONCE = (confirm_twice, agree_or_counter, confirm_or_cancel)


@pytest.mark.parametrize("make", AT_ONCE, ids=lambda one: one.__name__)
def test_without_any_guard_some_order_is_none_of_these(fresh_db: FreshDatabase, make: Make) -> None:
    cast = make_cast()
    possible = set(in_turn(cast, make))
    drop_unique_events()
    # A deadline that is there once keeps a second confirmation out as well.
    drop_unique(Deadline, "deadline_once")
    # Begin with both having asked for the lock of the company, and having read.
    for run, found in orders(cast, make, 0, 0, 1, 1, around=unguarded):
        broken = list(check_runs(Run.objects.filter(pk=run.pk)))
        if found not in possible or broken:
            return
    raise AssertionError("every order was fine, so the guards were not what made it so")


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the transaction, its locks and every comparison away."""
    bare = SimpleNamespace(atomic=nullcontext)
    with (
        mock.patch.object(engine, "transaction", bare),
        mock.patch.object(Batch, "add", guards._add_blindly),
        mock.patch.object(Batch, "run", guards._run_blindly),
    ):
        yield
