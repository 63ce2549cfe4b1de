"""Tell allauth the ways of the house: invited people, counted attempts, local paths, plain mail."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from helpdesk import account_mail, mfa
from helpdesk.models import User
from helpdesk.redirects import is_local


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Serve allauth's pages to invited people, without letting anyone create an account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse every sign-up."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Accept paths of this installation only, whatever other hosts are trusted with."""
        return is_local(url or "")

    def is_ajax(self, request: HttpRequest) -> bool:
        """Answer every request with a page; nothing of ours asks for JSON here."""
        return False

    # Counting attempts

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures by address of the sender *and* account.

        Counted by account alone, a stranger could keep its owner out.
        """
        login = str(credentials.get("email") or "").strip().lower()
        return f"{ratelimit.get_ip(request)}:{login}"

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Check the password once more, by the address the person signs in with."""
        assert isinstance(user, User)
        request = allauth_context.request
        return self.authenticate(request, email=user.email, password=password) == user

    # Asking again before something dangerous

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[Any]:
        """Ask for the second factor where there is one: the password alone is not enough."""
        methods = super().get_reauthentication_methods(user)
        second = [one for one in methods if one["id"] == "mfa_reauthenticate"]
        return second or methods

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Count a sign-in of the last minutes by the strongest method as asking again."""
        if not super().is_reauthentication_required(app=app):
            return False
        request = allauth_context.request
        strongest = "mfa" if mfa.has_authenticator(request.user) else "password"
        records = get_authentication_records(request, request.user)
        newest = max((each["at"] for each in records if each["method"] == strongest), default=0)
        return time.time() - newest >= app_settings.REAUTHENTICATION_TIMEOUT

    # Changing the address

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Refuse an address under which somebody else signs in by now."""
        others = User.objects.filter(email__iexact=email_address.email)
        if others.exclude(pk=email_address.user_id).exists():
            return False
        return super().confirm_email(request, email_address)

    # Mail

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person what was changed on their account."""
        assert isinstance(user, User)
        context = {"user": user, **(context or {})}
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send plain text in the language of its reader; a server that is away stops no page."""
        reader = context.get("user")
        language = reader.language if isinstance(reader, User) else translation.get_language()
        with translation.override(language):
            message = self.render_mail(template_prefix, email, context)
        account_mail.send_text.enqueue(email, str(message.subject), str(message.body))

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Render subject and text; there is no HTML part."""
        parts = {**context, "ko": translation.get_language() == "ko"}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", parts).split())
        text = render_to_string(f"{template_prefix}_message.txt", parts).strip() + "\n"
        to = [email] if isinstance(email, str) else email
        return EmailMessage(subject, text, self.get_from_email(), to, headers=headers)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keep secrets of authenticator apps encrypted, and the second factor where a role needs it."""

    def get_totp_issuer(self) -> str:
        """Name the installation in the app: the host, so that two are told apart."""
        return f"Helpdesk ({allauth_context.request.get_host()})"

    def encrypt(self, text: str) -> str:
        """Encrypt with the key derived from the installation's secret."""
        return mfa.cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt, with older secrets too."""
        return mfa.cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse where a role needs the second factor."""
        return not mfa.is_required(authenticator.user, now=timezone.now())
