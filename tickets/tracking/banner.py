"""Ask on the run's page how it went."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from procedures.models import Run
from tickets.tracking.links import PROCEDURES

# The steps that are left once service is resumed.
_AFTER = frozenset({"verify", "recheck_mx", "outlook_confirmed", "close"})


def feedback_banner(run: Run, slug: str, now: datetime) -> dict[str, Any]:
    """Ask once service is resumed, or the run is completed; {} before."""
    if run.procedure not in PROCEDURES:
        return {}
    if str(run.state) != "completed" and not _AFTER & set(run.current_steps.split(",")):
        return {}
    href = reverse("run_feedback", args=[slug, run.reference])
    return {"template": "tickets/tracking/banner.html", "href": href}
