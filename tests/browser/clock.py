"""A clock for the pages: it ticks like the real one, from whatever moment a test says."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    """What views read as now."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the moment that pages take for now."""
        return datetime.now(UTC) + self.ahead

    def set(self, moment: datetime) -> None:
        """Go on from a moment."""
        self.ahead = moment - datetime.now(UTC)

    def wait(self, **span: float) -> None:
        """Let time pass: ``wait(hours=24)``."""
        self.ahead += timedelta(**span)
