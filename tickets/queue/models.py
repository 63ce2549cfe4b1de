"""Rows of support's queue: whose a ticket is, saved views, templates for answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from procedures.models import Run

_USER = settings.AUTH_USER_MODEL


class Ticket(models.Model):
    """To whom of the vendor a run was given last; none where nobody took it yet.

    Who no longer serves the company holds nothing: ask ``holders.held``, never this row alone.
    """

    run = models.OneToOneField(
        Run, on_delete=models.PROTECT, primary_key=True, related_name="ticket"
    )
    assignee = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="tickets")
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        """Show run and person."""
        return f"{self.run_id} {self.assignee_id or '-'}"


class SavedView(models.Model):
    """A person's filters and order under a name; at most one is where their queue begins."""

    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="queue_views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=600, default="", blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", Lower("name"), name="queue_view_name_once"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_default=True), name="queue_view_default_once"
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class AnswerTemplate(models.Model):
    """An answer in both languages that support puts into a comment and finishes by hand.

    ``number`` counts its changes, so that nobody writes over what they have not seen.
    """

    title_ko = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    body_ko = models.TextField()
    body_en = models.TextField()
    position = models.PositiveSmallIntegerField(default=100)
    number = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("title_ko"),
                condition=Q(retired_at__isnull=True),
                name="answer_title_ko_once",
            ),
            models.UniqueConstraint(
                Lower("title_en"),
                condition=Q(retired_at__isnull=True),
                name="answer_title_en_once",
            ),
        ]

    def __str__(self) -> str:
        """Show the Korean title."""
        return self.title_ko
