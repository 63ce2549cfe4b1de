"""Let people whose role needs a second factor go nowhere else before they have shown one."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from helpdesk import mfa
from helpdesk.middleware import GetResponse, View

# What is open before: setting it up, signing out, language and theme, and what a machine asks.
OPEN = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_reauthenticate",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "account_reauthenticate",
        "account_login",
        "account_logout",
        "account_inactive",
        "set_language",
        "set_theme",
        "livez",
        "readyz",
    }
)


class SecondFactorMiddleware:
    """Send a signed-in person without the second factor their role needs to its page.

    Who has proved it in this session costs no query, anybody else one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; the work is done once the address is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, arguments: object, keywords: object
    ) -> HttpResponse | None:
        """Redirect, or let the view answer."""
        if not settings.MFA_ROLES or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match is not None and match.url_name in OPEN:
            return None
        if mfa.has_proved(request) or not mfa.is_required(request.user, now=timezone.now()):
            return None
        return _to_second_factor(request, in_background=getattr(view, "in_background", False))


def _to_second_factor(request: HttpRequest, *, in_background: bool) -> HttpResponse:
    known = mfa.has_authenticator(request.user)
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    if in_background or getattr(request, "htmx", False):
        wanted = "/"
    name = "mfa_reauthenticate" if known else "mfa_activate_totp"
    url = f"{reverse(name)}?{urlencode({'next': wanted})}"
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    if not in_background and not known:
        text = gettext("Your role needs a second factor. Set it up now; then you go on.")
        messages.warning(request, text)
    return redirect(url)
