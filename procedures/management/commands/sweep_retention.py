"""Delete at once what has served its time, or say how much that would be."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from procedures import retention

ALL = 1_000_000


class Command(BaseCommand):
    """Print one line a kind."""

    help = "Delete rows older than the HELPDESK_RETENTION_* settings say; runs and events stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to delete nothing."""
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep until nothing is left to be swept."""
        found = retention.sweep(timezone.now(), batches=ALL, dry_run=options["dry_run"])
        word = "would be deleted" if options["dry_run"] else "deleted"
        for name, days in settings.RETENTION_DAYS.items():
            kept = f"{days} days" if days else "for ever"
            self.stdout.write(f"{name}: kept {kept}, {found.get(name, 0)} {word}")
