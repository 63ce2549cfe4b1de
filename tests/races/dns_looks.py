"""Contests about looks at the DNS: of workers for what is due, of people for the last ones."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.db.models import QuerySet

from helpdesk.models import Tenant
from procedures import leases, probes
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


class PressAttempt:
    """Somebody presses "Check now"; the DNS itself is not asked."""

    def __init__(self, tenant: int, actor: int, now: datetime, *, guarded: bool) -> None:
        self.tenant, self.actor = Tenant.objects.get(pk=tenant), actor
        self.now, self.guarded = now, guarded

    def __call__(self) -> Outcome:
        """Say whether it was one of those that may."""
        try:
            with nullcontext() if self.guarded else _uncounted():
                probes.reserve(self.tenant, self.now, self.actor)
        except probes.TooManyChecks:
            return ("too many", None)
        return ("won", None)


def _unlocked_tenant(pk: int) -> Tenant:
    return Tenant.objects.get(pk=pk)


@contextmanager
def _uncounted() -> Iterator[None]:
    """Take the lock of the tenant, and SQLite's only one; wait between counting and writing."""
    count = probes._newest_looks

    def count_and_wait(tenant: Tenant, now: datetime) -> list[datetime]:
        found = count(tenant, now)
        time.sleep(PAUSE_SECONDS)
        return found

    with ExitStack() as stack:
        for fault in (
            mock.patch.object(probes, "transaction", SimpleNamespace(atomic=nullcontext)),
            mock.patch.object(probes.store, "lock_tenant", _unlocked_tenant),
            mock.patch.object(probes, "_newest_looks", count_and_wait),
        ):
            stack.enter_context(fault)
        yield


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
