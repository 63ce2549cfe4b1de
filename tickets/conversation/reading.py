"""Read a page of a conversation: who said what when, as it stands today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, prefetch_related_objects

from audit.kept import ERASED, told
from audit.models import Body, Event
from helpdesk.models import User
from procedures.models import Run
from tickets.conversation.models import Attachment, Comment

PAGE = 50


@dataclass(slots=True)
class Remark:
    """A comment with its words; ``text`` is None where they are erased."""

    row: Comment
    text: str | None
    people: list[str] = field(default_factory=list)
    files: Sequence[Attachment] = ()


def page_of(
    run: Run, visible: Q, *, before: UUID | None = None, limit: int = PAGE
) -> tuple[list[Remark], bool]:
    """Return a page of comments, oldest first, and whether older ones are left.

    ``visible`` is what the reader may see; ``before`` names a comment that the page ends at.
    """
    rows = Comment.objects.filter(visible).select_related("author")
    if before is not None:
        # A comment that the reader does not see ends no page.
        place = Comment.objects.filter(visible, uid=before).values("number")[:1]
        rows = rows.filter(number__lt=place)
    found = list(rows.order_by("-number")[: limit + 1])
    page = found[:limit][::-1]
    return _told(run, page), len(found) > limit


def _told(run: Run, page: list[Comment]) -> list[Remark]:
    if not page:
        return []
    prefetch_related_objects(page, "attachments")
    bodies = _bodies(f"talk:{run.uid}", [one.number for one in page])
    wanted = {person for body in bodies.values() for person in body.get("told", ())}
    names = _names(wanted)
    return [
        Remark(
            row,
            None if row.removed_at else bodies[row.number].get("text"),
            [names[person] for person in bodies[row.number].get("told", ()) if person in names],
            [one for one in row.attachments.all() if one.erased_at is None],
        )
        for row in page
    ]


def _bodies(stream: str, numbers: list[int]) -> Mapping[int, Mapping[str, Any]]:
    """Map events to what they say today; of an erased one to what a later event kept of it."""
    rows = Body.objects.filter(stream=stream, number__in=numbers)
    found = list(rows.values_list("number", "body"))
    if any(not body for _number, body in found):
        erasures = Event.objects.filter(stream=stream, kind=ERASED).values("number")
        later = Body.objects.filter(stream=stream, number__in=erasures)
        found += later.exclude(number__in=numbers).values_list("number", "body")
    return told(found)


def _names(people: set[int]) -> dict[int, str]:
    if not people:
        return {}
    return {one.pk: one.get_full_name() for one in User.objects.filter(pk__in=people)}
