"""The worker: fires what becomes due, tells whom it concerns, and stops cleanly."""

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from helpdesk.vendor.configuration import settle_zones
from procedures import deadlines, deliveries, leases, retention, sweeps, tasks
from procedures.models import Deadline, Delivery

logger = logging.getLogger("helpdesk.worker")

# A stop waits this long for the row in hand, a slow mail server say, and then lets go of it.
PATIENCE_SECONDS = 6
LONGEST_WAIT_SECONDS = 30.0


def _leased() -> tuple[Any, ...]:
    """Return every kind of row that a worker leases."""
    return (Deadline, Delivery, *sweeps.leased_rows())


class Command(BaseCommand):
    """Sweep deadlines and deliveries until told to stop."""

    help = "Fire deadlines that are due and carry out the outbox."
    swept_at: datetime | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how long to go on, and what to do with rows that were given up."""
        parser.add_argument("--once", action="store_true", help="do what is due now and end")
        parser.add_argument("--interval", type=float, default=2.0, metavar="SECONDS")
        parser.add_argument(
            "--no-deliveries", action="store_true", help="send nothing, after a restore for example"
        )
        parser.add_argument(
            "--status", action="store_true", help="print how many rows wait and are dead, and end"
        )
        parser.add_argument("--revive", action="store_true", help="try dead rows again, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work, or answer a question about the work."""
        if options["status"]:
            self._print_status()
            return
        if options["revive"]:
            for model in _leased():
                self.stdout.write(f"{model.__name__}: {leases.revive(model)} to be tried again")
            return
        self.stopping = threading.Event()
        self.told = not options["no_deliveries"]
        with self._signals():
            try:
                if options["once"]:
                    self._sweep()
                else:
                    self._loop(options["interval"])
            except KeyboardInterrupt:
                logger.warning("stopped in the middle of a row; it will be done by the next worker")

    def _loop(self, interval: float) -> None:
        """Sweep, wait, sweep again; a database that is away is waited for."""
        logger.info("worker started")
        wait = interval
        while not self.stopping.is_set():
            try:
                close_old_connections()
                self._sweep()
                wait = interval
            except (OperationalError, InterfaceError) as error:
                wait = min(max(wait * 2, 1.0), LONGEST_WAIT_SECONDS)
                reason = str(error).strip().splitlines() or [type(error).__name__]
                logger.error("the database cannot be used, again in %.0f s: %s", wait, reason[0])
                connection.close()
            self.stopping.wait(wait)
        logger.info("worker stopped")

    def _sweep(self) -> None:
        """Do everything that is due; deadlines first, so that their reminders are told together."""
        now, stop = timezone.now(), self.stopping.is_set
        settle_zones(now)
        while deadlines.sweep(now, hand=tasks.enqueue_deadline, stop=stop):
            pass
        sweeps.run_all(timezone.now(), stop)
        # What the deadlines have just put into the outbox is due now.
        now = timezone.now()
        while self.told and deliveries.sweep(now, hand=tasks.enqueue_delivery, stop=stop):
            now = timezone.now()
        if self.swept_at is None or abs(now - self.swept_at) >= retention.EVERY:
            self.swept_at = now
            retention.sweep(now)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Let SIGTERM and SIGINT end the loop, and a timer end what does not want to."""

        def ask(number: int, frame: Any) -> None:
            self.stopping.set()
            signal.alarm(PATIENCE_SECONDS)

        def insist(number: int, frame: Any) -> None:
            raise KeyboardInterrupt

        handlers = {signal.SIGTERM: ask, signal.SIGINT: ask, signal.SIGALRM: insist}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            signal.alarm(0)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _print_status(self) -> None:
        """Print a line for each kind of row, and one for each row that was given up."""
        for model in _leased():
            rows = model.objects.all()
            waiting = rows.filter(state="pending", attempts=0).count()
            trying = rows.filter(state="pending", attempts__gt=0).count()
            dead = rows.filter(state="dead").order_by("pk")
            self.stdout.write(
                f"{model.__name__}: {waiting} waiting, {trying} being tried, {dead.count()} dead"
            )
            for row in dead.select_related("run")[:50]:
                self.stdout.write(f"  {row.pk} {row.run.reference} {row}: {row.error}")
