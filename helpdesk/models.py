"""Whom the app serves: people, customer companies, their roles, the vendor's calendar."""

import uuid
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from audit.models import StreamHead
from helpdesk.people.models import Invitation, Leaver, Substitute
from helpdesk.signin_models import SignInCount, UsedCode
from helpdesk.vendor.models import SupportVisit, VendorDesk

__all__ = [
    "Assignment",
    "CalendarDay",
    "CalendarEntry",
    "CalendarVersion",
    "Invitation",
    "Leaver",
    "Membership",
    "Role",
    "SignInCount",
    "SignInLink",
    "Substitute",
    "SupportVisit",
    "Tenant",
    "UsedCode",
    "User",
    "VendorDesk",
    "VendorMembership",
    "VendorRole",
]


class UserManager(BaseUserManager["User"]):
    """Create people by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Create a person; without a password only a link can sign them in."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Create an operator of the installation."""
        return self.create_user(email, password, is_superuser=True, is_staff=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do is said by memberships alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(
        max_length=5, default="ko", choices=[("ko", "한국어"), ("en", "English")]
    )
    persona = models.CharField(max_length=20, default="", blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Raising it ends every session of the person at its next request.
    sessions_epoch = models.PositiveIntegerField(default=0)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        """Show the name."""
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name as history shows it."""
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Bind sessions to the password and to the epoch; a change of either ends them."""
        bound = f"{self.sessions_epoch}:{self.password}"
        return salted_hmac("helpdesk.session", bound, secret=secret, algorithm="sha256").hexdigest()


class Tenant(StreamHead):
    """A customer company (고객사). Its days are decided in ``zone``.

    A new zone waits in ``zone_next`` until ``zone_next_at``: ask ``helpdesk.zones.zone_at``.
    """

    class SyncScope(models.TextChoices):
        """What the once-a-day limit of the sync covers; the FAQ does not say."""

        UNKNOWN = "unknown"
        SERVICE = "service"
        TENANT = "tenant"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=40, default="Asia/Seoul")
    zone_next = models.CharField(max_length=40, default="", blank=True)
    zone_next_at = models.DateTimeField(null=True, blank=True)
    country = models.CharField(max_length=2, default="KR")
    main_domain = models.CharField(max_length=253, default="", blank=True)
    multi_domains = models.JSONField(default=list, blank=True)
    services = models.JSONField(default=list, blank=True)
    sync_scope = models.CharField(
        max_length=10, choices=SyncScope.choices, default=SyncScope.UNKNOWN
    )
    self_declaration = models.BooleanField(default=False)
    expected_mx = models.JSONField(default=list, blank=True)
    # One line each as it is typed; ``{domain}`` stands for the domain that is looked at.
    expected_spf = models.JSONField(default=list, blank=True)
    expected_dkim = models.JSONField(default=list, blank=True)
    expected_dmarc = models.JSONField(default=list, blank=True)
    expected_autodiscover = models.JSONField(default=list, blank=True)
    name_server_suffixes = models.JSONField(default=list, blank=True)
    external_user_price = models.CharField(max_length=120, default="", blank=True)
    outlook_guide_url = models.URLField(default="", blank=True)
    known_addresses = models.JSONField(default=list, blank=True)
    reminder_addresses = models.JSONField(default=list, blank=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Show the name."""
        return self.name

    @property
    def stream(self) -> str:
        """Name the stream of events about this tenant."""
        return f"tenant:{self.uid}"

    @property
    def tz(self) -> ZoneInfo:
        """Return the zone as it is written down; ``zones.zone_at`` knows a change that is due."""
        return ZoneInfo(self.zone)

    @property
    def domains(self) -> list[str]:
        """List the main domain and the multi domains."""
        return [d for d in [self.main_domain, *self.multi_domains] if d]


class Role(models.TextChoices):
    """What a person may be within a tenant."""

    SITE_ADMIN = "site_admin"
    MAIL_ADMIN = "mail_admin"
    MEMBER = "member"
    TENANT_MANAGER = "tenant_manager"


class VendorRole(models.TextChoices):
    """What a person may be at the vendor."""

    SUPPORT = "support"
    MANAGER = "manager"


class Membership(models.Model):
    """One role of one person in one tenant; a person may hold several."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user", "role"], name="membership_once")
        ]

    def __str__(self) -> str:
        """Show who is what where."""
        return f"{self.user_id} {self.role}@{self.tenant_id}"


class VendorMembership(models.Model):
    """A role at the vendor."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="vendor_roles")
    role = models.CharField(max_length=20, choices=VendorRole.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="vendor_role_once")]

    def __str__(self) -> str:
        """Show who is what."""
        return f"{self.user_id} {self.role}"


class Assignment(models.Model):
    """A vendor person serves a tenant; without it they see nothing of that tenant."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="assignments")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tenant"], name="assignment_once")]

    def __str__(self) -> str:
        """Show who serves whom."""
        return f"{self.user_id} serves {self.tenant_id}"


class SignInLink(models.Model):
    """A single-use sign-in link; only the digest of its token is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Show for whom it is, never the token."""
        return f"link for {self.user_id}"


class CalendarVersion(models.Model):
    """The vendor's business days as they were known at one time. Never changed in place."""

    number = models.PositiveIntegerField(unique=True)
    first = models.DateField()
    last = models.DateField()
    confirmed_through = models.DateField()
    source = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Show the version as verdicts name it."""
        return f"KR-{self.number}"


class CalendarDay(models.Model):
    """A day that is not simply what its weekday says."""

    class Kind(models.TextChoices):
        """Why the day is out of the ordinary."""

        HOLIDAY = "holiday"
        CLOSING = "closing"
        EXTRA = "extra"

    version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="days")
    date = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name_ko = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    source = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "date", "kind"], name="calendar_day_once")
        ]

    def __str__(self) -> str:
        """Show date and name."""
        return f"{self.date} {self.name_ko}"


class CalendarEntry(models.Model):
    """A closing day or extra working day that the vendor entered, with its source.

    The next refresh of the calendar freezes it into a new version.
    """

    date = models.DateField()
    kind = models.CharField(max_length=10, choices=[("closing", "closing"), ("extra", "extra")])
    name_ko = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    source = models.CharField(max_length=200)
    entered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date", "kind"], name="calendar_entry_once")]

    def __str__(self) -> str:
        """Show date and kind."""
        return f"{self.date} {self.kind}"
