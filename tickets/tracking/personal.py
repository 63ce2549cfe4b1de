"""What the product keeps of a person's words on how it went and on wrong texts."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model

from helpdesk.identity import Identity
from helpdesk.models import User
from procedures.models import Run
from procedures.personal.beside import Beside, Told
from tickets.tracking.models import Feedback, TextReport

REPORTED = ("sentence", "wrong", "answer")


def forget_person(who: Identity, now: datetime) -> int:
    """Take a person's name and addresses out of others' words; their own go with the account."""
    feedback = Feedback.objects.exclude(words="").exclude(user=who.user_id)
    reports = TextReport.objects.exclude(reporter=who.user_id)
    return _scrub(feedback.iterator(chunk_size=500), ("words",), who) + _scrub(
        reports.iterator(chunk_size=500), REPORTED, who
    )


def _scrub(rows: Iterator[Model], columns: Collection[str], who: Identity) -> int:
    """Store what is left of some columns; return how many rows named the person."""
    changed = 0
    for row in rows:
        left = {one: who.scrub(getattr(row, one)) for one in columns}
        new = {one: text for one, text in left.items() if text != getattr(row, one)}
        if new:
            for one, text in new.items():
                setattr(row, one, text[: getattr(row._meta.get_field(one), "max_length", None)])
            row.save(update_fields=list(new))
            changed += 1
    return changed


def forget_run(run: Run, now: datetime) -> int:
    """Empty what anybody said of a run, by a tracking link as well; the ratings stay."""
    return Feedback.objects.filter(run=run).exclude(words="").update(words="")


def _no_places(streams: Collection[str]) -> dict[str, tuple[int, int]]:
    return {}


def _no_rows(streams: Iterable[str]) -> list[Told]:
    return []


def _no_streams(run: Run) -> list[str]:
    return []


# These rows have no stream of their own: their events stand in the conversation's and the tenant's.
WORDS = Beside("tracking", _no_places, _no_rows, _no_streams, forget_person, forget_run)


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
