"""Remember light, dark or the system's choice in a cookie, so that the server draws it at once."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.views.decorators.http import require_POST

from helpdesk.redirects import local_or

COOKIE = "theme"
THEMES = ("auto", "light", "dark")
_YEAR = 365 * 24 * 3600


def chosen_theme(request: HttpRequest) -> str:
    """Return the person's theme; anything but ours in the cookie counts as the system's."""
    theme = request.COOKIES.get(COOKIE, "auto")
    return theme if theme in THEMES else "auto"


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Store the theme and lead back to the page it was chosen on."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest("theme")
    response = HttpResponseRedirect(local_or(request.POST.get("next", ""), "/"))
    response.set_cookie(
        COOKIE, theme, max_age=_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return response
