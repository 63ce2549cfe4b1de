"""Random operations through the engine on the database in use; after each, the invariants hold."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from procedures.store.asking import _procedure
from tests import databases
from tests.conftest import FreshDatabase
from tests.stateful.choosing import COMMANDS
from tests.stateful.database_world import DatabaseWorld, publish
from tests.stateful.driver import Tally
from tests.stateful.machine import TIMES, drive

pytestmark = pytest.mark.stateful
VERSIONS = 40


@pytest.fixture
def no_versions_kept(fresh_db: FreshDatabase) -> Iterator[None]:
    """Forget the definitions a process keeps by id: another database numbers them otherwise."""
    _procedure.cache_clear()
    yield
    _procedure.cache_clear()


@pytest.mark.usefixtures("no_versions_kept")
def test_random_commands_keep_the_invariants_on_a_database(capsys: Any) -> None:
    tally, published = Tally(), publish(VERSIONS)
    drive(
        lambda rng: DatabaseWorld(rng, published),
        tally,
        worlds=24,
        operations=112,
        finish=lambda world: world.finish(),  # type: ignore[attr-defined]
    )
    # A worker's standard error reaches the terminal, its output does not.
    with capsys.disabled():
        print(f"\n{tally.told(databases.kind())}", file=sys.stderr, flush=True)
    total = sum(tally.tried.values())
    assert total >= 2_500 * TIMES
    assert sum(tally.accepted.values()) * 3 >= total
    assert {kind: tally.accepted[kind] for kind in COMMANDS if tally.accepted[kind] < 5} == {}
    assert tally.accepted["Open"] >= 100
    assert set(tally.ends) >= {"completed", "cancelled", "refused", "expired", "open"}
