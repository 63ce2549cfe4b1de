"""A company that reads Korean, on Friday, 18 September 2026, before 추석."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.factories import Company, at
from tests.tickets.schedule.stories import FRIDAY, MX
from tests.web.runs import korean_company


@pytest.fixture
def clock() -> Iterator[Any]:
    """Let it be Friday morning."""
    with time_machine.travel(at(FRIDAY), tick=False) as traveller:
        yield traveller


@pytest.fixture
def firm(db: None, clock: Any) -> Company:
    """Make the company."""
    return korean_company(expected_mx=MX)
