"""The window in words and lines: what a person sees at a glance at four in the morning."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from procedures.change import Loaded
from procedures.present.language import say
from procedures.rules.timing import elapsed
from tickets.outage.state import LONGEST, MARKS, Window

type Part = dict[str, Any]

# What the bar is drawn in: a unit is a minute; the lines beside it need room.
HEIGHT = 44
_MINUTE = timedelta(minutes=1)


def headline(window: Window) -> Part:
    """Say in one line where it stands, with tone and icon for it, and what it means."""
    words = {
        "arranging": (_("No date is fixed yet"), "quiet", "calendar-clock"),
        "scheduled": (_("The window is fixed"), "info", "calendar-check"),
        "preparing": (_("Being prepared"), "info", "list-checks"),
        "out": (_("Mail is out of service"), "stop", "power-off"),
        "stabilising": (_("Stabilising: mail is still out of service"), "caution", "activity"),
        "resumed": (_("Mail works again on the new domain"), "ok", "circle-check-big"),
        "rolled_back": (_("Rolled back: mail works on the old domain"), "caution", "undo-2"),
        "cancelled": (_("The change was cancelled"), "quiet", "circle-slash"),
        "refused": (_("The change was refused"), "stop", "circle-x"),
        "expired": (_("The change has expired"), "stop", "timer-off"),
    }
    title, tone, icon = words.get(window.state, (_("No date is fixed yet"), "quiet", "circle"))
    return {"title": title, "tone": tone, "icon": icon, "text": _meaning(window)}


def _meaning(window: Window) -> str:
    texts = {
        "arranging": _("Both sides have to confirm a date. Until then nobody is told one."),
        "scheduled": _("Mail works until the work starts. Users are to be told now."),
        "preparing": _("Mail works until the work starts."),
        "out": _("Nobody can send or receive. Both happen again once service is resumed."),
        "stabilising": _("The change is made and being tried. Nobody can send or receive yet."),
    }
    return texts.get(window.state, "")


def clocks(window: Window) -> list[Part]:
    """List the countdowns that matter now, the nearest first; each with its own moment."""
    found: list[Part] = []
    if window.is_out and window.latest:
        if window.over is None:
            found.append({"label": _("8 hours end"), "at": window.latest, "tone": "caution"})
        if window.end:
            found.append({"label": _("Planned resumption"), "at": window.end, "tone": ""})
    elif window.fixed and window.started is None and window.start:
        found.append({"label": _("Start of work"), "at": window.start, "tone": ""})
    return found


def overrun(window: Window) -> str:
    """Say what the overrun is, whether it is recorded, or that there was an alarm too much."""
    if window.over is not None:
        text = _("The eight hours are over by %(span)s.") % {"span": lasted(window.over)}
        if window.alarmed:
            return text + " " + _("The overrun is recorded, once, and everybody was told.")
        return text + " " + _("It will be recorded within a minute, and everybody told.")
    if window.alarmed:
        return _(
            "An alarm went out, since resuming was entered after eight hours; in truth it lay "
            "within them."
        )
    return ""


def facts(window: Window) -> list[Part]:
    """List the moments that are known, planned and real beside each other."""
    rows: list[Part] = []
    if window.fixed and window.start:
        rows.append({"term": _("Planned start"), "at": window.start})
    if window.fixed and window.end:
        rows.append({"term": _("Planned resumption"), "at": window.end})
    for term, at in (
        (_("Out of service since"), window.started),
        (_("Change made"), window.stabilised),
        (_("Resumed"), window.resumed),
    ):
        if at:
            rows.append({"term": term, "at": at})
    if window.lasted is not None:
        rows.append({"term": _("Out of service for"), "value": lasted(window.lasted)})
    return rows


def lasted(span: timedelta) -> str:
    """Write a length of time in hours and minutes."""
    minutes = int(span.total_seconds()) // 60
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def bar(window: Window) -> Part:
    """Measure the bar of the outage: what has gone by, the marks, the planned resumption.

    Empty before the start. The scale is minutes since it; it grows when eight hours do not do.
    """
    if window.started is None or window.lasted is None:
        return {}
    gone = max(0, int(window.lasted / _MINUTE))
    full = max(int(LONGEST / _MINUTE) + 30, gone + 30)
    limit = int(LONGEST / _MINUTE)
    planned = int((window.end - window.started) / _MINUTE) if window.end else None
    return {
        "width": full,
        "height": HEIGHT,
        "gone": min(gone, limit),
        "over": max(0, gone - limit),
        "limit": limit,
        "marks": [_mark(window.started, mark, gone) for mark in MARKS],
        "planned": planned if planned is not None and 0 <= planned <= full else None,
        "label": _("Out of service for %(span)s of at most 8 hours")
        % {"span": lasted(window.lasted)},
    }


def _mark(started: datetime, mark: timedelta, gone: int) -> Part:
    names = {MARKS[0]: _("6 h"), MARKS[1]: _("7.5 h"), MARKS[2]: _("8 h")}
    place = int(mark / _MINUTE)
    return {
        "at": elapsed(started, mark),
        "place": place,
        "label": names[mark],
        "passed": gone >= place,
    }


def workers(loaded: Loaded) -> list[Part]:
    """Name who did what of the outage so far: whoever pressed start, stabilise, resume."""
    rows = []
    for key in ("start_work", "stabilise", "resume", "verify"):
        step, row = loaded.procedure.step_by_key.get(key), loaded.steps.get(key)
        name = loaded.names.get(row.actor_id or 0, "") if row and row.recorded_at else ""
        if step and name:
            rows.append({"term": say(step.title), "value": name})
    return rows
