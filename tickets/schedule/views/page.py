"""The schedule of a ticket: the calendar, what stands, who proposed what, and what to do now."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.zones import zone_at
from procedures.present.language import language, say
from procedures.present.verdicts import judged_cards
from procedures.views.run_forms import CameBack
from tickets import page
from tickets.page import RunVisit, of_run
from tickets.schedule import cells, deeds, ics, shown
from tickets.schedule.board import Board, board_of
from tickets.schedule.days import judge_window
from tickets.schedule.window import PROCEDURE, window_of

type Context = dict[str, Any]


@require_safe
@of_run
def run_schedule(visit: RunVisit) -> HttpResponse:
    """Show the schedule; ``day`` chooses one of the days."""
    return draw(board_of(visit))


def draw(board: Board, back: CameBack | None = None, status: int = 200) -> HttpResponse:
    """Draw the page; ``back`` is a command that was not carried out, or only looked at."""
    day = _chosen(board)
    window = board.window
    clashes = board.standing_clashes()
    context: Context = {
        "board": board,
        "window": window,
        "state": shown.state(window),
        "facts": shown.facts(board),
        "offers": shown.offers(board.offers),
        "weeks": cells.weeks(board, day),
        "day": cells.chosen_day(board, day),
        "clashes": shown.clashes(board, clashes),
        "cards": _standing_cards(board),
        "parts": deeds.parts(board, back, day),
        "waits": shown.waits(board),
        "banner": shown.banner(board),
        "back": back,
        "ours_note": say(board.notice.gate.ours) if board.notice else "",
        "ics": _ics_address(board) if window else "",
        "version": board.version,
    }
    return page.draw(
        board.visit, board.loaded, "schedule/page.html", context, _("Schedule"), status
    )


def _standing_cards(board: Board) -> dict[str, list[Context]]:
    """Judge the window that stands, while it can still be confirmed; what is fine is folded."""
    window, loaded = board.window, board.loaded
    if window is None or not window.stands or window.fixed or loaded.run.state != "open":
        return {}
    cards = judged_cards(judge_window(loaded.procedure, loaded.facts, window.start, window.end))
    return {
        "open": [one for one in cards if one["level"] != "allowed"],
        "fine": [one for one in cards if one["level"] == "allowed"],
    }


def _chosen(board: Board) -> date | None:
    """Read the day that was chosen; one that the calendar does not know is none."""
    try:
        day = date.fromisoformat(board.visit.request.GET.get("day", ""))
    except ValueError:
        return None
    calendar = board.loaded.facts.calendar
    return day if calendar is not None and calendar.covers(day) else None


def _ics_address(board: Board) -> str:
    where = [board.visit.tenant.slug, board.loaded.run.reference]
    return reverse("run_schedule_ics", args=where)


@require_safe
@of_run
def run_schedule_ics(visit: RunVisit) -> HttpResponse:
    """Hand the window out as a calendar file; 404 while there is none."""
    window = window_of(visit.run) if visit.run.procedure == PROCEDURE else None
    if window is None:
        raise Http404
    where = [visit.tenant.slug, visit.run.reference]
    link = visit.request.build_absolute_uri(reverse("run_schedule", args=where))
    body = ics.of_window(
        visit.run,
        window,
        language(),
        now=visit.now,
        zone=zone_at(visit.tenant, visit.now),
        link=link,
    )
    answer = HttpResponse(body, content_type=ics.CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{visit.run.reference}.ics"'
    return answer
