"""The door for who was invited: choose a name and a password, or sign in and accept."""

from datetime import datetime

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from helpdesk.models import Invitation, Tenant, User
from helpdesk.people import invitations, joining
from helpdesk.people.forms import JoinForm
from helpdesk.people.words import role_names


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation and accept it; looking at it uses nothing up.

    Unknown, used, revoked and expired links get one and the same answer.
    """
    now = timezone.now()
    found = invitations.find(token, now)
    if found is None:
        return _over(request)
    with translation.override(_language(request, found)):
        if request.method == "POST":
            return _accept(request, found, token, now)
        return _page(request, found)


def _accept(request: HttpRequest, found: Invitation, token: str, now: datetime) -> HttpResponse:
    user = request.user
    by: User | joining.Newcomer
    if isinstance(user, User):
        if user.email.lower() != found.email.lower():
            return _page(request, found, status=403)
        by = user
    elif joining.account_of(found):
        return redirect(_sign_in(request))
    else:
        form = JoinForm(request.POST, invitation=found)
        if not form.is_valid():
            return _page(request, found, form, 422)
        by = joining.Newcomer(form.cleaned_data["name"], form.cleaned_data["password1"])
    try:
        joined, tenant = joining.accept(token, by=by, now=now)
    except joining.LinkIsOver:
        return _over(request)
    except joining.NeedsSignIn:
        return redirect(_sign_in(request))
    if isinstance(by, User):
        return redirect(_first_page(tenant))
    # The usual way in, with whatever it asks for beside the password.
    login = Login(user=joined, email=joined.email, redirect_url=_first_page(tenant))
    answer: HttpResponse = perform_password_login(request, {"email": joined.email}, login)
    return answer


def _page(
    request: HttpRequest, found: Invitation, form: JoinForm | None = None, status: int = 200
) -> HttpResponse:
    user = request.user
    signed_in = isinstance(user, User)
    mine = isinstance(user, User) and user.email.lower() == found.email.lower()
    has_account = not signed_in and joining.account_of(found) is not None
    if form is None and not signed_in and not has_account:
        form = JoinForm(invitation=found, initial={"name": found.name})
    context = {
        "found": found,
        "role_names": ", ".join(role_names(found.roles)),
        "by": found.invited_by.get_full_name() if found.invited_by else "",
        "form": form,
        "mine": mine,
        "another": signed_in and not mine,
        "sign_in": _sign_in(request) if has_account else "",
    }
    zone = found.tenant.tz if found.tenant else timezone.get_default_timezone()
    with timezone.override(zone):
        return render(request, "people/join.html", context, status=status)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "people/join_over.html", status=404)


def _sign_in(request: HttpRequest) -> str:
    return f"{reverse('account_login')}?next={request.path}"


def _first_page(tenant: Tenant | None) -> str:
    return reverse("my_work", args=[tenant.slug]) if tenant else settings.LOGIN_REDIRECT_URL


def _language(request: HttpRequest, found: Invitation) -> str:
    """Speak the language of the invitation, unless the person has chosen one."""
    chosen = isinstance(request.user, User) or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return translation.get_language() or "ko" if chosen else found.language
