"""Rows of the DNS of a run: each look with what it found, and when to look again by itself."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from helpdesk.models import Tenant
from procedures.models import Lease, Run

_USER = settings.AUTH_USER_MODEL


class DnsWatch(Lease):
    """A reason to look again by itself: one row a run and reason, held by one worker at a time.

    ``turn`` counts the looks with growing pauses since ``begun_at``; where it is looked at once,
    that is the moment planned, from which ``due_at`` may be put off.
    """

    class Reason(models.TextChoices):
        """Why it is looked at again."""

        SPREADING = "spreading"
        BEFORE_WORK = "before_work"
        AFTER_RESUME = "after_resume"

    class State(models.TextChoices):
        """Whether it still comes. ``ended``: given up after a fortnight."""

        PENDING = "pending"
        DONE = "done"
        ENDED = "ended"
        DEAD = "dead"

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="dns_watches")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField()
    turn = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "reason"], name="dns_watch_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="dns_watch_due"
            )
        ]

    def __str__(self) -> str:
        """Show the reason."""
        return self.reason


class DnsCheck(models.Model):
    """One look at all records of a run's domains; without an actor it came by itself.

    ``findings`` holds a domain each with its records, ``changes`` what differs from the look
    before. A due time of a watch is looked at once: the row is unique.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="dns_checks", db_index=False
    )
    at = models.DateTimeField()
    actor = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    watch = models.ForeignKey(
        DnsWatch, null=True, on_delete=models.PROTECT, related_name="checks", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10)
    findings = models.JSONField(default=list)
    changes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "due_at"],
                condition=models.Q(watch__isnull=False),
                name="dns_check_once",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["run", "-id"], name="dns_check_newest"),
            models.Index(
                fields=["tenant", "at"],
                condition=models.Q(actor__isnull=True),
                name="dns_check_by_itself",
            ),
        ]

    def __str__(self) -> str:
        """Show the outcome."""
        return self.outcome
