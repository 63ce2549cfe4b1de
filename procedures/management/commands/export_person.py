"""Write down what the product knows of one person, to be handed to them."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procedures.management.commands.erase_person import find_person
from procedures.personal.export import export_person


class Command(BaseCommand):
    """Print JSON, or write it to a file that nobody else may read."""

    help = "Export everything the product knows of a person as JSON. Writes nothing else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who, and where to write."""
        parser.add_argument("email")
        parser.add_argument("--out", type=Path, metavar="FILE", help="a new file, mode 0600")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export at one moment."""
        found = export_person(find_person(options["email"]), timezone.now())
        text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        if options["out"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            handle = os.open(options["out"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        self.stderr.write(f"written to {options['out']}")
