"""Add to each response what every page needs: headers, the person's language, a living session."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

type GetResponse = Callable[[HttpRequest], HttpResponse]
type View = Callable[..., HttpResponse]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
TOUCH_SECONDS = 15 * 60


def in_background(view: View) -> View:
    """Mark a view that a page asks by itself; such requests do not prolong the session."""
    view.in_background = True  # type: ignore[attr-defined]
    return view


class HeadersMiddleware:
    """Set the headers Django has no setting for; every page of ours is private."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add what the view did not choose itself."""
        response = self.get_response(request)
        # The outermost of all: what Django sets further in is set for its own refusals, too.
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        opener = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
        response.setdefault("Cross-Origin-Opener-Policy", opener)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "no-store")
        return response


class LanguageMiddleware:
    """Let the language a person chose win over the cookie and the browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the signed-in person's language for this request."""
        language = getattr(request.user, "language", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


class SessionAgeMiddleware:
    """End a session after eight idle hours, and after seven days in any case."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; the work is done once the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *arguments: object) -> None:
        """Prolong the session, at most every 15 minutes, when a person asked for the page."""
        if not request.user.is_authenticated or getattr(view, "in_background", False):
            return
        now = int(timezone.now().timestamp())
        started = request.session.setdefault("started", now)
        if now - started > settings.SESSION_ABSOLUTE_SECONDS:
            request.session.flush()
            request.user = AnonymousUser()
        elif now - request.session.get("touched", 0) > TOUCH_SECONDS:
            request.session["touched"] = now
