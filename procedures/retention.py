"""What of runs is deleted in time: messages that were read or sent, counters, looks at the DNS.

Runs and their events are never deleted.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from helpdesk import retention
from helpdesk.retention import Kind
from procedures.models import Delivery, Look, Notice, Probe, Refusal

# A worker looks this often; each time it takes one batch of a kind.
EVERY = timedelta(minutes=10)


def _old_notices(before: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(read_at__lt=before)


def _old_deliveries(before: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.SENT, sent_at__lt=before)


def _old_refusals(before: datetime) -> QuerySet[Refusal]:
    return Refusal.objects.filter(last_at__lt=before)


def _old_probes(before: datetime) -> QuerySet[Probe]:
    # What an open run was judged by stays as long as the run is open.
    return Probe.objects.filter(at__lt=before).filter(Q(run=None) | ~Q(run__state="open"))


def _old_looks(before: datetime) -> QuerySet[Look]:
    return Look.objects.filter(at__lt=before)


KINDS = (
    *retention.KINDS,
    Kind("notices", _old_notices),
    Kind("deliveries", _old_deliveries),
    Kind("refusals", _old_refusals),
    Kind("probes", _old_probes),
    Kind("probes", _old_looks),
)


_more: list[Kind] = []


def register(kind: Kind) -> None:
    """Let rows of somebody above be deleted in time, as long kept as others of the name."""
    if kind not in _more:
        _more.append(kind)


def sweep(now: datetime, *, batches: int = 1, dry_run: bool = False) -> dict[str, int]:
    """Delete what has served its time; return how many rows of each kind."""
    return retention.sweep((*KINDS, *_more), now, batches=batches, dry_run=dry_run)
