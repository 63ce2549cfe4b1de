"""Every answer carries the headers: each page a role reaches, refusals, redirects, files."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from procedures import deliveries
from tests.factories import NAMES, Company
from tests.web.crawling import crawl
from tests.web.runs import korean_company, new_admin, reviewed, sync

pytestmark = pytest.mark.django_db
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
    "img-src": "'self' data:", "font-src": "'self'", "connect-src": "'self'",
    "form-action": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'",
    "object-src": "'none'",
}  # fmt: skip


@pytest.fixture
def firm() -> Company:
    made = korean_company()
    sync(made)
    reviewed(made, "approval")
    new_admin(made)
    while deliveries.sweep(timezone.now()):
        pass
    return made


def check(response: HttpResponse, *, private: bool = True) -> None:
    """Assert every header of one answer."""
    headers = response.headers
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
    parts = [part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";")]
    assert {name: value for name, _, value in parts} == POLICY
    features = headers["Permissions-Policy"].split(", ")
    assert all(feature.endswith("=()") for feature in features)
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(features)
    if private:
        assert "no-store" in headers["Cache-Control"]
    kind = headers.get("Content-Type", "")
    assert not kind.startswith("text/") or "charset=" in kind
    assert "Server" not in headers
    assert "X-Powered-By" not in headers
    for cookie in response.cookies.values():
        assert cookie["samesite"] == "Lax"
        assert cookie["httponly"], cookie.key


@pytest.mark.parametrize("role", [*NAMES, ""])
def test_every_page_that_a_role_can_reach(firm: Company, role: str) -> None:
    client = firm.signed_in(role) if role else Client()
    seen = 0
    for path, response in crawl(client):
        assert response.status_code in {200, 204, 302, 303}, f"{path}: {response.status_code}"
        check(response)
        seen += 1
    assert seen >= (15 if role else 3)


def test_what_is_not_found(firm: Company) -> None:
    for client in (Client(), firm.signed_in("member")):
        for path in ("/t/hanbit/runs/XX-2026-0001/", "/t/nobody/", "/no/such/page/"):
            response = client.get(path, follow=True)
            check(response)
    assert firm.signed_in("member").get("/t/nobody/").status_code == 404


def test_what_is_forbidden_or_not_allowed(firm: Company) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(firm["member"])
    response = strict.post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    check(response)
    response = firm.signed_in("member").put("/t/hanbit/notices/read/")
    assert response.status_code == 405
    check(response)


def test_what_cannot_be_read(db: None) -> None:
    response = Client(headers={"host": "evil.example"}).get("/account/login/")
    assert response.status_code == 400
    check(response)


def test_what_broke(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("helpdesk.health.check_parts", broken)
    response = Client(raise_request_exception=False).get("/readyz")
    assert response.status_code == 500
    assert b"broken" not in response.content
    check(response)


def test_answers_without_a_body(firm: Company) -> None:
    response = firm.signed_in("member").head("/t/hanbit/")
    assert (response.status_code, response.content) == (200, b"")
    check(response)


def test_static_files() -> None:
    folder = Path(django_settings.STATIC_ROOT)
    (folder / "headers.txt").write_text("x")
    response = Client().get("/static/headers.txt")
    assert response.status_code == 200
    check(response, private=False)
    response.close()
    missing = Client().get("/static/missing.txt")
    assert missing.status_code == 404 or missing["Location"].startswith("/account/login/")
    check(missing)


@pytest.fixture
def https(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True


@pytest.mark.usefixtures("https", "db")
def test_http_is_led_to_https_and_https_is_remembered_for_a_year() -> None:
    redirect = Client().get("/account/login/")
    assert redirect.status_code == 301
    assert redirect["Location"] == "https://testserver/account/login/"
    check(redirect)
    assert Client().get("/livez").status_code == 200, "supervisors ask by http"
    for path in ("/account/login/", "/no/such/page/", "/readyz"):
        response = Client().get(path, secure=True)
        expected = "max-age=31536000; includeSubDomains"
        assert response["Strict-Transport-Security"] == expected
        check(response)


@pytest.mark.usefixtures("https", "db")
def test_a_host_that_is_not_ours_is_refused_before_it_is_redirected() -> None:
    response = Client(headers={"host": "evil.example"}).get("/account/login/")
    assert response.status_code == 400
    assert "Location" not in response
    check(response)
