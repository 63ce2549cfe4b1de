"""What a window's state is called; until both sides have confirmed no word promises a date."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tickets.schedule.collisions import Clash
from tickets.schedule.window import Window


def state_word(window: Window) -> str:
    """Name the state of a window in a word or two."""
    return {
        "proposed": _("proposed"),
        "countered": _("proposed instead"),
        "agreed": _("company agrees"),
        "confirmed": _("confirmed by both sides"),
        "withdrawn": _("being rescheduled"),
        "cancelled": _("cancelled"),
    }[window.state]


def state_line(window: Window | None) -> str:
    """Say what the window is worth now, and who is to act."""
    if window is None:
        return _("Nobody has proposed a date yet.")
    return {
        "proposed": _(
            "A proposal of support. It can still change: the company answers, then support "
            "looks once more."
        ),
        "countered": _(
            "The company would like another date. Support answers with a proposal; until then "
            "nothing is settled."
        ),
        "agreed": _("The company agrees. Support looks once more; until then it can change."),
        "confirmed": _("Both sides have confirmed this window."),
        "withdrawn": _(
            "The window before no longer stands. A new date is being looked for; the day "
            "received stays as it is."
        ),
        "cancelled": _("The ticket has ended; there will be no work."),
    }[window.state]


def kind_word(kind: str) -> str:
    """Name what an offer is."""
    return {
        "proposed": _("Proposed by support"),
        "countered": _("Proposed by the company"),
        "moved": _("Moved"),
    }[kind]


def outcome_word(outcome: str) -> str:
    """Say how an offer ended."""
    return {
        "countered": _("Answered by another date"),
        "rescheduled": _("Rescheduled"),
        "rejected": _("Rejected"),
        "replaced": _("Replaced by the next"),
        "cancelled": _("The ticket ended"),
    }.get(outcome, "")


def clash_lines(clashes: Iterable[Clash]) -> list[str]:
    """Say to the vendor's people what a window meets."""
    return [_clash(one) for one in clashes]


def _clash(one: Clash) -> str:
    told: dict[str, Any] = {"limit": one.limit, "count": len(one.others)}
    if one.kind == "at_once" and one.limit is None:
        return _("Windows overlap: %(count)s. How many may run at once is not configured.") % told
    return {
        "at_once": _("Windows at the same time: %(count)s others; room for %(limit)s in all."),
        "a_day": _("Windows on this day: %(count)s others; room for %(limit)s in all."),
        "weekday": _("The vendor makes no windows on this day of the week."),
        "hours": _("The vendor makes no windows at this hour."),
    }[one.kind] % told
