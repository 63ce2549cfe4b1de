"""What the schedule adds to the rest: a tab, a banner, a message, work for the worker."""

from django.utils.translation import gettext_lazy as _

from procedures import messages, sweeps
from procedures.messages import Message
from procedures.views import beforehand
from tickets import banners, places
from tickets.schedule import alerts
from tickets.schedule.banner import calendar_banner
from tickets.schedule.beforehand import collision_first
from tickets.schedule.window import PROCEDURE


def register() -> None:
    """Tie it in; once, when the app is ready."""
    places.register(places.Place("run_schedule", _("Schedule"), frozenset({PROCEDURE})))
    banners.register(calendar_banner)
    beforehand.register(collision_first)
    messages.register(Message(alerts.TEMPLATE, _("The calendar touches this date"), "run_schedule"))
    sweeps.register(alerts.sweep)
