"""Sign a demo persona in by a single-use link, on one's own machine only."""

import ipaddress
import secrets
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from helpdesk.environment import LOOPBACK
from helpdesk.models import SignInLink, User
from helpdesk.sessions import note_session

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def create_link(user: User, *, now: datetime) -> str:
    """Return the path of a new link for a persona; only the token's digest is stored."""
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user, digest=_digest(token), expires_at=now + settings.SIGNIN_LINK_AGE
    )
    return f"/signin/{token}/"


def use_link(token: str, *, now: datetime) -> User | None:
    """Use a link up and return its persona; None when it is unknown, used or too old."""
    usable = _usable(token, now=now)
    if usable.update(used_at=now) == 0:
        return None
    return SignInLink.objects.select_related("user").get(digest=_digest(token)).user


def personas() -> list[User]:
    """Return the demo people a link can be made for, in a steady order."""
    return list(User.objects.filter(is_active=True).exclude(persona="").order_by("pk"))


def is_at_home(request: HttpRequest) -> bool:
    """Tell whether demo mode is on and the request comes from this very machine."""
    if not settings.DEMO or "X-Forwarded-For" in request.headers:
        return False
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return peer.is_loopback and name in LOOPBACK


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; pressing it signs in. Looking at the page uses nothing up."""
    if not is_at_home(request):
        raise Http404
    now = timezone.now()
    if request.method == "POST":
        user = use_link(token, now=now)
        if user is not None:
            login(request, user, backend=BACKEND)
            note_session(request)
            return redirect(settings.LOGIN_REDIRECT_URL)
    link = _usable(token, now=now).select_related("user").first()
    context = {"link": link, "persona": link.user if link else None}
    return render(request, "signin/link.html", context, status=200 if link else 410)


def _usable(token: str, *, now: datetime) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(
        digest=_digest(token),
        used_at=None,
        expires_at__gt=now,
        user__is_active=True,
    ).exclude(user__persona="")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
