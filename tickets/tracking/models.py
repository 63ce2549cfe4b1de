"""Rows of tracking links, of how people found it, and of texts that are said to be wrong."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from helpdesk.models import Tenant
from procedures.models import Run

_USER = settings.AUTH_USER_MODEL


class TrackingLink(models.Model):
    """A link by which a run can be followed without signing in; only its digest is stored.

    At most one of a run is in force. It ends when it is revoked, or thirty days after the run.
    """

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="tracking_links", db_index=False
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run"], condition=Q(revoked_at__isnull=True), name="tracking_link_one"
            )
        ]

    def __str__(self) -> str:
        """Show the run, never the token."""
        return f"{self.run_id}"


class Feedback(models.Model):
    """How somebody found it: a person, or whoever holds a tracking link; one each.

    It goes with the account of the person.
    """

    class Rating(models.IntegerChoices):
        """A face."""

        BAD = 1
        FAIR = 2
        GOOD = 3

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="feedback")
    user = models.ForeignKey(_USER, null=True, on_delete=models.CASCADE, related_name="feedback")
    link = models.ForeignKey(
        TrackingLink, null=True, on_delete=models.CASCADE, related_name="feedback", db_index=False
    )
    rating = models.PositiveSmallIntegerField(choices=Rating.choices)
    words = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "user"], name="feedback_once_a_person"),
            models.UniqueConstraint(fields=["link"], name="feedback_once_a_link"),
        ]

    def __str__(self) -> str:
        """Show the rating."""
        return f"{self.rating}"


class TextReport(models.Model):
    """Somebody says that a text of a procedure is wrong; its owner answers.

    ``step`` is empty where it is about the procedure as a whole. It goes with the account of
    whoever reported it.
    """

    class State(models.TextChoices):
        """What became of it."""

        NEW = "new"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    reporter = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="text_reports")
    submission = models.UUIDField()
    procedure = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    step = models.CharField(max_length=40, default="", blank=True)
    sentence = models.CharField(max_length=1000, default="", blank=True)
    wrong = models.TextField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    answer = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # When the reporter has seen the answer.
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporter", "submission"], name="text_report_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-id"], name="text_report_by_state")
        ]

    def __str__(self) -> str:
        """Show which text it is about."""
        return f"{self.procedure} {self.step}"
