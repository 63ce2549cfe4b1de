"""Rows of the conversation about a run."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from audit.chain import Entry, Head
from audit.models import StreamHead
from helpdesk import history
from helpdesk.models import Tenant
from procedures.models import Run

_USER = settings.AUTH_USER_MODEL


class Conversation(StreamHead):
    """What is said and arranged about one run, a stream of events of its own.

    Apart from the run's own stream, so that a remark never stands in the way of a step, and
    what is internal to the vendor leaves no gap in the numbers that a company sees:
    ``internal_number`` counts the events that a company is not told of.
    """

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="conversation")
    internal_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        """Name the stream."""
        return self.stream

    @property
    def stream(self) -> str:
        """Name the stream of the conversation's events."""
        return f"talk:{self.run.uid}"

    def told(self, *, internal: bool) -> int:
        """Count the events that somebody is told of who reads internal ones, or does not."""
        return self.event_number - (0 if internal else self.internal_number)

    def append_unseen(self, entry: Entry, now: datetime) -> None:
        """Append an event that no company is told of; the row is locked."""
        history.append(self, [entry], now=now)
        self.internal_number += 1
        self.save(update_fields=["internal_number"])


class Comment(models.Model):
    """A remark about a run. Its words are the body of event ``number``, and only there.

    ``uid`` names it in addresses, so that no number tells of others. ``digest`` is of what was
    sent under ``submission``; ``by_vendor`` says for whom the author spoke then.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="comments", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    internal = models.BooleanField()
    by_vendor = models.BooleanField()
    at = models.DateTimeField()
    submission = models.UUIDField()
    digest = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="comment_once"),
            models.UniqueConstraint(
                fields=["run", "author", "submission"], name="comment_submission_once"
            ),
        ]

    def __str__(self) -> str:
        """Name the event that says it."""
        return f"comment {self.number}"


class Attachment(models.Model):
    """A file that came with a comment; ``uid`` names it in addresses and on the disk.

    ``erased_at`` says that the file is gone, and with it its name.
    """

    uid = models.UUIDField(unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=4)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Show the kind and the size."""
        return f"{self.kind} {self.size}"


class FileSpace(models.Model):
    """How much of its quota a company has used; locked before a file is added or goes."""

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="file_space")
    used = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        """Show what is used."""
        return f"{self.used}"


class Draft(models.Model):
    """What somebody has typed and not sent yet, at one place of a run; nobody else sees it.

    ``internal`` is None until they have chosen who may read it.
    """

    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="+", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(max_length=20, default="comment")
    text = models.TextField(blank=True)
    internal = models.BooleanField(null=True)
    people = models.JSONField(default=list)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "run", "place"], name="draft_once")]

    def __str__(self) -> str:
        """Name the place."""
        return self.place


class Look(models.Model):
    """How far somebody had read a run when they last looked: counts of what they are told of."""

    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="+", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="looks", db_index=False)
    at = models.DateTimeField()
    talk = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="look_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user"], name="look_of")]

    def __str__(self) -> str:
        """Show how far."""
        return f"{self.talk}/{self.events}"


def heads(tenant: Tenant | None) -> Iterator[tuple[str, Head]]:
    """Yield where each conversation ends; of one tenant when it is given."""
    rows = Conversation.objects.all() if tenant is None else of_tenant(tenant)
    columns = rows.values_list("run__uid", "event_number", "event_mac", "event_at")
    for uid, number, mac, at in columns.iterator(chunk_size=2_000):
        yield f"talk:{uid}", Head(number, mac, at)


def of_tenant(tenant: Tenant) -> models.QuerySet[Conversation]:
    """Return the conversations about a tenant's runs."""
    return Conversation.objects.filter(run__tenant=tenant)
