"""A ticket that many take at once is one person's, and the others are told whose."""

import pytest

from audit.models import Event
from audit.verify import verify
from helpdesk.models import Assignment, User, VendorMembership
from procedures.heads import read_heads
from procedures.models import Run
from tests.races.arena import Arena, words
from tests.races.jobs import Job, Outcome
from tests.races.test_twins import drop_unique_events
from tickets.conversation.models import Conversation
from tickets.queue.models import Ticket

pytestmark = pytest.mark.races
CREW = 16
ROUNDS = 5
TWIN_ROUNDS = 3


def crew(arena: Arena, number: int) -> list[User]:
    """Make support people who all serve the company."""
    found = []
    for place in range(number):
        user = User.objects.create_user(f"crew{place}@vendor.example", name=f"crew{place}")
        VendorMembership.objects.create(user=user, role="support")
        Assignment.objects.create(user=user, tenant=arena.cast.tenant)
        found.append(user)
    return found


def ticket(arena: Arena, number: int) -> Run:
    """Open a ticket."""
    return arena.cast.open(
        "member", "dormant_account", account=f"box{number}@old.example", symptom="휴면 안내"
    )


def taking(arena: Arena, run: Run, user: User, *, guarded: bool = True) -> Job:
    """Prepare that somebody takes it."""
    now = arena.cast.now
    return arena.job("take", run=run.pk, person=user.pk, now=now, guarded=guarded)


def well(found: list[Outcome]) -> dict[str, int]:
    """Count how the contenders fared; nobody met an error."""
    counted = words(found)
    assert not [word for word in counted if word.startswith("unexpected")], counted
    return counted


def recorded(run: Run) -> int:
    """Count the assignments that the talk records."""
    return Event.objects.filter(stream=f"talk:{run.uid}", kind="ticket.assigned").count()


def test_of_many_who_take_a_ticket_one_has_it_and_the_others_are_told_who(arena: Arena) -> None:
    people = crew(arena, CREW)
    for number in range(ROUNDS):
        run = ticket(arena, number)
        found = arena.race([taking(arena, run, user) for user in people])
        assert well(found) == {"won": 1, "held": CREW - 1}, (number, found)
        holder = Ticket.objects.get(run=run).assignee_id
        # The winner's name and the one everybody else is told are the same.
        assert {who for _word, who in found} == {holder}
        assert recorded(run) == 1
    assert list(verify(heads=read_heads())) == []


def test_without_the_lock_two_have_it_each_time(arena: Arena) -> None:
    # The number of an event that is there once would stop the second one, too.
    drop_unique_events()
    people = crew(arena, 2)
    for number in range(TWIN_ROUNDS):
        run = ticket(arena, number)
        Conversation.objects.create(run=run)
        jobs = [taking(arena, run, user, guarded=False) for user in people]
        assert well(arena.race(jobs)) == {"won": 2}
        assert recorded(run) == 2
