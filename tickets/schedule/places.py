"""The tab of the schedule."""

from django.utils.translation import gettext_lazy as _

from tickets import places
from tickets.schedule.window import PROCEDURE


def register() -> None:
    """Show the schedule beside the other pages of a change of domain."""
    places.register(places.Place("run_schedule", _("Schedule"), frozenset({PROCEDURE})))
