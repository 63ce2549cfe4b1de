"""Keep what somebody has typed and not sent, for them alone, on whichever device they come back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from helpdesk.models import User
from procedures.models import Run
from tickets.conversation import stream
from tickets.conversation.models import Comment, Draft

PLACE = "comment"
# More than a comment may hold, so that what is too long is not lost either.
LONGEST = 40_000


def draft_of(user: User, run: Run, place: str = PLACE) -> Draft | None:
    """Return what the person left here."""
    return Draft.objects.filter(user=user, run=run, place=place).first()


def keep(
    user: User,
    run: Run,
    *,
    text: str,
    internal: bool | None,
    people: Collection[int],
    now: datetime,
    submission: UUID | None = None,
    place: str = PLACE,
) -> bool:
    """Store a draft over the one before, or forget it when nothing is typed; False when forgotten.

    What arrives after it was sent, under the same ``submission``, is not kept again.
    """
    with transaction.atomic():
        if submission:
            # Wait for a send that is under way; looking first would not see its comment.
            stream.lock(run)
        if not text.strip() or (submission and _was_sent(user, run, submission)):
            forget(user, run, place)
            return False
        values = {
            "text": text[:LONGEST],
            "internal": internal,
            "people": sorted(people),
            "at": now,
        }
        Draft.objects.update_or_create(user=user, run=run, place=place, defaults=values)
    return True


def _was_sent(user: User, run: Run, submission: UUID) -> bool:
    return Comment.objects.filter(run=run, author=user, submission=submission).exists()


def forget(user: User, run: Run, place: str = PLACE) -> None:
    """Forget a draft, once it is sent or given up."""
    Draft.objects.filter(user=user, run=run, place=place).delete()
