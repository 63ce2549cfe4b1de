"""Nobody confirms a window past a collision: the run's own page leads to the schedule."""

from django.utils.translation import gettext as _

from helpdesk.access import roles_in
from helpdesk.permissions import VENDOR
from procedures.definition import Step
from procedures.views.run import RunVisit
from tickets.schedule import busy
from tickets.schedule.collisions import clashes_of
from tickets.schedule.window import PROCEDURE, window_of


def collision_first(visit: RunVisit, step: Step) -> str:
    """Say to the vendor's people that there is a collision to be seen; empty where none is."""
    if visit.run.procedure != PROCEDURE or step.key != "confirm_schedule":
        return ""
    window = window_of(visit.run)
    if window is None or window.fixed or not window.stands:
        return ""
    if roles_in(visit.user, visit.tenant, visit.now).isdisjoint(VENDOR):
        return ""
    others = busy.others_around(window, reader=visit.user, now=visit.now, but=visit.run)
    clashes = clashes_of(window.start, window.end, others, busy.room(), busy.vendor_zone())
    if not clashes:
        return ""
    return _("This window collides. Confirm it on the page “Schedule”, which shows with what.")
