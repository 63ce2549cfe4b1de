"""Rows of the vendor: the vendor itself, and its visits to companies nobody assigned."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.models import StreamHead


class VendorDesk(StreamHead):
    """The vendor itself: one row.

    Locking it guards the last manager and orders the events about the vendor's staff.
    """

    ONLY = 1
    STREAM = "vendor"

    def __str__(self) -> str:
        """Name the stream."""
        return self.stream

    @property
    def stream(self) -> str:
        """Name the stream of events about the vendor's staff."""
        return self.STREAM


class SupportVisit(models.Model):
    """A vendor person looks into a tenant they are not assigned to, for a reason they gave.

    Half-open: the visit is over at ``ends_at``, or at ``ended_at`` when somebody ended it.
    ``viewed_at`` is when the first page was opened.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="support_visits"
    )
    tenant = models.ForeignKey(
        "helpdesk.Tenant", on_delete=models.PROTECT, related_name="support_visits"
    )
    reason = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    viewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="support_visit_lasts"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "tenant"], name="support_visit_of")
        ]

    def __str__(self) -> str:
        """Show who visits whom."""
        return f"{self.user_id} visits {self.tenant_id}"

    def is_open(self, now: datetime) -> bool:
        """Say whether the visit still opens the tenant's pages."""
        return self.ended_at is None and self.starts_at <= now < self.ends_at
