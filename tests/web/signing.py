"""People who sign in by password, and an authenticator app that shows what a real one would."""

from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.http import HttpResponse
from django.test import Client

from helpdesk.models import Membership, Tenant, User, VendorMembership
from tests.factories import VENDOR_ROLES, tenant

PASSWORD = "말 달리자 노란 우산 열두 개"
ANOTHER = "푸른 바다 위 작은 배 한 척"


def person(role: str = "", email: str = "kim@hanbit.example", password: str = PASSWORD) -> User:
    """Make somebody with a password and, if named, a role."""
    user = User.objects.create_user(email, password, name="김하나")
    if role in VENDOR_ROLES:
        VendorMembership.objects.create(user=user, role=role)
    elif role:
        company = Tenant.objects.filter(slug="hanbit").first() or tenant()
        Membership.objects.create(user=user, tenant=company, role=role)
    return user


@dataclass
class Phone:
    """An authenticator app: its next code is one that it has not shown yet."""

    secret: str
    shown: set[int] = field(default_factory=set)

    def code(self) -> str:
        """Return a code that is valid now; a real person waits for it."""
        before, *others = sorted(auth.yield_hotp_counters_from_time())
        # The one that ends first comes last, so that none ends between showing and sending.
        for counter in (*others, before):
            if counter not in self.shown:
                self.shown.add(counter)
                return auth.format_hotp_value(auth.hotp_value(self.secret, counter))
        raise AssertionError("the app has shown all codes that are valid now")


def phone_of(user: User) -> Phone:
    """Set an app up for a person, with recovery codes."""
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return Phone(secret)


def recovery_codes(user: User) -> list[str]:
    """Return the codes that are left."""
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return RecoveryCodes(row).get_unused_codes()


def sign_in(
    client: Client, user: User | str, password: str = PASSWORD, **extra: Any
) -> HttpResponse:
    """Send the form of the sign-in page."""
    email = user if isinstance(user, str) else user.email
    where = extra.pop("next", "")
    form = {"login": email, "password": password, **({"next": where} if where else {})}
    return client.post("/account/login/", form, **extra)


def who(client: Client) -> str | None:
    """Return whose session a browser holds."""
    return client.session.get("_auth_user_id")


def fully_signed_in(user: User, phone: Phone) -> Client:
    """Return a browser in which a person went through both factors."""
    client = Client()
    sign_in(client, user)
    client.post("/account/2fa/authenticate/", {"code": phone.code()})
    assert who(client) == str(user.pk)
    return client
