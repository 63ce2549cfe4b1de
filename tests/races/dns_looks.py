"""Contests of workers: who looks at the DNS that is due."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.db.models import QuerySet

from procedures import leases
from procedures.leases import Held
from procedures.models import Run
from tests.races.jobs import Outcome
from tickets.dns_records import checking, watching
from tickets.dns_records.models import DnsWatch

# How long a twin stands between reading and writing, so that everybody has read.
PAUSE_SECONDS = 3.0
# "lease": the row is marked as taken; "fence": nothing is kept without the token.
LEASE, FENCE = "lease", "fence"


class LookAttempt:
    """A worker sweeps; the DNS answers at once, with nothing."""

    def __init__(self, now: datetime, taken_away: tuple[str, ...] = ()) -> None:
        self.now, self.taken_away = now, taken_away

    def __call__(self) -> Outcome:
        """Say how many watches this worker took."""
        with _faults(self.taken_away):
            taken = watching.sweep(self.now)
        return (f"took {taken}", None)


def _seen(run: Run, now: datetime) -> checking.Look:
    return checking.Look(run, run.tenant, [], now)


def _seen_by_everybody(run: Run, now: datetime) -> checking.Look:
    """Wait until everybody has read what is due, and asks."""
    time.sleep(PAUSE_SECONDS)
    return _seen(run, now)


@contextmanager
def _faults(taken_away: tuple[str, ...]) -> Iterator[None]:
    look = _seen_by_everybody if taken_away else _seen
    found: list[AbstractContextManager[Any]] = [mock.patch.object(checking, "look", look)]
    if LEASE in taken_away:
        found.append(mock.patch.object(leases, "take", _take_unmarked))
    if FENCE in taken_away:
        found.append(mock.patch.object(leases, "mine", _anybodys))
    with ExitStack() as stack:
        for fault in found:
            stack.enter_context(fault)
        yield


def _take_unmarked(rows: QuerySet[DnsWatch], *, limit: int, span: timedelta) -> list[Held]:
    """Read what is due and leave it as it is."""
    found = [
        Held(pk, token) for pk, token in rows.filter(state="pending").values_list("pk", "token")
    ]
    return found[:limit]


def _anybodys(model: Any, held: Held) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(pk=held.pk)
    return rows
