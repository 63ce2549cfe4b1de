"""Pages of one's own account: overview, sessions, address, and the second factor."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.account.models import EmailAddress
from allauth.account.views import EmailView as AllauthEmailView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk import mfa, sessions
from helpdesk.models import User
from helpdesk.redirects import next_of


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what protects the account, and lead to where it is changed."""
    user = _person(request)
    context = {
        "has_password": user.has_usable_password(),
        "has_totp": mfa.has_authenticator(user),
        "session_count": len(sessions.sessions_of(user, request.session.session_key)),
        "new_email": EmailAddress.objects.get_new(user),
    }
    return render(request, "account/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_list(request: HttpRequest) -> HttpResponse:
    """List the person's sessions; end one of them, or all but this one."""
    user = _person(request)
    if request.method == "POST":
        return _end(request, user)
    listed = sessions.sessions_of(user, request.session.session_key)
    context = {"sessions": listed, "others": any(not each.here for each in listed)}
    return render(request, "usersessions/usersession_list.html", context)


def _end(request: HttpRequest, user: User) -> HttpResponse:
    chosen = request.POST.get("session", "")
    if not chosen:
        sessions.end_other_sessions(request, user)
        messages.success(request, gettext("All other sessions are signed out."))
        return redirect("usersessions_list")
    row = UserSession.objects.filter(user=user, pk=chosen).first() if chosen.isdecimal() else None
    if row is None:
        raise Http404
    if row.session_key == request.session.session_key:
        return redirect("account_logout")
    row.end()
    messages.success(request, gettext("The session is signed out."))
    return redirect("usersessions_list")


class EmailView(AllauthEmailView):
    """Change the address: it goes live once the new one is confirmed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Note the address in use, which came by invitation, when something is changed."""
        user = _person(request)
        if request.method == "POST":
            EmailAddress.objects.get_or_create(
                user=user, email=user.email, defaults={"primary": True, "verified": True}
            )
        self._did_send_verification_email = False
        # Past allauth's own way, which writes rows while a page is only looked at.
        return super(AllauthEmailView, self).dispatch(request, *args, **kwargs)

    def get_form(self, form_class: type[Form] | None = None) -> Form:
        """Name the field after what is asked for."""
        form: Form = super().get_form(form_class)
        form.fields["email"].label = gettext("New address")
        return form


def _note_shown(user: User) -> None:
    # The next page shows the codes; noted here, where something is written anyway.
    for row in Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES):
        row.wrap().mark_as_viewed()


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class ActivateView(ActivateTOTPView):
    """Set an app up, or another in its place; then show the codes, then go on."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let somebody who has an app set up the next one; allauth would have it removed first."""
        return super(ActivateTOTPView, self).dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether an app is replaced."""
        replaces = mfa.has_authenticator(_person(self.request))
        return {**super().get_context_data(**kwargs), "replaces": replaces}

    def get_success_url(self) -> str:
        """Lead to the recovery codes when they are new, and remember where to go on."""
        url: str = super().get_success_url()
        target = next_of(self.request)
        return f"{url}?{urlencode({'next': target})}" if target else url

    def form_valid(self, form: Form) -> HttpResponse:
        """Count the code just shown as the proof of this session; end the others."""
        user = _person(self.request)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
            response = super().form_valid(form)
        _note_shown(user)
        record_authentication(self.request, user, "mfa", type=Authenticator.Type.TOTP.value)
        sessions.end_other_sessions(self.request, user)
        return response


class DeactivateView(DeactivateTOTPView):
    """Take the app away, unless a role needs it."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Forget the proof that rested on the app; end the other sessions."""
        response = super().form_valid(form)
        request, user = self.request, _person(self.request)
        kept = [e for e in get_authentication_records(request, user) if e["method"] != "mfa"]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
        sessions.end_other_sessions(request, user)
        return response


class NewCodesView(GenerateRecoveryCodesView):
    """Make new recovery codes; the old ones stop working."""

    def form_valid(self, form: Form) -> HttpResponse:
        """End the other sessions, as after any change of a factor."""
        response = super().form_valid(form)
        user = _person(self.request)
        _note_shown(user)
        sessions.end_other_sessions(self.request, user)
        return response


class CodesView(ViewRecoveryCodesView):
    """Show the recovery codes that are left, and the way on."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where the person wanted to go before the set-up."""
        return {**super().get_context_data(**kwargs), "wanted": next_of(self.request)}
