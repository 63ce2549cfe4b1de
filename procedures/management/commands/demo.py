"""Load the demo data: two invented companies and ninety days of their runs."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from helpdesk.models import Tenant
from procedures.demo.people import make_people
from procedures.demo.stories import all_stories


class Command(BaseCommand):
    """Make demo data once, by calling the engine with times gone by."""

    help = "Load clearly labelled demo data; does nothing when it is there already."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create people and tell every story up to now."""
        if Tenant.objects.filter(demo=True).exists():
            self.stdout.write("the demo data are there already")
            return
        hanbit, saebom = make_people()
        # A minute of distance, so that nothing of the past is dated after a page's now.
        end = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=1)
        stories = all_stories(hanbit, saebom, end)
        for _at, story in stories:
            story().wait().quiet()
        self.stdout.write(f"demo data: 2 companies, {len(stories)} runs")
