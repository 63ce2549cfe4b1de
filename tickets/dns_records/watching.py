"""What the worker does about the DNS: plan what to look at, and look at what is due."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from procedures import leases
from procedures.leases import Held, never
from tickets.dns_records import checking, planning, settling
from tickets.dns_records.models import DnsWatch
from tickets.dns_records.planning import Course

logger = logging.getLogger(__name__)

# A look may take three seconds; a lease is renewed before each.
LEASE = timedelta(minutes=2)
LIMIT = 5
PLANNED_EVERY = timedelta(seconds=20)
PUT_OFF = timedelta(minutes=10)


class Sweeping:
    """The worker's part: plans now and then, looks at what is due at every sweep."""

    def __init__(self) -> None:
        self.planned_at: datetime | None = None

    def __call__(self, now: datetime, stop: Callable[[], bool]) -> None:
        """Do what is due, until told to stop; the rest waits for the next sweep."""
        if self.planned_at is None or abs(now - self.planned_at) >= PLANNED_EVERY:
            planning.plan(now)
            self.planned_at = now
        sweep(now, stop=stop)


def sweep(now: datetime, *, limit: int = LIMIT, stop: Callable[[], bool] = never) -> int:
    """Look at what is due, the longest due first; return how many watches were taken.

    Few at a time, since the deadlines of everybody wait meanwhile.
    """
    due = DnsWatch.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    held = leases.take(due, limit=limit, span=LEASE)
    return leases.hand_out(DnsWatch, held, now, fire, stop)


def fire(watch_id: int, token: int, now: datetime) -> None:
    """Look for one leased watch; a failure is noted on its row and stops nobody else."""
    held = Held(watch_id, token)
    if not leases.mine(DnsWatch, held).update(lease_until=leases.in_(LEASE)):
        return
    watch = leases.mine(DnsWatch, held).select_related("run__tenant").first()
    if watch is None:
        return
    try:
        _look(watch, held, now)
    except checking.LeaseLost:
        logger.warning("another worker looked for DNS watch %s meanwhile", watch_id)
    except IntegrityError:
        # This due time was looked at already, by a worker that could not say so in time.
        _put_off(watch, held, now + PUT_OFF)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one row, the next is due too
        leases.failed(DnsWatch, held, error)


def _look(watch: DnsWatch, held: Held, now: datetime) -> None:
    """Look outside of any transaction, then keep it and settle the watch in one."""
    (course,) = planning.courses([watch.run])
    if not _is_wanted(watch, course):
        leases.mine(DnsWatch, held).update(state="done", settled_at=now, lease_until=None)
        return
    opens = checking.budget_opens(watch.run.tenant_id, now)
    if opens is not None:
        _put_off(watch, held, max(opens, now + timedelta(minutes=1)))
        return
    seen = checking.look(watch.run, now)
    with transaction.atomic():
        kept = checking.keep(seen, actor=None, held=held, due_at=watch.due_at)
        settling.by_itself(kept, course, held, now)


def _is_wanted(watch: DnsWatch, course: Course) -> bool:
    """Say whether the run still waits for what the watch looks at."""
    if watch.reason == DnsWatch.Reason.SPREADING:
        return course.waits_for_dns
    if watch.reason == DnsWatch.Reason.BEFORE_WORK:
        # The window was withdrawn or moved after this look was planned.
        return course.before_work == watch.begun_at
    return bool(course.run.state == "open")


def _put_off(watch: DnsWatch, held: Held, due_at: datetime) -> None:
    leases.mine(DnsWatch, held).update(due_at=due_at, lease_until=None, attempts=0)
