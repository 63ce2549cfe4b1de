"""Everything that the page about a date draws and judges, read once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404

from helpdesk.permissions import VENDOR
from procedures.change import Loaded
from procedures.definition import Return
from procedures.present import rights, steps
from procedures.present.steps import StepView
from procedures.selectors.runs import history
from procedures.views.run_forms import Desk
from tickets.page import RunVisit, load
from tickets.schedule import busy
from tickets.schedule.affected import Affected, affected_by
from tickets.schedule.collisions import Clash, Other, Room, clashes_of
from tickets.schedule.days import CalendarEnds, Day, Notice, notice_of, weeks_of
from tickets.schedule.offers import Offer, offers_of
from tickets.schedule.window import PROCEDURE, Window, window_of


@dataclass(frozen=True, slots=True)
class Board:
    """One ticket's dates, as one person sees them now."""

    visit: RunVisit
    loaded: Loaded
    window: Window | None
    offers: list[Offer]
    notice: Notice | None
    weeks: list[list[Day]]
    room: Room
    others: list[Other]
    affected: Affected | None
    views: dict[str, StepView]

    @property
    def desk(self) -> Desk:
        """Return what forms are made from."""
        return Desk(self.loaded, self.visit.tenant, self.visit.now)

    @property
    def vendor(self) -> bool:
        """Say whether the reader is one of the vendor's people."""
        return not self.loaded.actor.roles.isdisjoint(VENDOR)

    @property
    def today(self) -> date:
        """Return the day it is at the company."""
        return self.loaded.facts.local_date(self.visit.now)

    @property
    def version(self) -> str:
        """Name the calendar in force."""
        calendar = self.loaded.facts.calendar
        return calendar.version if calendar else ""

    def way(self, key: str) -> Return | None:
        """Return a way back that this person may take now."""
        return next((one for one in rights.ways_back(self.loaded) if one.key == key), None)

    def clashes(self, start: datetime, end: datetime) -> list[Clash]:
        """List what a window meets."""
        return clashes_of(start, end, self.others, self.room, busy.vendor_zone())

    def standing_clashes(self) -> list[Clash]:
        """List what the window that stands meets."""
        window = self.window
        return self.clashes(window.start, window.end) if window and window.stands else []


def board_of(visit: RunVisit) -> Board:
    """Read the board; 404 for a run that is about no date."""
    if visit.run.procedure != PROCEDURE:
        raise Http404
    loaded = load(visit)
    window = window_of(loaded.run)
    facts = loaded.facts
    shown = facts.local_date(window.end) if window and window.stands else None
    try:
        notice = notice_of(loaded.procedure, facts)
        weeks = weeks_of(notice, facts, facts.local_date(visit.now), shown) if notice else []
    except CalendarEnds:
        notice, weeks = None, []
    begin, end = _span(visit.now, weeks, loaded, window)
    return Board(
        visit=visit,
        loaded=loaded,
        window=window,
        offers=offers_of(history(loaded.run.stream)),
        notice=notice,
        weeks=weeks,
        room=busy.room(),
        others=busy.others_between(begin, end, reader=visit.user, now=visit.now, but=loaded.run),
        affected=_affected(loaded, window, visit.now),
        views={view.step.key: view for view in steps.views_of(loaded, visit.now)},
    )


def _span(
    now: datetime, weeks: list[list[Day]], loaded: Loaded, window: Window | None
) -> tuple[datetime, datetime]:
    """Return the span of which other windows matter: the weeks shown, and the window's days."""
    begin, end = now, now
    if weeks:
        midnight = loaded.facts.midnight
        begin = midnight(weeks[0][0].date)
        end = midnight(weeks[-1][-1].date + timedelta(days=1))
    if window:
        # A day more on each side: the vendor's day may begin before the company's.
        begin = min(begin, window.start - timedelta(days=1))
        end = max(end, window.end + timedelta(days=1))
    return begin, end


def _affected(loaded: Loaded, window: Window | None, now: datetime) -> Affected | None:
    calendar: Any = loaded.facts.calendar
    if window is None or calendar is None or loaded.run.state != "open":
        return None
    return next(iter(affected_by(calendar, [loaded.run], now)), None)
