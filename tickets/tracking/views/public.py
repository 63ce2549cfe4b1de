"""Show whoever holds a tracking link what happens next, when, and what they have to do.

Whoever holds the link need not be signed in. Unknown, revoked, expired and other links get one
and the same answer, to the byte.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.errors import not_found
from helpdesk.zones import zone_at
from procedures.change import Loaded
from procedures.present.language import language
from procedures.present.language import say as said
from procedures.views.commands import SeeOther
from tickets.outage.calendar_file import CONTENT_TYPE, fixed_window
from tickets.tracking import feedback, links, progress
from tickets.tracking.forms import FeedbackForm
from tickets.tracking.models import TrackingLink
from tickets.tracking.views.feedback import part, too_late

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
        chosen = _chosen(request) or translation.get_language()
        with timezone.override(zone_at(link.run.tenant, now)), translation.override(chosen):
            return _private(view(request, token, link, now))

    return answer


def _chosen(request: HttpRequest) -> str:
    """Return the language that the address asks for; empty where it asks for none of ours."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        response.setdefault(name, value)
    # Django logs the address of what it refuses, and this address is a secret.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@by_link
@require_safe
def track(request: HttpRequest, token: str, link: TrackingLink, now: datetime) -> HttpResponse:
    """Show how far the change is."""
    loaded = progress.read(link.run, now)
    shown = _feedback(token, link, now) if feedback.is_asked(loaded) else None
    context = {
        **_frame(),
        **progress.progress(loaded, now),
        "now": now,
        "feedback": shown,
        "calendar_href": _address("track_calendar", token),
    }
    return render(request, "tickets/tracking/page.html", context)


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


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def track_feedback(
    request: HttpRequest, token: str, link: TrackingLink, now: datetime
) -> HttpResponse:
    """Ask whoever holds the link how it went, and keep what they say."""
    loaded = progress.read(link.run, now)
    back = _address("track", token)
    if not feedback.is_asked(loaded):
        return SeeOther(back)
    if request.method != "POST":
        given = feedback.given_by(link.run, user=None, link=link)
        typed = {"words": given.words if given else ""}
        form = FeedbackForm(initial=typed, auto_id="feedback-%s")
        return _ask(request, token, link, now, loaded, form, 200)
    if not ratelimit.consume(request, app="allauth.account", action="feedback"):
        return ratelimit.respond_429(request)
    form = FeedbackForm(request.POST, auto_id="feedback-%s")
    if not form.is_valid():
        return _ask(request, token, link, now, loaded, form, 422)
    try:
        feedback.give(link.run, link=link, now=now, **form.cleaned_data)
    except feedback.TooLate:
        form.add_error(None, too_late())
        return _ask(request, token, link, now, loaded, form, 409)
    return SeeOther(f"{back}#feedback")


def _ask(
    request: HttpRequest,
    token: str,
    link: TrackingLink,
    now: datetime,
    loaded: Loaded,
    form: FeedbackForm,
    status: int,
) -> HttpResponse:
    shown = _feedback(token, link, now, form)
    asked = request.GET.get("rating", "")
    for face in shown["faces"]:
        face["chosen"] = str(face["value"]) == asked if asked else face["chosen"]
    context = {
        **_frame(),
        "title": said(loaded.procedure.title),
        "reference": link.run.reference,
        "feedback": shown,
        "back": _address("track", token),
    }
    response = render(request, "tickets/tracking/say.html", context, status=status)
    # Without any referrer a browser names no origin, and the form would be refused as forged.
    response["Referrer-Policy"] = "same-origin"
    return response


def _feedback(
    token: str, link: TrackingLink, now: datetime, form: FeedbackForm | None = None
) -> dict[str, Any]:
    given = feedback.given_by(link.run, user=None, link=link)
    action = _address("track_feedback", token)
    return part(given, action, form, changeable=feedback.may_change(given, now))


def _frame() -> dict[str, Any]:
    """Return what the frame draws: whoever is signed in here, the page is a stranger's."""
    here = language()
    return {
        "user": AnonymousUser(),
        "tenant": None,
        "languages": [
            {"code": code, "label": label, "current": code == here}
            for code, label in (("ko", "한국어"), ("en", "English"))
        ],
    }


def _address(name: str, token: str) -> str:
    return f"{reverse(name, args=[token])}?language={language()}"
