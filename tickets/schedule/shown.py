"""What the page about a date shows beside its calendar."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from procedures.present.language import say
from procedures.present.verdicts import stored_reason
from tickets.schedule.affected import Affected
from tickets.schedule.board import Board
from tickets.schedule.cells import other_item
from tickets.schedule.collisions import Clash
from tickets.schedule.offers import Mark, Offer
from tickets.schedule.window import Window
from tickets.schedule.words import (
    clash_lines,
    kind_word,
    outcome_word,
    state_line,
    state_word,
)

type Item = dict[str, Any]
_TONES = {
    "proposed": "wait", "countered": "wait", "agreed": "wait", "confirmed": "ok",
    "withdrawn": "caution", "cancelled": "quiet",
}  # fmt: skip


def state(window: Window | None) -> Item:
    """Say what stands: in a word, in a sentence, with its tone."""
    return {
        "word": state_word(window) if window else "",
        "line": state_line(window),
        "tone": _TONES[window.state] if window else "info",
        "start": window.start if window else None,
        "end": window.end if window else None,
    }


def facts(board: Board) -> list[Item]:
    """List the days that the notice is counted by."""
    notice = board.notice
    received = board.loaded.facts.values.get("received")
    found: list[Item] = [{"term": _("Received"), "at": received}] if received else []
    if notice is None:
        return found
    if notice.counted_from != notice.received:
        day = notice.counted_from.isoformat()
        found.append({"term": _("Counts as received on"), "value": day})
    found.append({"term": _("First possible date"), "value": notice.first.isoformat()})
    found.append({"term": _("Business-day calendar"), "value": board.version})
    return found


def offers(known: Iterable[Offer]) -> list[Item]:
    """Shape the proposals side by side, the newest first."""
    return [
        {
            "title": kind_word(one.kind),
            "start": one.start,
            "end": one.end,
            "made": one.made,
            "marks": [
                {"word": word, "mark": mark}
                for word, mark in (
                    (_("The company agreed"), one.agreed),
                    (_("Confirmed by support"), one.confirmed),
                    (_("Confirmed again"), one.reconfirmed),
                    (outcome_word(one.outcome), _only_new(one)),
                )
                if mark is not None
            ],
            "standing": not one.outcome,
        }
        for one in known
    ]


def _only_new(one: Offer) -> Mark | None:
    """Return how it ended; that the next took its place is said by the next."""
    return None if one.outcome == "replaced" else one.over


def clashes(board: Board, found: list[Clash]) -> Item:
    """Say that there is no room: with whom to the vendor's people, else only that."""
    if not found:
        return {}
    if not board.vendor:
        return {"text": _("The vendor has no room then"), "lines": [], "others": []}
    return {
        "text": _("This window collides"),
        "lines": clash_lines(found),
        "others": _met(found),
    }


def _met(found: Iterable[Clash]) -> list[Item]:
    """List the windows met, each once."""
    others = dict.fromkeys(one for clash in found for one in clash.others)
    return [{**other_item(one), "start": one.start, "end": one.end} for one in others]


def clash_words(board: Board, found: list[Clash]) -> list[str]:
    """Say in lines what a typed window would meet."""
    if not found:
        return []
    if not board.vendor:
        return [_("The vendor has no room then")]
    names = [f"{one['name']} ({one['word']})" for one in _met(found)]
    return [*clash_lines(found), *names]


def waits(board: Board) -> str:
    """Say whose turn it is, where it is not the reader's."""
    for key in ("propose", "agree", "confirm_schedule"):
        view = board.views[key]
        if view.ready and not view.mine:
            return _("Waiting for: %(who)s") % {"who": view.who}
    return ""


def banner(board: Board) -> Item:
    """Say that another calendar touches this date, and how; empty where it does not."""
    return changed(board.affected) if board.affected else {}


def changed(one: Affected) -> Item:
    """Say what a calendar changes for a ticket: then and now."""
    notice = one.notice
    return {
        "confirmed": one.confirmed,
        "version": one.version,
        "first_then": notice.first_then,
        "first_now": notice.first_now,
        "then": stored_reason(notice.then),
        "now": say(notice.gate.rule.texts[notice.now.code], notice.now.params),
        "level": notice.now.level,
        "level_then": str(notice.then.get("level") or ""),
    }
