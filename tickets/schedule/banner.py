"""A line on the run's page: another calendar touches its date."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from procedures.calendar_facts import current_calendar
from procedures.models import Run
from tickets.schedule.affected import affected_by
from tickets.schedule.shown import changed
from tickets.schedule.window import PROCEDURE


def calendar_banner(run: Run, slug: str, now: datetime) -> dict[str, Any]:
    """Say what the calendar in force changes for a run; {} where it is about no date."""
    if run.procedure != PROCEDURE or str(run.state) != "open":
        return {}
    touched = affected_by(current_calendar(), [run], now)
    if not touched:
        return {}
    href = reverse("run_schedule", args=[slug, run.reference])
    return {"template": "schedule/banner.html", "href": href, **changed(touched[0])}
