"""The state machine that hypothesis drives, and how long it does."""

import os
from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.stateful.driver import Driver, Tally, World

# The campaign takes its time: HELPDESK_CAMPAIGN says how many times the usual count.
TIMES = max(1, int(os.environ.get("HELPDESK_CAMPAIGN") or 1))
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def drive(
    make_world: Callable[[Random], World],
    tally: Tally,
    *,
    worlds: int,
    operations: int,
    finish: Callable[[World], None] = lambda world: None,
) -> None:
    """Let hypothesis drive some worlds, a number of operations each; the same every time."""

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.driver: Driver | None = None
            self.count = 0

        @initialize(seed=SEEDS)
        def begin(self, seed: int) -> None:
            tally.worlds += 1
            # Worlds differ even when seeds are alike; hypothesis likes to repeat small ones.
            self.driver = Driver(make_world(Random(f"world {seed}")), tally)

        @rule(seed=SEEDS)
        def operate(self, seed: int) -> None:
            assert self.driver is not None
            self.count += 1
            self.driver.operate(Random(f"{self.count} {seed}"))

        def teardown(self) -> None:
            if self.driver is not None:
                finish(self.driver.world)

    chosen = settings(
        max_examples=worlds * TIMES,
        stateful_step_count=operations,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=chosen)
