"""Ask the project as a browser would, in this process; tell what came back and what was written."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

SAFE = ("GET", "HEAD", "OPTIONS")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_WRITES = re.compile(
    r"\b(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)"
    r"|\bFOR (?:NO KEY )?UPDATE\b",
    re.IGNORECASE,
)
# What differs from one answer to the next although nothing else does.
_MASKED = re.compile(
    r'(name="(?:csrfmiddlewaretoken|submission)"[^>]*?value=")[^"]*'
    r'|(value=")[^"]*("[^>]*?name="(?:csrfmiddlewaretoken|submission)")'
)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    path: str
    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode(errors="replace")

    @property
    def location(self) -> str:
        """Return where it leads."""
        return self.headers.get("Location", "")

    @property
    def outcome(self) -> str:
        """Name the kind of answer, as the expected sets do."""
        if self.status == 200:
            return "page"
        if self.status in (301, 302, 303):
            return _place(self.location)
        return str(self.status)

    def print(self) -> tuple[int, str, tuple[tuple[str, str], ...]]:
        """Return all that a stranger could compare: status, body and headers, without the path."""
        kept = {k: v for k, v in self.headers.items() if k not in ("Date", "Set-Cookie")}
        headers = tuple(sorted((k, self._plain(v)) for k, v in kept.items()))
        return self.status, self._plain(masked(self.text)), headers

    def _plain(self, text: str) -> str:
        quoted = quote(self.path), quote(self.path, safe="")
        for form in (self.path, escape(self.path), *quoted):
            text = text.replace(form, "{path}")
        return text


def masked(text: str) -> str:
    """Return a page without its one-time marks."""
    return _MASKED.sub(lambda found: f"{found[1] or found[2]}*{found[3] or ''}", text)


def _place(location: str) -> str:
    path = location.partition("?")[0]
    if path == "/account/login/":
        return "sign-in"
    if path.startswith("/account/2fa/") or path == "/account/reauthenticate/":
        return path.removeprefix("/account/").strip("/")
    return "led on"


@dataclass
class Browser:
    """Asks with the session of somebody; counts, and remembers what safe requests wrote."""

    sessions: Mapping[str, str]
    asked: int = 0
    errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._handler = BaseHandler()
        self._handler.load_middleware()
        self._factory = RequestFactory()
        got_request_exception.connect(self._note_error)

    def _note_error(self, sender: object, **kw: Any) -> None:
        import sys

        error = sys.exception()
        if error is not None:
            self.errors.append(error)

    def request(
        self,
        who: str,
        method: str,
        path: str,
        data: Mapping[str, Any] | None = None,
        **headers: Any,
    ) -> HttpRequest:
        """Make a request of somebody."""
        make = getattr(self._factory, method.lower())
        request: HttpRequest = (
            make(path, data or {}, **headers) if method == "POST" else make(path, **headers)
        )
        cookies = self.sessions.get(who, "")
        if cookies:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = cookies
        return request

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        data: Mapping[str, Any] | None = None,
        **headers: Any,
    ) -> Answer:
        """Ask as somebody whose forms carry a right token."""
        request = self.request(who, method, path, data, **headers)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.send(request)

    def send(self, request: HttpRequest) -> Answer:
        """Send a request through every middleware."""
        self.asked += 1
        response: HttpResponse = self._handler.get_response(request)
        body = b"".join(response) if response.streaming else response.content
        for close in response._resource_closers:  # type: ignore[attr-defined]
            # Not the response itself: that would end the connection as well.
            close()
        if response.status_code == 500 and self.errors:
            raise self.errors.pop()
        return Answer(request.get_full_path(), response.status_code, body, dict(response.headers))


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect the tables that statements write to; ``FOR UPDATE`` locks count as writing."""
    written: list[str] = []

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        written.extend(found[1] or "lock" for found in _WRITES.finditer(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield written
