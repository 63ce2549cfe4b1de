"""What crosses from the test to the processes that race, and back."""

from dataclasses import dataclass, field
from typing import Any

SIZE = 64
WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Job:
    """One contender's part of a round; ``without`` names the guards taken away."""

    contest: str
    arguments: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Round:
    """A job for each process, on one database; who has none only waits with the others."""

    database: str
    jobs: tuple[Job | None, ...]
    meet: bool = False


# How a contender fared: "won", "repeated", a code, or "unexpected …"; and the run, if any.
Outcome = tuple[str, int | None]
