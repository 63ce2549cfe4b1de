"""Show whoever holds a tracking link what happens next, when, and what they have to do.

Whoever holds the link need not be signed in. Unknown, revoked, expired and other links get one
and the same answer, to the byte.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.errors import not_found
from helpdesk.zones import zone_at
from procedures.present.language import language
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


@by_link
@require_POST
def track_feedback(
    request: HttpRequest, token: str, link: TrackingLink, now: datetime
) -> HttpResponse:
    """Keep what whoever holds the link says."""
    if not ratelimit.consume(request, app="allauth.account", action="feedback"):
        return ratelimit.respond_429(request)
    form = FeedbackForm(request.POST, auto_id="feedback-%s")
    if not form.is_valid():
        return draw(request, token, link, now, form, 422)
    if not feedback.is_asked(progress.read(link.run, now)):
        form.add_error(None, _("You are asked once service is resumed."))
        return draw(request, token, link, now, form, 409)
    try:
        feedback.give(link.run, link=link, now=now, **form.cleaned_data)
    except feedback.TooLate:
        form.add_error(None, too_late())
        return draw(request, token, link, now, form, 409)
    return SeeOther(f"{reverse('track', args=[token])}#feedback")


def draw(
    request: HttpRequest,
    token: str,
    link: TrackingLink,
    now: datetime,
    form: FeedbackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; ``form`` came back."""
    loaded = progress.read(link.run, now)
    given = feedback.given_by(link.run, user=None, link=link)
    action = reverse("track_feedback", args=[token])
    asked = form is not None or feedback.is_asked(loaded)
    context = {
        # Whoever is signed in on this browser, the page is the stranger's.
        "user": AnonymousUser(),
        "tenant": None,
        "now": now,
        "token": token,
        **progress.progress(loaded, now),
        "feedback": part(given, action, form, changeable=feedback.may_change(given, now))
        if asked
        else None,
    }
    return render(request, "tickets/tracking/page.html", context, status=status)
