"""What else the worker does at each sweep; whoever has such work registers it once."""

from collections.abc import Callable
from datetime import datetime

# Does what is due; ``stop`` says whether to leave the rest for the next time.
Sweep = Callable[[datetime, Callable[[], bool]], None]

_sweeps: list[Sweep] = []


def register(sweep: Sweep) -> None:
    """Let the worker do this at each sweep, after deadlines and before deliveries."""
    if sweep not in _sweeps:
        _sweeps.append(sweep)


def run_all(now: datetime, stop: Callable[[], bool]) -> None:
    """Do all of it, in the order of registration, until told to stop."""
    for sweep in _sweeps:
        if stop():
            return
        sweep(now, stop)
