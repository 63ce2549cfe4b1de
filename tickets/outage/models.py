"""Rows about what was sent out around an outage, and who has answered."""

from django.conf import settings
from django.db import models

from procedures.models import Run

_USER = settings.AUTH_USER_MODEL


class SentText(models.Model):
    """Somebody said that a text of the pack went out; ``window`` is the version it was of."""

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="sent_texts", db_index=False
    )
    window = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "window", "text"], name="sent_text_once")
        ]

    def __str__(self) -> str:
        """Show text and version."""
        return f"{self.text} {self.window}"


class OutlookAnswer(models.Model):
    """An Outlook user has corrected the settings; the address itself stands in the run alone.

    ``digest`` is SHA-256 of the address in lower case, so that erasing the address in the run
    leaves nothing of it here.
    """

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="outlook_answers", db_index=False
    )
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    actor = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "digest"], name="outlook_answer_once")
        ]

    def __str__(self) -> str:
        """Show the run, never the address."""
        return f"{self.run_id}"
