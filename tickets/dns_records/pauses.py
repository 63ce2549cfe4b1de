"""How long to wait until the DNS is looked at again, and on which moments besides.

Pure: moments in, moments out.
"""

import hashlib
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpdesk.zones import first_instant
from procedures.rules.calendar import Calendar, CalendarEnds

PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 30, 60, 120, 240, 360))
FORTNIGHT = timedelta(days=14)
BEFORE_WORK = timedelta(minutes=15)
MORNING = time(9, 0)
# Runs that began together do not go on asking together.
_SWAY = 0.2


def pause(watch_id: int, turn: int) -> timedelta:
    """Return the wait after a look: longer each time, a tenth more or less by the watch."""
    whole = PAUSES[min(turn, len(PAUSES) - 1)]
    drawn = hashlib.sha256(f"{watch_id}:{turn}".encode()).digest()
    share = int.from_bytes(drawn[:4]) / 2**32
    return timedelta(seconds=round(whole.total_seconds() * (1 - _SWAY / 2 + _SWAY * share)))


def before_work(work_start: datetime) -> datetime:
    """Return when to look so that the gate at the start finds a fresh answer."""
    return work_start - BEFORE_WORK


def after_resume(resumed: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """Return nine in the morning, in the zone, of the vendor's next business day.

    Where the calendar ends before it, of the next day.
    """
    day = resumed.astimezone(zone).date()
    try:
        day = calendar.add_business_days(day, 1)
    except CalendarEnds:
        day += timedelta(days=1)
    morning = datetime.combine(day, MORNING, zone)
    return max(morning, first_instant(day, zone))
