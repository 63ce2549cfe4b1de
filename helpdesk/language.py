"""Let a person choose the language, for this browser and, signed in, for good."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from helpdesk.models import User
from helpdesk.redirects import local_or

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember `language` in a cookie and, for a signed-in person, in the account."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(local_or(request.POST.get("next", ""), "/"))
    if language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
