"""Erase a person at their request: nothing names them any more, the history still verifies."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk.identity import identity_of
from helpdesk.models import User
from helpdesk.personal import NotErasable
from procedures.personal.erasing import Report, erase_person


class Command(BaseCommand):
    """Do everything or nothing; say how much it was."""

    help = "Replace a person by a pseudonym everywhere and end the account. Cannot be taken back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who, why, and who asked for it at the console."""
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="kept in the history; names nobody")
        parser.add_argument("--by", metavar="EMAIL", help="who erases; without it, the console")
        parser.add_argument("--dry-run", action="store_true", help="say how much it would be")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, or say what must be settled first."""
        user = find_person(options["email"])
        by = find_person(options["by"]) if options["by"] else None
        pseudonym = identity_of(user).pseudonym
        try:
            report = erase_person(
                user,
                reason=options["reason"],
                by=by,
                now=timezone.now(),
                dry_run=options["dry_run"],
            )
        except NotErasable as error:
            raise CommandError(str(error)) from error
        word = "would become" if options["dry_run"] else "is now"
        self.stdout.write(f"{options['email']} {word} {pseudonym}: {told(report)}.")


def find_person(email: str) -> User:
    """Return a person by their address, whatever its case."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"nobody has the address {email}")
    return user


def told(report: Report) -> str:
    """Say what an erasure came to."""
    return (
        f"{report.events} events erased in {report.streams} streams, {report.rows} rows rewritten"
    )
