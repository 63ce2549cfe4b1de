"""Rows about dates: what the vendor has room for, and who was told of a changed calendar."""

from typing import Any

from django.db import models

from procedures.models import Run


class Capacity(models.Model):
    """What the vendor has room for: one row, changed under the lock of the vendor's own row.

    What is empty is not configured. Times are the vendor's local ones; hours that end
    before they begin go over midnight.
    """

    ONLY = 1
    FIELDS = ("at_once", "a_day", "closed_weekdays", "closed_from", "closed_until")

    at_once = models.PositiveSmallIntegerField(null=True)
    a_day = models.PositiveSmallIntegerField(null=True)
    closed_weekdays = models.JSONField(default=list)
    closed_from = models.TimeField(null=True)
    closed_until = models.TimeField(null=True)

    def __str__(self) -> str:
        """Show the two numbers."""
        return f"{self.at_once} at once, {self.a_day} a day"

    def plain(self) -> dict[str, Any]:
        """Return what is configured as JSON values."""
        told = {name: getattr(self, name) for name in self.FIELDS}
        for name in ("closed_from", "closed_until"):
            told[name] = told[name].strftime("%H:%M") if told[name] else None
        return told


class CalendarAlert(models.Model):
    """Support of a ticket was told that a version of the calendar touches its date; once each."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="calendar_alerts")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "version"], name="calendar_alert_once")
        ]

    def __str__(self) -> str:
        """Show which version it is about."""
        return f"KR-{self.version}"
