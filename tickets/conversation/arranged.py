"""What was arranged around a run besides its steps: looks at the DNS, assignments, texts sent."""

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from audit.kept import ERASED, told
from audit.models import Body, Event
from procedures.models import Run
from tickets.conversation.visit import reads_internal

type Row = dict[str, Any]
LIMIT = 50
_SAID = ("comment.added", "comment.removed", ERASED)


def _words() -> Mapping[str, tuple[str, str, str]]:
    """Map each kind of event to its words, tone and icon."""
    return {
        "dns.checked": (_("The DNS was looked at"), "info", "search"),
        "dns.changed": (_("The DNS has changed"), "caution", "activity"),
        "dns.became_right": (_("The DNS has become right"), "ok", "circle-check-big"),
        "dns.found_wrong": (_("The DNS was found wrong"), "stop", "circle-x"),
        "dns.watch_ended": (_("The DNS is no longer looked at by itself"), "quiet", "circle-slash"),
        "ticket.assigned": (_("Assigned"), "info", "user-round"),
        "ticket.released": (_("Left to nobody"), "quiet", "user-round"),
        "outlook.confirmed": (_("Outlook users have corrected the settings"), "ok", "check"),
        "text.sent": (_("A text of the pack went out"), "info", "send"),
        "list.checked": (_("A list of addresses was checked"), "info", "list-checks"),
        "collision.seen": (_("A collision of windows was seen"), "caution", "triangle-alert"),
        "calendar.changed": (
            _("The calendar has changed under the date"),
            "caution",
            "calendar-sync",
        ),
        "link.made": (_("A tracking link was made"), "info", "link"),
        "link.revoked": (_("The tracking link was revoked"), "quiet", "link-2-off"),
        "feedback.given": (_("Feedback was given"), "info", "star"),
        "feedback.changed": (_("Feedback was changed"), "info", "star"),
    }


def arranged(run: Run) -> list[Row]:
    """Shape the newest of it for the component ``timeline``; two queries at most.

    What is internal is there for the vendor's people alone. Numbers are left out: a gap in
    them would tell a company how much was kept from it.
    """
    stream = f"talk:{run.uid}"
    body = Body.objects.filter(stream=OuterRef("stream"), number=OuterRef("number"))
    rows = list(
        Event.objects.filter(stream=stream)
        .exclude(kind__in=_SAID)
        .annotate(text=Subquery(body.values("body")[:1]))
        .order_by("-number")[:LIMIT]
    )
    bodies = told((row.number, row.text or "") for row in rows)
    internal = reads_internal(run)
    # An erased event no longer says whether it was internal.
    seen = [row for row in rows if internal or bodies[row.number].get("internal") is False]
    return [_row(row, bodies[row.number]) for row in seen]


def _row(row: Event, body: Mapping[str, Any]) -> Row:
    title, tone, icon = _words().get(row.kind, (row.kind, "quiet", "circle-dot"))
    details = [_("Internal: for the vendor's people alone")] if body.get("internal") else []
    return {
        "title": title,
        "actor": _actor(row, body),
        "at": row.at,
        "details": details,
        "tone": tone,
        "icon": icon,
    }


def _actor(row: Event, body: Mapping[str, Any]) -> str:
    if row.actor_id is None:
        return _("by link") if row.cause == "tracking link" else _("by itself")
    return str((body.get("actor") or {}).get("name") or "") or _("(erased)")
