"""The calendar as the page draws it: weeks of days, each with what is to be known of it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from procedures.present.language import say
from procedures.present.verdicts import card
from procedures.rules.base import Text
from tickets.schedule import busy
from tickets.schedule.board import Board
from tickets.schedule.collisions import Other, day_is_full
from tickets.schedule.days import Day, day_of
from tickets.schedule.window import Window
from tickets.schedule.words import state_word

type Item = dict[str, Any]


def weeks(board: Board, chosen: date | None) -> list[list[Item]]:
    """Shape the weeks for the calendar."""
    return [[_cell(board, day, chosen) for day in week] for week in board.weeks]


def _cell(board: Board, day: Day, chosen: date | None) -> Item:
    where = [board.visit.tenant.slug, board.loaded.run.reference]
    page = reverse("run_schedule", args=where)
    known = day.kind != "unknown"
    return {
        "date": day.date,
        "kind": day.kind,
        "number": day.number,
        "name": say(day.name) if day.name else "",
        "marks": _marks(board, day),
        "first": _is(board, day, "first"),
        "early": day.early,
        "past": day.date < board.today,
        "today": day.date == board.today,
        "chosen": day.date == chosen,
        "own": _own(board, day.date),
        "others": _others(board, day.date),
        "href": f"{page}?day={day.date.isoformat()}#day" if known else "",
    }


def _is(board: Board, day: Day, what: str) -> bool:
    return board.notice is not None and getattr(board.notice, what) == day.date


def _marks(board: Board, day: Day) -> list[Item]:
    """Say in words what a day is; the colour of its field says nothing alone."""
    found: list[tuple[bool, str, str]] = [
        (_is(board, day, "received"), "info", _("received")),
        (
            _is(board, day, "counted_from") and not _is(board, day, "received"),
            "info",
            _("counts as received"),
        ),
        (_is(board, day, "first"), "ok", _("first possible date")),
        (day.early and day.date >= board.today, "stop", _("too early")),
        (day.kind == "extra", "info", _("extra working day")),
        (day.provisional, "caution", _("provisional year")),
        (_full(board, day), "caution", _no_room(board)),
    ]
    return [{"tone": tone, "text": text} for holds, tone, text in found if holds]


def _full(board: Board, day: Day) -> bool:
    if day.date < board.today:
        return False
    return day_is_full(day.date, board.others, board.room, busy.vendor_zone())


def _no_room(board: Board) -> str:
    return _("no room") if board.vendor else _("The vendor has no room then")


def _own(board: Board, day: date) -> list[Item]:
    """Draw the windows of this ticket on a day: the one that stands, and what it came from."""
    window = board.window
    if window is None or not window.stands:
        return []
    span = _on(day, window.start, window.end)
    return [{"state": window.state, "word": state_word(window), "span": span}] if span else []


def _others(board: Board, day: date) -> list[Item]:
    """Draw the windows of other tickets, for the vendor's people alone."""
    if not board.vendor:
        return []
    found = [(one, _on(day, one.start, one.end)) for one in board.others]
    return [{**other_item(one), "span": span} for one, span in found if span]


def other_item(one: Other) -> Item:
    """Name another ticket to whoever works for its company; else only that there is one."""
    word = state_word(Window(one.start, one.end, one.state))
    if not one.served:
        return {"name": _("another company"), "href": "", "word": word}
    href = reverse("run_schedule", args=[one.slug, one.reference])
    return {"name": f"{one.reference} {one.company}", "href": href, "word": word}


def _on(day: date, start: datetime, end: datetime) -> str:
    """Say from when to when a window lies on a local day; empty where it does not."""
    first, last = localtime(start), localtime(end)
    ends_on = (last - timedelta(microseconds=1)).date()
    if not first.date() <= day <= ends_on:
        return ""
    begin = f"{first:%H:%M}" if first.date() == day else "00:00"
    until = f"{last:%H:%M}" if last.date() == day else "24:00"
    return f"{begin}–{until}"


def chosen_day(board: Board, day: date | None) -> Item:
    """Say everything about one day: whether work may begin on it, and why or why not."""
    notice, facts = board.notice, board.loaded.facts
    calendar = facts.calendar
    if day is None or notice is None or calendar is None or not calendar.covers(day):
        return {}
    one = day_of(notice, facts, day)
    lines = [_numbered(one, notice.numbers, notice.first)]
    if one.name:
        lines.append(say(one.name))
    if one.provisional:
        lines.append(_("The public holidays of this year are not final."))
    shown = None
    if one.verdict is not None:
        shown = card(one.verdict, notice.rule.texts[one.verdict.code], notice.gate)
        between = one.verdict.params.get("holidays") or ()
        if one.early and between:
            lines.append(_("In between: %(days)s") % {"days": _names(between)})
    return {"date": day, "lines": [line for line in lines if line], "card": shown}


def _names(names: tuple[Text, ...]) -> str:
    return ", ".join(say(name) for name in names)


def _numbered(day: Day, numbers: Any, first: date) -> str:
    if day.number:
        return _("Business day %(number)s after the day received.") % {"number": day.number}
    if day.verdict is None:
        return _("Before the day received.")
    if day.date > first:
        return ""
    passed = sum(1 for counted in numbers if counted < day.date)
    return _("No business day; %(count)s business days have passed by then.") % {"count": passed}
