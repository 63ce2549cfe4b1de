"""What tracking and feedback add to the rest: tabs, a banner, a count, personal data."""

from django.utils.translation import gettext_lazy as _

from helpdesk import counts
from procedures.personal import beside, export
from tickets import banners, places
from tickets.outage.access import PROCEDURES
from tickets.tracking import personal
from tickets.tracking.banner import feedback_banner
from tickets.tracking.reports import unread


def register() -> None:
    """Tie it in; once, when the app is ready."""
    places.register(places.Place("tracking_link", _("Tracking link"), PROCEDURES))
    places.register(places.Place("run_feedback", _("How it went"), PROCEDURES))
    banners.register(feedback_banner)
    beside.register(personal.WORDS)
    export.register("feedback", personal.feedback_of)
    export.register("text_reports", personal.reports_of)
    # The page of notices shows answers to reports as well.
    counts.register("notices", unread)
