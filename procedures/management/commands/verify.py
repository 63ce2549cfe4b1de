"""Verify the runs: what is stored is what the events tell, and the invariants hold."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.reading import snapshot
from procedures.invariants import Looked, check_all
from procedures.management.commands.verify_audit import find_tenant


class Command(BaseCommand):
    """Print one line for each broken invariant and exit 1, or the count and exit 0."""

    help = "Verify every run against its own events; names run and invariant. Writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one tenant; without it, everything is verified."""
        parser.add_argument("--tenant", metavar="SLUG", help="only this tenant and its runs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify at one moment, while others go on writing."""
        tenant = find_tenant(options["tenant"])
        looked, broken = Looked(), 0
        with snapshot():
            for one in check_all(tenant, looked):
                broken += 1
                self.stdout.write(str(one))
        told = f"{looked.runs} runs"
        if looked.erased:
            told += f", {looked.erased} not folded because something of them was erased"
        if broken:
            raise CommandError(f"{broken} broken; {told}", returncode=1)
        self.stdout.write(f"Every run is what its events tell: {told}.")
