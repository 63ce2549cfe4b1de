"""Ten thousand random operations on the pure core; after each, the invariants hold."""

import sys
from typing import Any

import pytest

from tests.stateful.choosing import COMMANDS
from tests.stateful.driver import Tally
from tests.stateful.machine import TIMES, drive
from tests.stateful.memory_world import MemoryWorld

pytestmark = pytest.mark.stateful


def test_random_definitions_and_commands_keep_the_invariants(capsys: Any) -> None:
    tally = Tally()
    drive(MemoryWorld, tally, worlds=102, operations=108)
    # A worker's standard error reaches the terminal, its output does not.
    with capsys.disabled():
        print(f"\n{tally.told('pure core')}", file=sys.stderr, flush=True)
    total = sum(tally.tried.values())
    assert total >= 10_000 * TIMES
    assert sum(tally.accepted.values()) * 3 >= total
    assert {kind: tally.accepted[kind] for kind in COMMANDS if tally.accepted[kind] < 100} == {}
    assert tally.accepted["Open"] >= 100
    assert set(tally.ends) >= {"completed", "cancelled", "refused", "expired", "open"}
