"""Contests at the door: one code of an app, one recovery code, one account's password."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from http import HTTPStatus
from typing import Any
from unittest import mock

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.test import Client, override_settings

from helpdesk.settings import CACHES
from tests.races import meeting
from tests.races.jobs import Outcome
from tests.web.signing import sign_in, who

CHALLENGE = "/account/2fa/authenticate/"


def warm_up() -> None:
    """Read addresses, templates and words once, before the processes part."""
    Client(SERVER_NAME="localhost").get("/account/login/")


class CodeAttempt:
    """A browser whose person has given the password and now sends a code, as others do."""

    def __init__(self, email: str, code: str, *, guarded: bool) -> None:
        self.client = Client(SERVER_NAME="localhost")
        self.code, self.guarded = code, guarded
        assert sign_in(self.client, email)["Location"] == CHALLENGE

    def __call__(self) -> Outcome:
        """Send the code; "won" is a session that is signed in."""
        with nullcontext() if self.guarded else _unlocked():
            self.client.post(CHALLENGE, {"code": self.code})
        return ("won" if who(self.client) else "refused", None)


class PasswordAttempt:
    """A guess of one account's password from one sender."""

    def __init__(self, email: str, *, shared: bool) -> None:
        self.client = Client(SERVER_NAME="localhost", REMOTE_ADDR="203.0.113.7")
        self.client.get("/account/login/")
        self.email, self.shared = email, shared

    def __call__(self) -> Outcome:
        """Say whether the guess was looked at or refused for there being too many."""
        # The installation's own way of counting, or one that each process has for itself.
        with override_settings(CACHES=CACHES if self.shared else settings.CACHES):
            response = sign_in(self.client, self.email, "not the password")
        page = response.content.decode()
        limited = response.status_code == HTTPStatus.TOO_MANY_REQUESTS or "너무 많은" in page
        assert limited != ("올바르지 않습니다" in page)
        return ("limited" if limited else "looked_at", None)


@contextmanager
def _unlocked() -> Iterator[None]:
    """Take lock and transaction from the recovery codes, and write when everybody has read."""

    def read(codes: RecoveryCodes, code: str) -> bool:
        codes.instance = Authenticator.objects.get(pk=codes.instance.pk)
        for number, each in enumerate(codes.generate_codes()):
            if each == code and not codes._is_code_used(number):
                meeting.meet()
                codes._mark_code_used(number)
                return True
        return False

    patched: AbstractContextManager[Any] = mock.patch.object(RecoveryCodes, "validate_code", read)
    with patched:
        yield
