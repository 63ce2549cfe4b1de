"""A manager is left whoever presses at once; a visit opens once; a configuration is one's."""

import pytest

from audit.models import Event
from audit.verify import verify
from helpdesk.models import SupportVisit, Tenant, User, VendorMembership
from procedures.heads import read_heads
from tests.races.arena import Arena, words
from tests.races.jobs import Job, Outcome
from tests.races.test_twins import drop_unique_events

pytestmark = pytest.mark.races
FEW = 8
ROUNDS = 5
TWIN_ROUNDS = 3


def managers(arena: Arena) -> list[User]:
    """Make exactly two managers, each with a second role, all active."""
    VendorMembership.objects.filter(role="manager").delete()
    found = []
    for name in ("one", "two"):
        user, _new = User.objects.get_or_create(
            email=f"{name}@vendor.example", defaults={"name": name}
        )
        User.objects.filter(pk=user.pk).update(is_active=True)
        for role in ("support", "manager"):
            VendorMembership.objects.get_or_create(user=user, role=role)
        found.append(user)
    return found


def leave(arena: Arena, user: User, role: str = "manager", *, guarded: bool = True) -> Job:
    """Prepare that a manager gives the role back, or without one ends the own account."""
    now = arena.cast.tick()
    return arena.job("staff", person=user.pk, now=now, role=role, guarded=guarded)


def left() -> int:
    """Count the active managers."""
    return VendorMembership.objects.filter(role="manager", user__is_active=True).count()


def well(found: list[Outcome]) -> dict[str, int]:
    """Count how the contenders fared; nobody met an error."""
    counted = words(found)
    assert not [word for word in counted if word.startswith("unexpected")], counted
    return counted


@pytest.mark.parametrize("role", ["manager", ""], ids=["role", "account"])
def test_of_two_managers_who_leave_at_once_one_stays(arena: Arena, role: str) -> None:
    for number in range(ROUNDS):
        both = managers(arena)
        found = well(arena.race([leave(arena, both[i % 2], role) for i in range(FEW)]))
        assert found.get("won") == 1, (number, found)
        # The winner's other presses come from somebody who manages no more.
        assert set(found) == {"won", "last_manager", "manages no more"}, (number, found)
        assert left() == 1
    assert list(verify(heads=read_heads())) == []


def test_without_the_lock_no_manager_is_left_each_time(arena: Arena) -> None:
    # The number of an event that is there once would stop the second one, too.
    drop_unique_events()
    arena.meet = True
    for _number in range(TWIN_ROUNDS):
        both = managers(arena)
        assert well(arena.race([leave(arena, user, guarded=False) for user in both])) == {"won": 2}
        assert left() == 0


def test_a_visit_asked_for_many_times_is_one(arena: Arena) -> None:
    user = managers(arena)[0]
    for number in range(ROUNDS):
        tenant = Tenant.objects.create(slug=f"firm-{number}", name="회사")
        now = arena.cast.tick()
        job = arena.job("visit", tenant=tenant.pk, user=user.pk, now=now)
        found = arena.race([job] * FEW)
        assert well(found) == {"won": FEW}
        assert SupportVisit.objects.filter(tenant=tenant).count() == 1
        assert Event.objects.filter(stream=tenant.stream).count() == 1


def test_of_many_who_save_the_same_page_one_writes_and_the_others_are_told(arena: Arena) -> None:
    actor, tenant = managers(arena)[0], arena.cast.tenant
    for number in range(ROUNDS):
        now = arena.cast.tick()
        jobs = [
            arena.job("configure", tenant=tenant.pk, actor=actor.pk, now=now, name=f"{number} {i}")
            for i in range(FEW)
        ]
        found = well(arena.race(jobs))
        assert found == {"won": 1, "conflict": FEW - 1}, (number, found)
    told = Event.objects.filter(stream=tenant.stream, kind="tenant.configured")
    assert told.count() == ROUNDS
    assert list(verify(heads=read_heads())) == []
