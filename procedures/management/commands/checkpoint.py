"""Export where every stream stands, or hold the database against an earlier export."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.checkpoint import check, compare, make
from audit.models import Checkpoint
from audit.reading import snapshot
from audit.store import audit_key
from procedures.heads import read_heads
from procedures.management.commands.verify_audit import find_tenant


class Command(BaseCommand):
    """Print a signed JSON to be kept on another machine; with --against, compare with one."""

    help = "Export a signed checkpoint of the history, or find what was cut off since one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the tenant, and the file to write or to compare with."""
        parser.add_argument("--tenant", metavar="SLUG", help="only this tenant and its runs")
        parser.add_argument("--out", metavar="FILE", help="write to a new file, not to the screen")
        parser.add_argument("--against", metavar="FILE", help="compare with an earlier checkpoint")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export or compare; exit 1 when the database lost something, 2 when FILE is unusable."""
        if options["against"]:
            self._compare(Path(options["against"]))
        else:
            self._export(options["tenant"], options["out"])

    def _export(self, slug: str | None, out: str | None) -> None:
        tenant = find_tenant(slug)
        now = timezone.now()
        with snapshot():
            heads = read_heads(tenant)
        document = make(tenant.stream if tenant else "all", heads, audit_key(), now)
        text = json.dumps(document, ensure_ascii=False, indent=1)
        if out:
            try:
                with Path(out).open("x", encoding="utf-8") as file:
                    file.write(text + "\n")
            except OSError as error:
                raise CommandError(f"{out} cannot be written: {error.strerror}") from error
        else:
            self.stdout.write(text)
        kept = {name: document[name] for name in ("scope", "streams", "events", "root", "mac")}
        Checkpoint.objects.create(at=now, heads=text, **kept)

    def _compare(self, path: Path) -> None:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            stated = check(document, settings.AUDIT_KEYS)
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} cannot be used: {error}", returncode=2) from error
        with snapshot():
            faults = list(compare(stated))
        for fault in faults:
            self.stdout.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} streams lost what the checkpoint holds")
        self.stdout.write(
            f"All {len(stated)} streams hold what the checkpoint of {document['at']} "
            "says. Run verify_audit for what lies before it."
        )
