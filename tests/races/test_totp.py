"""A code signs in once, however many send it at once; guesses at once are all counted."""

import pytest
from allauth.mfa.totp.internal import auth
from django.db import connection

from helpdesk.models import UsedCode, User
from tests.conftest import FreshDatabase
from tests.races.arena import words
from tests.races.guards import drop_unique
from tests.races.jobs import SIZE, Job, Outcome, Round
from tests.races.pool import Pool
from tests.web.signing import Phone, person, phone_of, recovery_codes

pytestmark = pytest.mark.races
# Each opens a session first, and a code is good for a minute.
MANY = 32
FEW = 8
ROUNDS = 3


class Door:
    """A person with both factors, and browsers that all stand before the second one."""

    def __init__(self, pool: Pool, database: str) -> None:
        self.pool, self.database = pool, database
        self.user: User = person("site_admin")
        self.phone: Phone = phone_of(self.user)

    def race(self, job: Job, number: int, *, meet: bool = False) -> dict[str, int]:
        """Let a number of processes do the same at once; count what came of it."""
        jobs = (*[job] * number, *[None] * (SIZE - number))
        found: list[Outcome] = self.pool.run(Round(self.database, jobs, meet=meet))
        assert not [word for word, _none in found if word.startswith("unexpected")], words(found)
        return words(found)

    def codes_at_once(self, code: str, number: int, *, guarded: bool = True) -> dict[str, int]:
        """Let browsers send one code at once."""
        arguments = {"email": self.user.email, "code": code, "guarded": guarded}
        return self.race(Job("code", arguments), number, meet=not guarded)


@pytest.fixture
def door(pool: Pool, fresh_db: FreshDatabase) -> Door:
    """Give the test a person of its own."""
    return Door(pool, fresh_db.name)


def next_code(door: Door) -> str:
    """Return the code of the next half minute: it is good for a whole minute from now."""
    newest = max(auth.yield_hotp_counters_from_time())
    return auth.format_hotp_value(auth.hotp_value(door.phone.secret, newest))


def test_a_code_sent_by_many_at_once_signs_in_once(door: Door) -> None:
    assert door.codes_at_once(next_code(door), MANY) == {"won": 1, "refused": MANY - 1}
    assert UsedCode.objects.count() == 1


def test_without_the_unique_row_the_code_signs_in_many_each_time(door: Door) -> None:
    drop_unique(UsedCode, "used_code_once")
    for _number in range(ROUNDS):
        assert door.codes_at_once(next_code(door), FEW) == {"won": FEW}


def test_the_twin_really_loses_its_constraint(door: Door) -> None:
    drop_unique(UsedCode, "used_code_once")
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, UsedCode._meta.db_table)
    assert not [name for name, one in found.items() if one["unique"] and not one["primary_key"]]


def test_a_recovery_code_sent_at_once_signs_in_once(door: Door) -> None:
    for number in range(ROUNDS):
        code = recovery_codes(door.user)[0]
        assert door.codes_at_once(code, FEW) == {"won": 1, "refused": FEW - 1}
        assert len(recovery_codes(door.user)) == 9 - number


def test_without_its_lock_the_recovery_code_signs_in_many_each_time(door: Door) -> None:
    for _number in range(ROUNDS):
        code = recovery_codes(door.user)[0]
        assert door.codes_at_once(code, FEW, guarded=False)["won"] > 1


def test_guesses_at_once_are_counted_together(door: Door) -> None:
    found = door.race(Job("password", {"email": door.user.email, "shared": True}), SIZE)
    assert found["looked_at"] <= 5
    assert found["limited"] >= SIZE - 5


def test_without_a_shared_count_every_guess_is_looked_at(door: Door) -> None:
    found = door.race(Job("password", {"email": door.user.email, "shared": False}), FEW)
    assert found == {"looked_at": FEW}
