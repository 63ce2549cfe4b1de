"""Of many workers one looks at the DNS that is due; of many people no more than may."""

from datetime import timedelta

import pytest

from procedures import probes
from procedures.models import Look, Run
from tests.engine.domains import ASKED
from tests.races.arena import Arena, words
from tests.races.dns_looks import FENCE, LEASE
from tests.races.guards import drop_unique
from tests.races.jobs import SIZE
from tickets.dns_records.models import DnsCheck, DnsWatch

pytestmark = pytest.mark.races
FEW = 8
ROUNDS = 5
TWIN_ROUNDS = 2


@pytest.fixture
def run(arena: Arena) -> Run:
    return arena.cast.open("support", "domain_change", **ASKED)


def look(arena: Arena, run: Run, *taken_away: str) -> dict[str, int]:
    """Let a watch be due, and let every worker sweep at once."""
    now = arena.cast.tick()
    DnsWatch.objects.update_or_create(
        run=run,
        reason="spreading",
        defaults={"begun_at": now, "due_at": now, "state": "pending", "lease_until": None},
    )
    job = arena.job("dns look", now=now + timedelta(seconds=1), taken_away=taken_away)
    return words(arena.race([job] * FEW))


def test_a_watch_that_is_due_is_looked_at_once(arena: Arena, run: Run) -> None:
    for number in range(1, ROUNDS + 1):
        assert look(arena, run) == {"took 1": 1, "took 0": FEW - 1}
        assert DnsCheck.objects.count() == number
        assert DnsWatch.objects.get().state == "done"


@pytest.mark.parametrize(
    "taken_away", [(FENCE,), (LEASE,), (LEASE, FENCE)], ids=["lease", "fence", "unique row"]
)
def test_each_guard_alone_is_enough(arena: Arena, run: Run, taken_away: tuple[str, ...]) -> None:
    """The last of them keeps the unique row alone, the others go without it."""
    if taken_away != (LEASE, FENCE):
        drop_unique(DnsCheck, "dns_check_once")
    for number in range(1, TWIN_ROUNDS + 1):
        found = look(arena, run, *taken_away)
        assert not [word for word in found if word.startswith("unexpected")], found
        assert DnsCheck.objects.count() == number


def test_without_any_guard_it_is_looked_at_many_times(arena: Arena, run: Run) -> None:
    drop_unique(DnsCheck, "dns_check_once")
    for _number in range(TWIN_ROUNDS):
        before = DnsCheck.objects.count()
        assert look(arena, run, LEASE, FENCE) == {"took 1": FEW}
        assert DnsCheck.objects.count() == before + FEW


def press(arena: Arena, left: int, presses: int, *, guarded: bool) -> dict[str, int]:
    """Use up all looks of the hour but some, then let many press at once."""
    tenant, actor = arena.cast.tenant, arena.cast.people["support"]
    Look.objects.all().delete()
    now = arena.cast.tick()
    Look.objects.bulk_create(
        Look(tenant=tenant, actor=actor, at=now - timedelta(minutes=n + 1))
        for n in range(probes.CHECKS - left)
    )
    job = arena.job("dns press", tenant=tenant.pk, actor=actor.pk, now=now, guarded=guarded)
    return words(arena.race([job] * presses))


def test_of_many_who_press_no_more_look_than_may(arena: Arena) -> None:
    for _number in range(ROUNDS):
        assert press(arena, 3, SIZE, guarded=True) == {"won": 3, "too many": SIZE - 3}
        assert Look.objects.count() == probes.CHECKS


def test_without_the_lock_everybody_looks_each_time(arena: Arena) -> None:
    for _number in range(TWIN_ROUNDS):
        assert press(arena, 3, FEW, guarded=False) == {"won": FEW}
        assert Look.objects.count() > probes.CHECKS
