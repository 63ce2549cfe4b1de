"""The fixed window as a calendar entry, for who follows it; what is not fixed has none."""

import copy
from datetime import datetime

from helpdesk.zones import zone_at
from procedures.models import Run
from tickets.schedule import ics
from tickets.schedule.window import window_of

CONTENT_TYPE = ics.CONTENT_TYPE


def fixed_window(run: Run, language: str, now: datetime, *, named: bool = True) -> bytes:
    """Return the entry of a confirmed window; nothing while none is.

    Without ``named`` it tells no domain: the ticket's reference stands in its place.
    """
    window = window_of(run)
    if window is None or not window.fixed:
        return b""
    told = run
    if not named:
        told = copy.copy(run)
        told.subject = run.reference
    return ics.of_window(told, window, language, now=now, zone=zone_at(run.tenant, now))
