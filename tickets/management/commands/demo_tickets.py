"""Arrange the queue over the demo runs: who holds which, what is overdue, saved views."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from procedures.models import Run
from tickets.demo import arrange
from tickets.queue.models import Ticket


class Command(BaseCommand):
    """Arrange the demo queue once, by the commands that people give."""

    help = "Arrange support's queue over the demo data; does nothing when that is done."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell the story up to a minute ago."""
        if not Run.objects.filter(tenant__demo=True).exists():
            self.stdout.write("there are no demo data")
            return
        if Ticket.objects.filter(run__tenant__demo=True).exists():
            self.stdout.write("the demo queue is there already")
            return
        end = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=1)
        self.stdout.write(f"demo queue: {arrange(end)} tickets are somebody's")
