"""Refuse requests that are too large before anything of them is read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from helpdesk.errors import files_too_large, too_large

type GetResponse = Callable[[HttpRequest], HttpResponse]


def takes_up_to(size: int) -> Callable[[Any], Any]:
    """Let one view take a body of so many bytes, since files come with it."""

    def mark(view: Any) -> Any:
        view.largest_body = size
        return view

    return mark


class RequestSizeMiddleware:
    """Answer 413 for a body above the limit; where files are taken, above theirs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the announced length; a body without one is not read at all."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        readable = announced.isascii() and announced.isdigit()
        if not readable or int(announced) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            largest = largest_of(request)
            if not readable or int(announced) > largest:
                # The person's language is found out further in, so it is asked for here.
                with translation.override(translation.get_language_from_request(request)):
                    return files_too_large(largest) if largest else too_large(request)
        return self.get_response(request)


def largest_of(request: HttpRequest) -> int:
    """Return how much the view of an address takes with its files; 0 where none are taken."""
    try:
        return int(getattr(resolve(request.path_info).func, "largest_body", 0))
    except Resolver404:
        return 0
