"""Say something about a run, or take it back: one transaction, one event, everybody told."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audit.erase import erase
from helpdesk.access import roles_in
from helpdesk.models import User
from helpdesk.permissions import may
from procedures.models import Notice, Run
from tickets.conversation import drafts, space, stream, unread, vault
from tickets.conversation.models import Attachment, Comment, Conversation
from tickets.conversation.readers import readers_of

ADDED, REMOVED = "comment.added", "comment.removed"
MENTIONED = "comment_mentioned"
LONGEST_TEXT = 10_000
# So long somebody may take back what they wrote.
REMOVABLE = timedelta(minutes=15)


class SubmissionReused(Exception):
    """Something else was sent before under the same submission id."""


class CannotRead(Exception):
    """Somebody would be told of a comment that they may not read; ``ids`` says who."""

    def __init__(self, ids: Collection[int]) -> None:
        super().__init__(sorted(ids))
        self.ids = frozenset(ids)


class TooLate(Exception):
    """The time for removing a comment is over."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wants to say: words, who may read it, who is told, with which files."""

    text: str
    internal: bool
    people: frozenset[int] = frozenset()
    files: Sequence[vault.Stored] = ()

    @property
    def digest(self) -> str:
        """Return one digest of all of it; the same files again are the same."""
        files = [[one.name, one.sha256] for one in self.files]
        told = [self.text, self.internal, sorted(self.people), files]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _By:
    author: User
    submission: UUID
    vendor: bool


def add_comment(
    run: Run, said: Said, *, author: User, submission: UUID, now: datetime
) -> tuple[Comment, bool]:
    """Record a comment and return it, and whether it was recorded before.

    The files lie on the disk already; the caller drops them when it was recorded before or one of
    these is raised: PermissionDenied, SubmissionReused, CannotRead, ``space.Full``.
    """
    with transaction.atomic():
        if said.files:
            space.take(run.tenant_id, sum(one.size for one in said.files))
        talk = stream.lock(run)
        roles = _authorise(run, said, author, now)
        earlier = Comment.objects.filter(run=run, author=author, submission=submission).first()
        if earlier is not None:
            transaction.set_rollback(True)
            if earlier.digest != said.digest:
                raise SubmissionReused
            return earlier, True
        told = _told(run, said, now) - {author.pk}
        vendor = may(roles, "talk.see_internal")
        comment = _write(talk, said, _By(author, submission, vendor), told, now)
        drafts.forget(author, run)
        unread.mark_own(author, run, now)
        _notify(comment, told, author, now)
    return comment, False


def remove_comment(comment: Comment, *, actor: User, now: datetime) -> bool:
    """Take a comment back: its words and files go, that it was there stays; False when gone.

    Raises PermissionDenied for another's, and TooLate after 15 minutes.
    """
    run = comment.run
    with transaction.atomic():
        space.lock(run.tenant_id)
        talk = stream.lock(run)
        locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        relations = {"author"} if locked.author_id == actor.pk else set()
        if not may(roles_in(actor, run.tenant, now), "talk.remove_own", relations):
            raise PermissionDenied
        if locked.removed_at is not None:
            return False
        if now - locked.at > REMOVABLE:
            raise TooLate
        locked.removed_at = now
        locked.save(update_fields=["removed_at"])
        erase(talk.stream, locked.number, now)
        space.forget(Attachment.objects.filter(comment=locked), now)
        body = {"comment": locked.number}
        stream.append(talk, REMOVED, body, actor=actor, now=now, internal=locked.internal)
        unread.mark_own(actor, run, now)
    return True


def _authorise(run: Run, said: Said, author: User, now: datetime) -> frozenset[str]:
    roles = roles_in(author, run.tenant, now)
    wanted = ["talk.comment_internal" if said.internal else "talk.comment"]
    if said.files:
        wanted.append("talk.attach")
    if not all(may(roles, command) for command in wanted):
        raise PermissionDenied
    return roles


def _told(run: Run, said: Said, now: datetime) -> set[int]:
    """Return who is told; raises CannotRead when one of them may not read it."""
    if not said.people:
        return set()
    able = {one.id for one in readers_of(run, now) if one.vendor or not said.internal}
    if unable := said.people - able:
        raise CannotRead(unable)
    return set(said.people)


def _write(
    talk: Conversation, said: Said, by: _By, told: Collection[int], now: datetime
) -> Comment:
    """Write event, comment and rows of files."""
    files = [{"kind": one.kind, "size": one.size, "sha256": one.sha256} for one in said.files]
    body: dict[str, Any] = {"text": said.text, "told": sorted(told), "files": files}
    number = stream.append(talk, ADDED, body, actor=by.author, now=now, internal=said.internal)
    comment = Comment.objects.create(
        run=talk.run,
        number=number,
        author=by.author,
        internal=said.internal,
        by_vendor=by.vendor,
        # The event's own time, which never goes back.
        at=talk.event_at or now,
        submission=by.submission,
        digest=said.digest,
    )
    Attachment.objects.bulk_create(
        Attachment(
            uid=one.uid,
            tenant_id=talk.run.tenant_id,
            comment=comment,
            name=one.name,
            kind=one.kind,
            size=one.size,
            sha256=one.sha256,
            at=comment.at,
        )
        for one in said.files
    )
    return comment


def _notify(comment: Comment, told: Collection[int], author: User, now: datetime) -> None:
    """Tell in the app whoever was named; once each."""
    name = author.get_full_name()
    text = {"ko": f"{name} 님이 썼습니다", "en": f"Written by {name}"}
    params = {"actor": author.pk, "text": text}
    Notice.objects.bulk_create(
        [
            Notice(
                run=comment.run,
                number=comment.number,
                recipient_id=person,
                template=MENTIONED,
                params=params,
                at=now,
            )
            for person in sorted(told)
        ],
        ignore_conflicts=True,
    )
