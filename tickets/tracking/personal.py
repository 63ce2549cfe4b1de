"""What the product keeps of a person's words on how it went and on wrong texts."""

from typing import Any

from helpdesk.models import User
from tickets.tracking.models import Feedback, TextReport


def feedback_of(user: User) -> list[dict[str, Any]]:
    """Return what a person said of runs, the oldest first; times in ISO form."""
    rows = Feedback.objects.filter(user=user).select_related("run").order_by("pk")
    return [
        {
            "run": one.run.reference,
            "rating": one.rating,
            "words": one.words,
            "at": one.at.isoformat(),
            "changed_at": one.changed_at.isoformat(),
        }
        for one in rows
    ]


def reports_of(user: User) -> list[dict[str, Any]]:
    """Return the texts that a person said are wrong, the oldest first."""
    return [
        {
            "procedure": one.procedure,
            "version": one.version,
            "step": one.step,
            "sentence": one.sentence,
            "wrong": one.wrong,
            "at": one.at.isoformat(),
            "state": one.state,
            "answer": one.answer,
        }
        for one in TextReport.objects.filter(reporter=user).order_by("pk")
    ]
