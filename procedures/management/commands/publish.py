"""Publish the catalog: what is new becomes an immutable version."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procedures.publish import Reworded, publish, write_lock


class Command(BaseCommand):
    """Store new versions; refuse a procedure that was reworded under its old number."""

    help = "Publish the procedures of the catalog."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to write the lock file instead."""
        parser.add_argument("--lock", action="store_true", help="write catalog/versions.lock")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish and say what is new."""
        try:
            if options["lock"]:
                write_lock()
                self.stdout.write("versions.lock is up to date")
                return
            new = publish(timezone.now())
        except Reworded as error:
            raise CommandError(str(error)) from error
        for version in new:
            self.stdout.write(f"published {version}")
        if not new:
            self.stdout.write("nothing new to publish")
