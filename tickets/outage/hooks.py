"""What the outage adds to the rest: the tabs of a change of domain."""

from django.utils.translation import gettext_lazy as _

from tickets import places
from tickets.outage.access import PROCEDURES


def register() -> None:
    """Add the tabs; once, when the app is ready."""
    places.register(places.Place("outage_window", _("Outage window"), PROCEDURES))
    places.register(places.Place("outage_pack", _("Notices to send"), PROCEDURES))
