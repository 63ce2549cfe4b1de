"""The tenant and the clock of the window's tests."""

from tests.tickets.outage.conftest import cast, clock

__all__ = ["cast", "clock"]
