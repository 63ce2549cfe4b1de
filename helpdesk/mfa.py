"""Who needs a second factor, whether a session has proved it, and codes that are accepted once."""

import hashlib
from datetime import datetime
from functools import lru_cache

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, QuerySet
from django.http import HttpRequest

from helpdesk.models import Membership, Substitute, UsedCode, User, VendorMembership
from helpdesk.prepared import Prepared

# Counters are half minutes; a code is looked for in three of them.
_FORGET_AFTER = 20

type Person = AbstractBaseUser | AnonymousUser


def is_required(user: Person, *, now: datetime) -> bool:
    """Tell whether a role that a person holds or stands in for needs it; one query."""
    roles = settings.MFA_ROLES
    if not roles or not isinstance(user, User):
        return False
    return _needed(tuple(roles)).first(user=user.pk, now=now) is not None


@lru_cache(maxsize=8)
def _needed(roles: tuple[str, ...]) -> Prepared[tuple[int]]:
    def build(user: int, now: datetime) -> QuerySet[User, tuple[int]]:
        own = Membership.objects.filter(user=user, role__in=roles)
        vendor = VendorMembership.objects.filter(user=user, role__in=roles)
        stands_in = Substitute.objects.filter(
            stand_in=user,
            ended_at=None,
            starts_at__lte=now,
            ends_at__gt=now,
            absent__memberships__role__in=roles,
            absent__memberships__tenant=F("tenant"),
        )
        needed = Exists(own) | Exists(vendor) | Exists(stands_in)
        return User.objects.filter(needed, pk=user).values_list("pk")

    return Prepared(build, user=int, now=datetime)


def has_authenticator(user: Person) -> bool:
    """Tell whether a person has an authenticator app set up."""
    if not user.is_authenticated:
        return False
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def has_proved(request: HttpRequest) -> bool:
    """Tell whether the second factor was shown within this session; no query."""
    records = get_authentication_records(request, request.user)
    return any(each["method"] == "mfa" for each in records)


def cipher() -> MultiFernet:
    """Return what encrypts secrets of authenticator apps; the first key writes, all read."""
    return MultiFernet([Fernet(key) for key in settings.MFA_KEYS])


def use_totp(authenticator: Authenticator, code: str) -> bool:
    """Accept a code of a person's app, once."""
    secret = decrypt(authenticator.data["secret"])
    return use_code(authenticator.user_id, secret, code)


def use_code(user_id: int, secret: str, code: str) -> bool:
    """Accept a code that fits the secret now, and that nobody has used.

    A used code is a unique row: of many requests at once, on whatever machine, one is first.
    """
    counter = _counter_of(secret, code)
    if counter is None:
        return False
    digest = hashlib.sha256(f"{secret}:{counter}".encode()).hexdigest()
    try:
        with transaction.atomic():
            UsedCode.objects.create(user_id=user_id, counter=counter, digest=digest)
    except IntegrityError:
        return False
    UsedCode.objects.filter(user_id=user_id, counter__lt=counter - _FORGET_AFTER).delete()
    return True


def _counter_of(secret: str, code: str) -> int | None:
    for counter in auth.yield_hotp_counters_from_time():
        expected = auth.format_hotp_value(auth.hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            return counter
    return None
