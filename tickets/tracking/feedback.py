"""How people found it: three faces and a few words, once each, changeable for a week."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from helpdesk.models import User
from procedures.change import Loaded
from procedures.models import Run
from tickets.conversation import stream
from tickets.tracking.models import Feedback, TrackingLink

CHANGEABLE = timedelta(days=7)
MOST_WORDS = 2_000
# The worst last, as people look for the good one first.
FACES: Mapping[int, tuple[Any, str]] = {
    3: (_("Good"), "smile"),
    2: (_("So-so"), "meh"),
    1: (_("Bad"), "frown"),
}


class TooLate(Exception):
    """A week has passed; what was said stays."""


def is_asked(loaded: Loaded) -> bool:
    """Say whether it is time: the service was resumed, or the run is completed."""
    return "resume" in loaded.finished or str(loaded.run.state) == "completed"


def given_by(run: Run, *, user: User | None, link: TrackingLink | None) -> Feedback | None:
    """Return what a person, or whoever holds a link, has said."""
    if link is not None:
        return Feedback.objects.filter(link=link).first()
    return Feedback.objects.filter(run=run, user=user).first() if user else None


def may_change(given: Feedback | None, now: datetime) -> bool:
    """Say whether something can be said, or said otherwise, still."""
    return given is None or now <= given.at + CHANGEABLE


def give(
    run: Run,
    *,
    rating: int,
    words: str,
    now: datetime,
    user: User | None = None,
    link: TrackingLink | None = None,
) -> Feedback:
    """Keep what somebody says, in place of what they said before. Raises TooLate.

    The event tells the rating alone: words go with the account of who wrote them.
    """
    with transaction.atomic():
        talk = stream.lock(run)
        before = given_by(run, user=user, link=link)
        if not may_change(before, now):
            raise TooLate
        if before is None:
            given = Feedback(run=run, user=user, link=link, at=now)
        else:
            given = before
            if (given.rating, given.words) == (rating, words):
                return given
        given.rating, given.words, given.changed_at = rating, words, now
        given.save()
        kind = "feedback.changed" if before else "feedback.given"
        cause = "" if user else "tracking link"
        body = {"rating": rating, "words": bool(words)}
        stream.append(talk, kind, body, actor=user, now=now, internal=True, cause=cause)
    return given


def results_of(run: Run) -> list[dict[str, Any]]:
    """Shape what was said of a run for the vendor's people, the newest first."""
    rows = (
        Feedback.objects.filter(run=run)
        .select_related("user", "run")
        .order_by("-changed_at", "-pk")
    )
    return [row_of(one) for one in rows]


def row_of(one: Feedback) -> dict[str, Any]:
    """Shape one answer."""
    label, icon = FACES[one.rating]
    return {
        "label": label,
        "icon": icon,
        "words": one.words,
        "at": one.changed_at,
        "who": one.user.get_full_name() if one.user else "",
        "reference": one.run.reference,
    }


def counts() -> dict[int, int]:
    """Count the answers by rating, those nobody gave included."""
    rows = Feedback.objects.values_list("rating").annotate(count=Count("pk"))
    return dict.fromkeys(FACES, 0) | dict(rows)
