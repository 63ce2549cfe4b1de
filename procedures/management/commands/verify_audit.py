"""Verify the history: every event, its body, its place and the end of each stream."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.reading import snapshot
from audit.verify import Counts, verify
from helpdesk.models import Tenant
from procedures.heads import read_heads


class Command(BaseCommand):
    """Print one line a fault and exit 1, or the counts and exit 0."""

    help = "Verify the chain of events; names stream and number of whatever is not as written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one tenant or one stream; without either, everything is verified."""
        parser.add_argument("--tenant", metavar="SLUG", help="only this tenant and its runs")
        parser.add_argument("--stream", help="only this stream, such as run:6f1c…")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify at one moment, while others go on writing."""
        tenant = find_tenant(options["tenant"])
        counts, faults = Counts(), 0
        with snapshot():
            heads = read_heads(tenant)
            streams = list(heads) if tenant is not None else None
            if options["stream"]:
                streams = [options["stream"]]
            for fault in verify(streams, heads, counts=counts):
                faults += 1
                self.stdout.write(str(fault))
        looked = f"{counts.events} events in {counts.streams} streams, {counts.erased} erased"
        if faults:
            raise CommandError(f"{faults} faults found; {looked}", returncode=1)
        self.stdout.write(f"The history is as it was written: {looked}.")


def find_tenant(slug: str | None) -> Tenant | None:
    """Return the tenant that was named; None when none was."""
    if slug is None:
        return None
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise CommandError(f"there is no tenant {slug!r}")
    return tenant
