"""The last admin stays whoever presses at once, and an invitation is used by one."""

import pytest

from audit.models import Event
from helpdesk.models import Leaver, Membership, User
from helpdesk.people import invitations
from tests.races.arena import Arena, words
from tests.races.jobs import Job, Outcome
from tests.races.test_twins import drop_unique_events

pytestmark = pytest.mark.races
FEW = 8
ROUNDS = 5
TWIN_ROUNDS = 3
SITE, MAIL = ("site", "site2"), ("mail", "mail2")


def attempt(arena: Arena, who: str, by: str, role: str, *, guarded: bool = True) -> Job:
    """Prepare that an admin takes a role from somebody, or without one deactivates them."""
    people = arena.cast.people
    return arena.job(
        "leaving",
        tenant=arena.cast.tenant.pk,
        person=people[who].pk,
        actor=people[by].pk,
        now=arena.cast.tick(),
        role=role,
        guarded=guarded,
    )


def admins(arena: Arena, role: str) -> int:
    """Count the active people who hold a role."""
    held = Membership.objects.filter(tenant=arena.cast.tenant, role=role, user__is_active=True)
    return held.count()


def restore(arena: Arena, names: tuple[str, ...], role: str) -> None:
    """Give everybody their roles back for the next round."""
    Leaver.objects.all().delete()
    for name in names:
        user = arena.cast.people[name]
        User.objects.filter(pk=user.pk).update(is_active=True)
        for one in (role, "member"):
            Membership.objects.get_or_create(tenant=arena.cast.tenant, user=user, role=one)


def well(found: list[Outcome]) -> dict[str, int]:
    """Count how the contenders fared; nobody met an error."""
    counted = words(found)
    assert not [word for word in counted if word.startswith("unexpected")], counted
    return counted


def test_two_site_admins_who_give_up_their_role_leave_one(arena: Arena) -> None:
    for number in range(ROUNDS):
        restore(arena, SITE, "site_admin")
        jobs = [attempt(arena, SITE[i % 2], SITE[i % 2], "site_admin") for i in range(FEW)]
        found = well(arena.race(jobs))
        assert found.get("won") == 1, (number, found)
        assert set(found) == {"won", "forbidden", "last_site_admin"}, (number, found)
        assert admins(arena, "site_admin") == 1
        taken = Event.objects.filter(stream=arena.cast.tenant.stream, kind="membership.taken")
        assert taken.count() == number + 1


def test_two_mail_admins_who_are_deactivated_at_once_leave_one(arena: Arena) -> None:
    for number in range(ROUNDS):
        restore(arena, MAIL, "mail_admin")
        found = well(arena.race([attempt(arena, MAIL[i % 2], "site", "") for i in range(FEW)]))
        assert found.get("won") == 1, (number, found)
        assert set(found) == {"won", "not_a_member", "last_mail_admin"}, (number, found)
        assert admins(arena, "mail_admin") == 1


def test_without_the_lock_no_admin_is_left_each_time(arena: Arena) -> None:
    # The number of an event that is there once would stop the second one, too.
    drop_unique_events()
    arena.meet = True
    for _number in range(TWIN_ROUNDS):
        restore(arena, SITE, "site_admin")
        jobs = [
            attempt(arena, who, by, "site_admin", guarded=False) for who, by in (SITE, SITE[::-1])
        ]
        assert well(arena.race(jobs)) == {"won": 2}
        assert admins(arena, "site_admin") == 0


def test_an_invitation_is_used_by_one(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(ROUNDS):
        token = f"token-{number}"
        monkeypatch.setattr("secrets.token_urlsafe", lambda _bytes, token=token: token)
        invitations.invite(
            arena.cast.tenant, email=f"new{number}@old.example", name="새", language="ko",
            roles=["member"], actor=arena.cast.people["site"], now=arena.cast.now,
        )  # fmt: skip
        jobs = [arena.job("joining", token=token, now=arena.cast.now)] * FEW
        found = well(arena.race(jobs))
        assert found == {"won": 1, "over": FEW - 1}, (number, found)
        user = User.objects.get(email=f"new{number}@old.example")
        assert user.memberships.count() == 1
    joined = Event.objects.filter(stream=arena.cast.tenant.stream, kind="person.joined")
    assert joined.count() == ROUNDS
