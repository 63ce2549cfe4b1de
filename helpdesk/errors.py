"""Answer errors with a page of ours; each still works when the database does not."""

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 where the request was only too large."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return _page(400)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413: nothing of it was read, and the page says what to do."""
    return _page(413)


def files_too_large(most: int) -> HttpResponse:
    """Answer 413 where files were sent: how much they may be, and where what was typed is."""
    context = {"files": True, "most": most // 1024 // 1024}
    return SimpleTemplateResponse("413.html", context, status=413).render()


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _page(403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 for a form whose token does not fit, most often after a new sign-in."""
    return _page(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, the same for what does not exist and for what is another tenant's."""
    return _page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return _page(500)


def busy(seconds: int) -> HttpResponse:
    """Answer 503 where the database was busy; ``seconds`` says when to ask again."""
    response = _page(503)
    response["Retry-After"] = str(seconds)
    return response


def _page(status: int) -> HttpResponse:
    return SimpleTemplateResponse(f"{status}.html", status=status).render()
