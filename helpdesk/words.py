"""Name the states that pages show: a word, a tone and an icon for each, in one place."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


class Status(NamedTuple):
    """What a badge shows; tone is one of ok, caution, stop, info, wait, quiet."""

    label: str | Promise
    tone: str
    icon: str


_STATES: dict[str, Status] = {
    # runs
    "open": Status(gettext_lazy("In progress"), "info", "circle-dot"),
    "completed": Status(gettext_lazy("Completed"), "ok", "circle-check-big"),
    "cancelled": Status(gettext_lazy("Cancelled"), "quiet", "circle-slash"),
    "refused": Status(gettext_lazy("Refused"), "stop", "circle-x"),
    "expired": Status(gettext_lazy("Expired"), "stop", "timer-off"),
    # steps
    "ready": Status(gettext_lazy("Your turn"), "info", "circle-play"),
    "done": Status(gettext_lazy("Done"), "ok", "circle-check-big"),
    "pending": Status(gettext_lazy("To do"), "quiet", "circle"),
    "waiting": Status(gettext_lazy("Waiting"), "wait", "hourglass"),
    "blocked": Status(gettext_lazy("Not possible now"), "stop", "octagon-x"),
    "skipped": Status(gettext_lazy("Skipped"), "quiet", "circle-chevron-right"),
    "not_applicable": Status(gettext_lazy("Not needed"), "quiet", "circle-minus"),
    # verdicts
    "allowed": Status(gettext_lazy("Possible"), "ok", "circle-check-big"),
    "caution": Status(gettext_lazy("Careful"), "caution", "triangle-alert"),
    # deadlines, slots and deliveries
    "due": Status(gettext_lazy("Due soon"), "caution", "alarm-clock"),
    "overdue": Status(gettext_lazy("Overdue"), "stop", "alarm-clock-off"),
    "late": Status(gettext_lazy("Entered late"), "caution", "clock-alert"),
    "free": Status(gettext_lazy("Slot free"), "ok", "circle-check-big"),
    "used": Status(gettext_lazy("Slot used"), "stop", "circle-x"),
    "returned": Status(gettext_lazy("Slot given back"), "wait", "undo-2"),
    "sent": Status(gettext_lazy("Sent"), "ok", "send"),
    "failed": Status(gettext_lazy("Failed"), "stop", "circle-x"),
    "unknown": Status(gettext_lazy("Unknown"), "wait", "circle-question-mark"),
    "succeeded": Status(gettext_lazy("Succeeded"), "ok", "circle-check-big"),
    # records in the DNS
    "dns_right": Status(pgettext_lazy("DNS", "Right"), "ok", "circle-check-big"),
    "dns_wrong": Status(pgettext_lazy("DNS", "Wrong"), "stop", "circle-x"),
    "dns_missing": Status(pgettext_lazy("DNS", "Missing"), "stop", "circle-minus"),
    "dns_extra": Status(pgettext_lazy("DNS", "Too many"), "stop", "circle-plus"),
    "dns_disagree": Status(pgettext_lazy("DNS", "Servers disagree"), "caution", "split"),
    "dns_unknown": Status(pgettext_lazy("DNS", "Not known"), "wait", "circle-question-mark"),
    "dns_none": Status(pgettext_lazy("DNS", "Not configured"), "quiet", "circle-dashed"),
    # people
    "active": Status(gettext_lazy("Active"), "ok", "circle-check-big"),
    "invited": Status(gettext_lazy("Invited"), "wait", "mail"),
    "deactivated": Status(gettext_lazy("Deactivated"), "quiet", "circle-slash"),
    "provisional": Status(pgettext_lazy("calendar", "Provisional"), "caution", "triangle-alert"),
}


def status_of(code: str) -> Status:
    """Return how a state is shown; a code without an entry shows itself, quietly."""
    return _STATES.get(code) or Status(code, "quiet", "circle")


def state_codes() -> tuple[str, ...]:
    """Return every code that has a word, in the order of the style guide."""
    return tuple(_STATES)


def span_words() -> tuple[str, ...]:
    """Return the units of a span, largest first, then its phrases for left and past."""
    left, past = _("%(span)s left"), _("%(span)s ago")
    return (_("d"), _("h"), _("min"), _("s"), left, past)


def spell_span(seconds: float) -> str:
    """Say a span in its two largest units: positive is still left, negative is past."""
    day, hour, minute, second, left, past = span_words()
    days, rest = divmod(int(abs(seconds)), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    parts = [(days, day), (hours, hour), (minutes, minute), (secs, second)]
    while len(parts) > 1 and parts[0][0] == 0:
        parts.pop(0)
    span = " ".join(f"{count}{unit}" for count, unit in parts[:2])
    return (left if seconds >= 0 else past) % {"span": span}
