"""Ask for a code: each attempt is counted, each code of an app is accepted once."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import Field

from helpdesk import mfa
from helpdesk.models import User


def count_attempt(user: User) -> Callable[[], None]:
    """Count an attempt at a second factor; return what takes it back once it succeeded.

    By sender and person as passwords are; and by the person alone, far above what anybody
    mistypes, since codes are short. Only who knows the password can use that up.
    """
    request = context.request
    sender = f"{ratelimit.get_ip(request)}:mfa:{user.pk}"
    taken = []
    for action, key in (("login_failed", sender), ("mfa_failed", f"mfa:{user.pk}")):
        usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
        if not usage:
            raise get_account_adapter().validation_error("too_many_login_attempts")
        taken.append(usage)

    def take_back() -> None:
        for usage in taken:
            usage.rollback()

    return take_back


class _OneTime:
    """Check a code against the person's app, then against the recovery codes."""

    user: User
    cleaned_data: dict[str, Any]
    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Phones show their digits; the code of the app may be offered by the browser.
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        """Accept the code, or refuse it and leave the attempt counted."""
        take_back = count_attempt(self.user)
        code: str = self.cleaned_data["code"]
        mine = Authenticator.objects.filter(user=self.user)
        for each in mine.order_by("-type"):  # "totp" before "recovery_codes"
            if _accepts(each, code):
                each.user = self.user
                self.authenticator = each
                take_back()
                return code
        raise get_adapter().validation_error("incorrect_code")


def _accepts(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.TOTP:
        return mfa.use_totp(authenticator, code)
    return bool(authenticator.wrap().validate_code(code))


class SignInCodeForm(_OneTime, AuthenticateForm):
    """Ask for a code after the password."""


class ConfirmCodeForm(_OneTime, ReauthenticateForm):
    """Ask for a code once more before something dangerous."""


class SetUpForm(ActivateTOTPForm):
    """Ask for the first code of a new app; it is used up by that, too."""

    def clean_code(self) -> str:
        """Accept a code that fits the secret just shown."""
        take_back = count_attempt(self.user)
        code: str = self.cleaned_data["code"]
        if not mfa.use_code(self.user.pk, self.secret, code):
            raise get_adapter().validation_error("incorrect_code")
        take_back()
        return code
