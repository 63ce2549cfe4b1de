"""What every test of the engine may ask for."""

import pytest

from tests.engine.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Give the test a tenant with its people."""
    return make_cast()
