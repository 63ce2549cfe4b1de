"""Settings have safe defaults, unsafe ones stop the start, and every page carries the headers."""

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from helpdesk import checks, environment
from helpdesk.models import User

PASSWORD = "a long enough password"
OPEN = {"helpdesk.E004", "helpdesk.E008"}
BEHIND_HTTPS = {
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "BASE_URL": "https://desk.example.kr",
}


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("kim@example.kr", PASSWORD, name="김하나")


@pytest.mark.parametrize("path", ["/account/login/", "/livez", "/no/such/page/"])
def test_every_answer_carries_the_strict_headers(db: None, client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    for directive in ("script-src", "style-src", "connect-src", "form-action", "font-src"):
        assert f"{directive} 'self'" in policy
    for directive in ("frame-ancestors", "base-uri", "object-src"):
        assert f"{directive} 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_signed_in_page_is_never_cached(client: Client, person: User) -> None:
    client.force_login(person)
    assert "no-store" in client.get("/account/password/change/").headers["Cache-Control"]


def test_a_stranger_is_sent_to_sign_in(db: None, client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_cookies_are_out_of_reach_for_scripts(client: Client, person: User) -> None:
    client.get("/account/login/")
    form = {"login": person.email, "password": PASSWORD}
    response = client.post("/account/login/", form)
    assert response.status_code == 302
    for name in (django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_nobody_can_register(db: None, client: Client) -> None:
    form = {"email": "new@example.kr", "password1": PASSWORD, "password2": PASSWORD}
    client.get("/account/signup/")
    client.post("/account/signup/", form)
    assert not User.objects.exists()


def test_the_chosen_language_wins_over_the_browser(client: Client, person: User) -> None:
    client.force_login(person)
    page = "/account/password/change/"
    english = {"accept-language": "en"}
    assert client.get(page, headers=english)["Content-Language"] == "ko"
    client.post("/i18n/setlang/", {"language": "en", "next": page})
    person.refresh_from_db()
    assert person.language == "en"
    assert client.get(page, headers={"accept-language": "ko"})["Content-Language"] == "en"


def test_a_strangers_language_is_kept_in_a_cookie(db: None, client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "en"})
    assert client.get("/account/login/")["Content-Language"] == "en"


def test_a_session_ends_after_seven_days_however_busy(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/account/password/change/").status_code == 200
    session = client.session
    session["started"] -= django_settings.SESSION_ABSOLUTE_SECONDS + 1
    session.save()
    assert client.get("/account/password/change/").status_code == 302


def test_livez_does_not_touch_the_database(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/livez").status_code == 200


def test_readyz_names_what_is_checked(db: None, client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "migrations": "ok", "clock": "ok"}


def test_the_database_does_what_the_settings_say(db: None) -> None:
    assert checks.check_sqlite(None, databases=["default"]) == []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("5s",)
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("30s",)
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            assert cursor.fetchone() == ("1min",)
        else:
            assert checks.read_pragmas("default") == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": 20_000,
            }


def test_a_pragma_that_had_no_effect_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    weak = {"journal_mode": "delete", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5_000}
    found = checks._compare("default", weak)
    assert [message.msg for message in found] == [
        "default: PRAGMA journal_mode is delete, not wal.",
        "default: PRAGMA synchronous is 1, not 2.",
        "default: PRAGMA busy_timeout is 5000, not 20000.",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"ALLOWED_HOSTS": ["*"]}, {"helpdesk.E001", *OPEN}),
        ({"ALLOWED_HOSTS": ["desk.example.kr"]}, OPEN),
        ({"ALLOWED_HOSTS": ["desk.example.kr"], **BEHIND_HTTPS}, set()),
        ({"ALLOWED_HOSTS": ["desk.example.kr"], "DEBUG": True}, {"helpdesk.E002", *OPEN}),
        ({"ALLOWED_HOSTS": ["desk.example.kr"], "DEMO": True}, {"helpdesk.E003", *OPEN}),
        ({"PRODUCTION": True}, OPEN),
        ({"ALLOWED_HOSTS": ["localhost"], "DEBUG": True, "DEMO": True}, set()),
    ],
)
def test_what_fits_ones_own_machine_only_is_refused_elsewhere(
    settings: Settings, change: dict[str, object], expected: set[str]
) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.DEBUG = False
    settings.DEMO = False
    for name, value in change.items():
        setattr(settings, name, value)
    assert {message.id for message in checks.check_exposure(None)} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("127.0.0.1", [("127.0.0.1", 53)]),
        ("127.0.0.1:5353, 9.9.9.9", [("127.0.0.1", 5353), ("9.9.9.9", 53)]),
        ("::1", [("::1", 53)]),
        ("[::1]:5353", [("::1", 5353)]),
        ("[::1]", [("::1", 53)]),
    ],
)
def test_resolvers_are_read_with_their_ports(
    monkeypatch: pytest.MonkeyPatch, text: str, expected: list[tuple[str, int]]
) -> None:
    monkeypatch.setenv("HELPDESK_RESOLVER", text)
    assert environment.resolvers() == expected


def test_a_value_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESK_RESOLVER", "127.0.0.1:dns")
    monkeypatch.setenv("DEMO", "maybe")
    monkeypatch.setenv("PORT", "８０")
    with pytest.raises(ImproperlyConfigured, match="HELPDESK_RESOLVER"):
        environment.resolvers()
    with pytest.raises(ImproperlyConfigured, match="DEMO must be 1 or 0"):
        environment.flag("DEMO", default=False)
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number"):
        environment.number("PORT", default=8000)


def test_the_database_of_the_environment_gets_our_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db.example/helpdesk")
    config = environment.database("sqlite:///unused")
    assert "lock_timeout=5s" in config["OPTIONS"]["options"]
    assert not config["ATOMIC_REQUESTS"]
    monkeypatch.setenv("HELPDESK_DB_POOL", "1")
    assert environment.database("sqlite:///unused")["OPTIONS"]["pool"]["max_size"] == 8
    monkeypatch.setenv("DATABASE_URL", "")
    options = environment.database("sqlite:////tmp/x.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"


def test_mail_goes_to_files_until_a_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.mailers("/var/mail")["default"]["OPTIONS"] == {"file_path": "/var/mail"}
    monkeypatch.setenv("HELPDESK_SMTP_HOST", "smtp.example.kr")
    mailer = environment.mailers("/var/mail")["default"]
    assert mailer["BACKEND"].endswith("smtp.EmailBackend")
    assert mailer["OPTIONS"]["host"] == "smtp.example.kr"
    assert mailer["OPTIONS"]["use_tls"]
