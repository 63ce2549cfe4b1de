"""Erase what a run says, or some of its events; who did which step when stays."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk.personal import NotErasable
from procedures.management.commands.erase_person import find_person, told
from procedures.models import Run
from procedures.personal.erasing import erase_run


class Command(BaseCommand):
    """Do everything or nothing; say how much it was."""

    help = "Erase the values, notes and reasons of a run that has ended. Cannot be taken back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the run, perhaps some of its events, and why."""
        parser.add_argument("tenant", metavar="SLUG")
        parser.add_argument("reference", metavar="RUN")
        parser.add_argument("--event", type=int, action="append", default=[], metavar="NUMBER")
        parser.add_argument("--reason", required=True, help="kept in the history")
        parser.add_argument("--by", metavar="EMAIL", help="who erases; without it, the console")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, or say why it cannot be done."""
        run = Run.objects.filter(
            tenant__slug=options["tenant"], reference=options["reference"]
        ).first()
        if run is None:
            raise CommandError(f"{options['tenant']} has no run {options['reference']}")
        by = find_person(options["by"]) if options["by"] else None
        try:
            report = erase_run(
                run,
                reason=options["reason"],
                numbers=options["event"],
                by=by,
                now=timezone.now(),
            )
        except NotErasable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{run.reference}: {told(report)}.")
