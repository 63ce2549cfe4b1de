"""Rows about people of a company beside their roles: invited, standing in, left."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

_USER = settings.AUTH_USER_MODEL


class Invitation(models.Model):
    """Somebody is asked to join; only the digest of the link's token is stored.

    Without a tenant it is an invitation to the vendor's staff. ``roles`` are given when it is
    accepted. It ends at the first of ``expires_at``, ``used_at``, ``revoked_at``.
    """

    tenant = models.ForeignKey(
        "helpdesk.Tenant", null=True, on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField()
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=5, default="ko")
    roles = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    user = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "-id"], name="invitation_by_tenant")
        ]

    def __str__(self) -> str:
        """Show for whom it is, never the token."""
        return f"invitation for {self.email}"

    def is_open(self, now: datetime) -> bool:
        """Say whether it can still be accepted."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


class Substitute(models.Model):
    """A dated stand-in, who holds meanwhile the admin roles that the absent person holds.

    Half-open: from ``starts_at`` until ``ends_at``, or until ``ended_at`` when ended early.
    Both were made from whole days in the tenant's zone.
    """

    tenant = models.ForeignKey(
        "helpdesk.Tenant", on_delete=models.PROTECT, related_name="substitutes"
    )
    absent = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="stand_ins")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    appointed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="substitute_lasts"
            ),
            models.CheckConstraint(
                condition=~Q(absent=F("stand_in")), name="substitute_is_another"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["stand_in", "tenant"], name="substitute_by_stand_in"),
            models.Index(fields=["tenant", "absent"], name="substitute_by_absent"),
        ]

    def __str__(self) -> str:
        """Show who stands in for whom."""
        return f"{self.stand_in_id} for {self.absent_id}"

    def is_in_force(self, now: datetime) -> bool:
        """Say whether the stand-in holds the roles now."""
        return self.ended_at is None and self.starts_at <= now < self.ends_at


class Leaver(models.Model):
    """Somebody was deactivated in a company: they hold no role, and its pages still know them."""

    tenant = models.ForeignKey("helpdesk.Tenant", on_delete=models.PROTECT, related_name="leavers")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="left")
    left_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="leaver_once")]

    def __str__(self) -> str:
        """Show who left which company."""
        return f"{self.user_id} left {self.tenant_id}"
