"""How much of each run somebody has not seen since they last looked; whoever knows says so."""

from collections.abc import Callable, Sequence

from helpdesk.models import User
from procedures.models import Run

# Maps the ids of runs to how much is new; one query for all of them.
Counts = Callable[[User, Sequence[Run]], dict[int, int]]

_counts: list[Counts] = []


def register(counts: Counts) -> None:
    """Ask this what is new, from now on."""
    _counts[:] = [counts]


def unread_of(user: User, runs: Sequence[Run]) -> dict[int, int]:
    """Map the runs of a page of which something is new to how much that is."""
    if not _counts or not runs:
        return {}
    return {pk: count for pk, count in _counts[0](user, runs).items() if count}
