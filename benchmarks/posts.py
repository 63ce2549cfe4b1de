"""The POST that completes a step, beside the leanest POST that writes the same by one CTE."""

import statistics
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.anchor import STEPS
from benchmarks.counting import counted
from benchmarks.product import Engine

REQUESTS = 60


class Posts:
    """Requests handed to the WSGI application itself, so that only the server is measured."""

    def __init__(self, engine: Engine, anchor: Any) -> None:
        from django.conf import settings
        from django.core.handlers.wsgi import WSGIHandler
        from django.middleware.csrf import _get_new_csrf_string
        from django.test import Client

        from helpdesk.models import User

        settings.ROOT_URLCONF = "benchmarks.lean"
        # Static files are not collected here.
        plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.STORAGES["staticfiles"] = {"BACKEND": plain}
        self.engine, self.anchor = engine, anchor
        client = Client()
        client.force_login(User.objects.get(pk=engine.user_id))
        self.token = _get_new_csrf_string()
        self.cookies = "; ".join(
            [
                f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}",
                f"{settings.CSRF_COOKIE_NAME}={self.token}",
            ]
        )
        self.application = WSGIHandler()

    def step(self) -> dict[str, Any]:
        """Bring a run to its recovery and return the request that completes it."""
        self.engine.ready.clear()
        self.engine.prepare(1)
        run, _step = self.engine.ready[0]
        self.engine.unit()
        month = f"{run.opened_at:%Y}01"
        path = f"/t/{self.engine.tenant.slug}/runs/{run.reference}/steps/recover/complete/"
        return self._environ(path, {"submission": str(uuid4()), "month": month})

    def lean(self) -> dict[str, Any]:
        """Return the request that completes the first step of one of the anchor's runs."""
        self.anchor.ready.clear()
        self.anchor.prepare(1)
        run, _place = self.anchor.ready[0]
        data = {"run": str(run), "step": STEPS[0], "command": str(uuid4())}
        return self._environ("/lean/", data)

    def get(self, path: str, query: str) -> None:
        """Ask for a page. Raises RuntimeError unless it is answered."""
        environ = self._environ(path, {}) | {"REQUEST_METHOD": "GET", "QUERY_STRING": query}
        self.send(environ, expected=("200",))

    def _environ(self, path: str, data: dict[str, str]) -> dict[str, Any]:
        body = urlencode({"csrfmiddlewaretoken": self.token, **data}).encode()
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookies,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": BytesIO(),
        }

    def send(self, environ: dict[str, Any], expected: tuple[str, ...] = ("302", "303")) -> None:
        """Answer one request. Raises RuntimeError unless the answer is as expected."""
        answered: list[str] = []
        response = self.application(environ, lambda status, _headers: answered.append(status))
        body = b"".join(response)
        response.close()  # type: ignore[attr-defined]
        if answered[0][:3] not in expected:
            raise RuntimeError(f"{answered[0]}: {body[:300]!r}")

    def cpu(self, make: Callable[[], dict[str, Any]]) -> float:
        """Return the CPU seconds of one request in this process."""
        requests = [make() for _ in range(REQUESTS)]
        start = time.process_time()
        for request in requests:
            self.send(request)
        return (time.process_time() - start) / REQUESTS


def compare_posts(contenders: dict[str, Any], passes: int) -> tuple[float, int]:
    """Return CPU of the whole POST as a ratio to the lean one's, and its SQL statements."""
    posts = Posts(contenders["engine"], contenders["anchor"])
    for make in (posts.step, posts.lean):
        for _ in range(5):
            posts.send(make())
    ratios = [posts.cpu(posts.step) / posts.cpu(posts.lean) for _ in range(passes)]
    request = posts.step()
    with counted() as sent:
        posts.send(request)
    return statistics.median(ratios), len(sent)
