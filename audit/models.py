"""The rows of history: an event for ever, its body until it is erased."""

from django.db import models


class StreamHead(models.Model):
    """Where a stream stands: number, MAC and time of its last event.

    Kept on the row the stream is about (a run, a tenant), so that locking that row
    locks the stream and appending needs no further query.
    """

    event_number = models.PositiveIntegerField(default=0)
    event_mac = models.CharField(max_length=64, default="", blank=True)
    event_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Event(models.Model):
    """One thing that happened. Append-only: triggers refuse UPDATE and DELETE.

    Times are UTC. ``at`` is when it was written, ``performed_at`` when a person says
    the act took place. ``actor_id`` is a plain number, since this floor knows no users.
    """

    id = models.BigAutoField(primary_key=True)
    stream = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=80, default="")
    at = models.DateTimeField()
    performed_at = models.DateTimeField(null=True)
    body_digest = models.CharField(max_length=64)
    previous_mac = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    command_id = models.UUIDField(null=True)
    command_digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "number"], name="audit_event_once"),
            models.UniqueConstraint(
                fields=["stream", "command_id", "number"], name="audit_event_command"
            ),
        ]

    def __str__(self) -> str:
        """Name the event as verify_audit does."""
        return f"{self.stream}#{self.number} {self.kind}"


class Body(models.Model):
    """What an event says in full. Erasing it empties body and salt; the chain still verifies."""

    id = models.BigAutoField(primary_key=True)
    stream = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    salt = models.CharField(max_length=32)
    body = models.TextField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "number"], name="audit_body_once")]

    def __str__(self) -> str:
        """Name the event the body belongs to."""
        return f"{self.stream}#{self.number}"


class Checkpoint(models.Model):
    """A signed root over the heads of many streams, for export off the box.

    A chain alone cannot see that its tail was cut; a checkpoint kept elsewhere can.
    """

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=64)
    at = models.DateTimeField()
    streams = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
    heads = models.TextField()

    def __str__(self) -> str:
        """Name scope and time."""
        return f"{self.scope} {self.at:%Y-%m-%dT%H:%M:%SZ}"
