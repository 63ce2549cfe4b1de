"""Show whoever holds a tracking link what happens next, when, and what they have to do.

Whoever holds the link need not be signed in. Unknown, revoked, expired and other links get one
and the same answer, to the byte.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpdesk.errors import not_found
from helpdesk.zones import zone_at
from procedures.present.language import language
from tickets.outage.calendar_file import CONTENT_TYPE, fixed_window
from tickets.tracking import links, progress
from tickets.tracking.models import TrackingLink

# The address is a secret: nobody is told it, nothing keeps or finds the page.
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand a view the link of a token; count who asks, and answer 404 for any other token."""

    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        usage = ratelimit.consume(request, app="allauth.account", action="track", limit_get=True)
        if usage is None:
            return _private(ratelimit.respond_429(request))
        link = links.find(token, now)
        if link is None:
            return _private(not_found(request, Http404()))
        with timezone.override(zone_at(link.run.tenant, now)):
            return _private(view(request, token, link, now))

    return answer


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        response[name] = value
    return response


@by_link
@require_safe
def track(request: HttpRequest, token: str, link: TrackingLink, now: datetime) -> HttpResponse:
    """Show how far the change is."""
    return draw(request, token, link, now)


@by_link
@require_safe
def track_calendar(
    request: HttpRequest, token: str, link: TrackingLink, now: datetime
) -> HttpResponse:
    """Hand the fixed window out as a calendar entry; none is fixed: 404."""
    content = fixed_window(link.run, language(), now, named=False)
    if not content:
        return not_found(request, Http404())
    answer = HttpResponse(content, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{link.run.reference}.ics"'
    return answer


def draw(
    request: HttpRequest,
    token: str,
    link: TrackingLink,
    now: datetime,
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; ``more`` is a form that came back."""
    loaded = progress.read(link.run, now)
    context = {
        # Whoever is signed in on this browser, the page is the stranger's.
        "user": AnonymousUser(),
        "tenant": None,
        "now": now,
        "token": token,
        **progress.progress(loaded, now),
        **(more or {}),
    }
    return render(request, "tickets/tracking/page.html", context, status=status)
