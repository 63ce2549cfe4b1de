"""However many press at once: one tracking link is in force, one answer of each person is kept."""

import pytest

from audit.verify import verify
from procedures.heads import read_heads
from tests.engine.domains import scheduled
from tests.races.arena import Arena, words
from tests.races.guards import drop_unique
from tests.races.jobs import Job
from tickets.tracking.models import Feedback, TrackingLink

pytestmark = pytest.mark.races
MANY = 16


def contest(arena: Arena, what: str, *, guarded: bool) -> list[Job]:
    """Let one person press many times at once."""
    run = scheduled(arena.cast)
    return [
        arena.job(
            "follow",
            run=run.pk,
            actor=arena.cast.people["site" if what == "say" else "support"].pk,
            now=arena.cast.now,
            what=what,
            guarded=guarded,
        )
        for _ in range(MANY)
    ]


@pytest.mark.parametrize("what", ["link", "say"])
def test_at_once_is_as_one_after_the_other(arena: Arena, what: str) -> None:
    assert words(arena.race(contest(arena, what, guarded=True))) == {"won": MANY}
    if what == "link":
        assert TrackingLink.objects.count() == MANY
        assert TrackingLink.objects.filter(revoked_at=None).count() == 1
    else:
        assert Feedback.objects.count() == 1
    assert list(verify(heads=read_heads())) == []


@pytest.mark.parametrize("what", ["link", "say"])
def test_without_lock_and_unique_row_there_are_several(arena: Arena, what: str) -> None:
    if what == "link":
        drop_unique(TrackingLink, "tracking_link_one")
    else:
        drop_unique(Feedback, "feedback_once_a_person")
    assert words(arena.race(contest(arena, what, guarded=False))) == {"won": MANY}
    if what == "link":
        assert TrackingLink.objects.filter(revoked_at=None).count() > 1
    else:
        assert Feedback.objects.count() > 1
