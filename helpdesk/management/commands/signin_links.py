"""Print a single-use sign-in link for each demo persona."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk import signin


class Command(BaseCommand):
    """Print one line per persona: who, and the address that signs them in once."""

    help = "Print a single-use sign-in link (30 minutes) per demo persona; demo mode only."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse outside demo mode, since a link needs no password."""
        if not settings.DEMO:
            raise CommandError("sign-in links exist in demo mode only; start with DEMO=1")
        people = signin.personas()
        if not people:
            raise CommandError("there are no demo personas; load them with `manage.py demo`")
        now = timezone.now()
        for user in people:
            path = signin.create_link(user, now=now)
            self.stdout.write(f"  {user.persona:<15} {user.name}  {settings.BASE_URL}{path}")
