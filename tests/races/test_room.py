"""However many send files at once, a company never keeps more than its quota."""

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from audit.verify import verify
from procedures.heads import read_heads
from tests.races.arena import Arena, words
from tests.races.jobs import SIZE, Job
from tickets.conversation import space
from tickets.conversation.models import Attachment, FileSpace

pytestmark = pytest.mark.races
# Eight of this size fill what is left of the quota, exactly.
FILE = 128 * 1024
ROOM = 8
TWIN = 16


def contest(arena: Arena, number: int, *, guarded: bool) -> list[Job]:
    """Leave room for eight files, and let so many people send one."""
    run = arena.cast.open("member", "service_sync", service="email", changes=["kim, 김하나, 신규"])
    used = int(settings.ATTACHMENT_QUOTA_MB) * 1024 * 1024 - ROOM * FILE
    FileSpace.objects.update_or_create(tenant=arena.cast.tenant, defaults={"used": used})
    people = list(arena.cast.people.values())
    return [
        arena.job(
            "room",
            run=run.pk,
            actor=people[i % len(people)].pk if guarded else people[0].pk,
            now=arena.cast.now,
            size=FILE,
            guarded=guarded,
        )
        for i in range(number)
    ]


@pytest.fixture(autouse=True)
def everybody_sees_it(arena: Arena) -> None:
    """Leave out who sees no run of others."""
    for name in ("member2",):
        arena.cast.people.pop(name)


def test_of_many_files_at_once_as_many_are_kept_as_fit(arena: Arena) -> None:
    found = words(arena.race(contest(arena, SIZE, guarded=True)))
    assert found == {"won": ROOM, "full": SIZE - ROOM}
    kept = Attachment.objects.aggregate(sum=Sum("size"))["sum"]
    assert kept == ROOM * FILE
    assert FileSpace.objects.get().used == space.quota()
    assert list(verify(heads=read_heads())) == []


def test_without_the_lock_more_are_taken_each_time(arena: Arena) -> None:
    found = words(arena.race(contest(arena, TWIN, guarded=False)))
    print(f"\n{connection.vendor}: {found}")
    assert found.get("won", 0) > ROOM
    # And what is counted is less than what was let in.
    assert FileSpace.objects.get().used < space.quota()
