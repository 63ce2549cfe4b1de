"""A tenant with its people, and a clock that stands still."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.catalog.facts import kst
from tests.engine.cast import Cast, make_cast


@pytest.fixture
def clock() -> Iterator[Any]:
    """Stand still at nine on the Monday on which everything begins."""
    with time_machine.travel(kst("2026-11-02T09:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def cast(db: None, clock: Any) -> Cast:
    """Make the tenant with its people."""
    return make_cast()
