"""Refuse requests that are too large before anything of them is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from helpdesk.errors import too_large

type GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestSizeMiddleware:
    """Answer 413 for a body above the limit; the product takes no files, so one limit is enough."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the announced length; a body without one is not read at all."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        readable = announced.isascii() and announced.isdigit()
        if not readable or int(announced) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            # The person's language is found out further in, so it is asked for here.
            with translation.override(translation.get_language_from_request(request)):
                return too_large(request)
        return self.get_response(request)
