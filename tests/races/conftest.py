"""One pool for all races, and an arena on a database of the test's own."""

from collections.abc import Iterator

import pytest

from tests.conftest import FreshDatabase
from tests.engine.cast import make_cast
from tests.races.arena import Arena
from tests.races.pool import Pool


@pytest.fixture(scope="session")
def pool(django_db_setup: None) -> Iterator[Pool]:
    """Start the processes; each connects for its first round only."""
    made = Pool()
    yield made
    made.close()


@pytest.fixture
def arena(pool: Pool, fresh_db: FreshDatabase) -> Arena:
    """Give the test a tenant that others will fight over."""
    return Arena(pool, fresh_db.name, make_cast())
