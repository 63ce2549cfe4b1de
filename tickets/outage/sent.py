"""Which texts of a pack went out, by whose word, and which of them say a date that has moved."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from helpdesk.models import User
from procedures.models import Run
from tickets.conversation import stream
from tickets.outage.models import SentText
from tickets.outage.texts import DATED
from tickets.outage.versions import Version

# The step by which somebody said that a text went out, although nobody marked it here.
STEPS = {"notify_users": "notice", "outlook_guide_sent": "outlook"}


def sent_of(run: Run) -> list[SentText]:
    """Return what was marked as sent, the oldest first; one query."""
    return list(SentText.objects.filter(run=run).select_related("actor").order_by("at", "pk"))


def mark_sent(run: Run, text: str, *, window: int, actor: User, now: datetime) -> bool:
    """Note that a text of a version went out; once, and False when it was noted before."""
    try:
        with transaction.atomic():
            talk = stream.lock(run)
            SentText.objects.create(run=run, window=window, text=text, at=now, actor=actor)
            body = {"text": text, "window": window}
            stream.append(talk, "text.sent", body, actor=actor, now=now, internal=False)
    except IntegrityError:
        return False
    return True


def outdated(run: Run, sent: list[SentText], current: Version | None) -> list[dict[str, Any]]:
    """List texts that went out with a date that does not hold, and were not sent again since.

    ``sure`` says that somebody marked it; else a step that stood for it was done. Without a
    current version every date that was ever told is wrong.
    """
    fresh = {one.text for one in sent if current and one.window == current.number}
    if "moved" in fresh:
        # The correction replaces whatever was told before it.
        return []
    found: dict[str, dict[str, Any]] = {}
    for step, text in STEPS.items():
        done = run.steps.filter(key=step, state="completed").order_by("round")
        rows = [row for row in done if current is None or _before(row.recorded_at, current)]
        if rows and text not in fresh:
            found[text] = {"text": text, "at": rows[-1].recorded_at, "by": "", "sure": False}
    for one in sent:
        if one.text in DATED and one.text not in fresh and _is_older(one, current):
            found[one.text] = {
                "text": one.text,
                "at": one.at,
                "by": one.actor.get_full_name(),
                "sure": True,
            }
    return list(found.values())


def _before(moment: datetime | None, current: Version) -> bool:
    return moment is not None and moment < current.at


def _is_older(one: SentText, current: Version | None) -> bool:
    return current is None or one.window < current.number
