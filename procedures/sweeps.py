"""What else the worker does at each sweep; whoever has such work registers it once."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError

from procedures.models import Lease

logger = logging.getLogger(__name__)

# Does what is due; ``stop`` says whether to leave the rest for the next time.
Sweep = Callable[[datetime, Callable[[], bool]], None]

_sweeps: list[Sweep] = []
_rows: list[type[Lease]] = []


def register(sweep: Sweep, rows: type[Lease] | None = None) -> None:
    """Let the worker do this at each sweep, after deadlines and before deliveries.

    ``rows``, if the work is leased: what the worker's options count and revive. They belong to
    a run.
    """
    if sweep not in _sweeps:
        _sweeps.append(sweep)
    if rows is not None and rows not in _rows:
        _rows.append(rows)


def leased_rows() -> tuple[type[Lease], ...]:
    """Return the kinds of rows of this work that are leased."""
    return tuple(_rows)


def run_all(now: datetime, stop: Callable[[], bool]) -> None:
    """Do all of it, in the order of registration, until told to stop.

    One that fails is logged and stops neither the others nor what comes after; it is tried again
    at the next sweep. Only a database that cannot be used is for the caller.
    """
    for sweep in _sweeps:
        if stop():
            return
        try:
            sweep(now, stop)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s failed", sweep)
