"""Signing in: passwords, attempts that are counted, sessions, and where it leads to."""

import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from pytest_django import Settings

from helpdesk import sessions, signin
from helpdesk.models import User
from helpdesk.redirects import is_local
from tests.web.signing import ANOTHER, PASSWORD, person, sign_in, who

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.example/",
    "///evil.example/",
    "https://evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "/account/\r\nSet-Cookie: a=b",
    "/account/\nLocation: https://evil.example",
    "javascript:alert(1)",
    "data:text/html,evil",
    "evil.example",
    "@evil.example",
    "/\x00/evil.example",
    "//evil.example\\@testserver",
    "https://testserver@evil.example/",
    "https://testserver/",
]


# Passwords


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("한국어 열두 글자 입니", True),  # 12 characters, no digit, no capital
        ("열한 글자 입니다요", False),  # 10
        ("correct horse", True),
        ("x" * 11, False),
        ("monkey" * 20, False),  # a repetition, however long
        ("".join(chr(0xAC00 + n) for n in range(128)), True),  # 128 characters
        ("passwordpassword", False),  # a common one twice
        ("password1234567", False),  # a common one, padded
        ("123456789012", False),
        ("qwertyuiopqwe", False),
        ("aaaaaaaaaaaab", False),
        ("administrator2026!", False),
        ("kim@hanbit.example", False),  # the person's own address
    ],
)
def test_a_password_is_long_and_not_a_common_one(password: str, fits: bool) -> None:
    user = person()
    if fits:
        validate_password(password, user)
        return
    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_passwords_are_kept_by_argon2id(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert person().password.startswith("argon2$argon2id$")


# Where it leads to


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_stays_local(target: str) -> None:
    user = person()
    assert not is_local(target)
    stranger = Client()
    places = {
        "sign-in": sign_in(stranger, user, next=target),
        "signed in": stranger.get("/account/login/", {"next": target}),
        "language": stranger.post("/i18n/setlang/", {"language": "en", "next": target}),
        "theme": stranger.post("/theme/", {"theme": "dark", "next": target}),
        "sign-out": stranger.post("/account/logout/", {"next": target}),
        "signed out": stranger.get("/account/logout/", {"next": target}),
    }
    for place, response in places.items():
        assert response.status_code == 302, place
        assert response["Location"] in {"/", "/account/login/"}, place


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_sign_in_link_leads_home(target: str, settings: Settings) -> None:
    settings.DEMO = True
    persona = User.objects.create_user("admin@demo.test", name="데모", persona="site_admin")
    path = signin.create_link(persona, now=timezone.now())
    client = Client(headers={"host": "127.0.0.1:8000"})
    response = client.post(f"{path}?next={target!r}", {"next": target})
    assert response["Location"] == "/"


@pytest.mark.parametrize("target", ["/", "/t/hanbit/runs/?q=%EB%A9%94%EC%9D%BC&page=2", "/한글/"])
def test_a_local_next_is_followed(target: str) -> None:
    assert is_local(target)
    written = iri_to_uri(target)
    assert sign_in(Client(), person(), next=target)["Location"] == written
    for path, choice in (("/theme/", {"theme": "dark"}), ("/i18n/setlang/", {"language": "en"})):
        assert Client().post(path, {**choice, "next": target})["Location"] == written


# Attempts


def wrong(client: Client, email: str, **extra: Any) -> str:
    return sign_in(client, email, "not the password", **extra).content.decode()


def test_the_sixth_failure_from_one_place_is_not_even_looked_at() -> None:
    user = person()
    client = Client(REMOTE_ADDR="203.0.113.7")
    for _number in range(5):
        assert "올바르지 않습니다" in wrong(client, user.email)
    assert "너무 많은" in wrong(client, user.email)
    sign_in(client, user)
    assert who(client) is None


def test_an_attacker_does_not_keep_the_owner_out() -> None:
    user = person()
    attacker = Client(REMOTE_ADDR="203.0.113.7")
    for _number in range(8):
        wrong(attacker, user.email)
    owner = Client(REMOTE_ADDR="198.51.100.9")
    sign_in(owner, user)
    assert who(owner) == str(user.pk)


def test_the_others_behind_one_address_sign_in_still() -> None:
    user = person()
    colleague = person(email="lee@hanbit.example")
    office = Client(REMOTE_ADDR="203.0.113.7")
    for _number in range(8):
        wrong(office, user.email)
    sign_in(office, colleague)
    assert who(office) == str(colleague.pk)


def test_one_place_that_tries_many_accounts_is_stopped() -> None:
    user = person()
    client = Client(REMOTE_ADDR="203.0.113.7")
    for number in range(20):
        assert "올바르지 않습니다" in wrong(client, f"somebody{number}@hanbit.example")
    sign_in(client, user)
    assert who(client) is None


def test_it_opens_again_after_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    user = person()
    client = Client(REMOTE_ADDR="203.0.113.7")
    begun = timezone.now().timestamp()
    clock = "allauth.core.internal.ratelimit.time.time"
    monkeypatch.setattr(clock, lambda: begun)
    for _number in range(6):
        wrong(client, user.email)
    monkeypatch.setattr(clock, lambda: begun + 15 * 60 - 1)
    sign_in(client, user)
    assert who(client) is None
    monkeypatch.setattr(clock, lambda: begun + 15 * 60 + 1)
    sign_in(client, user)
    assert who(client) == str(user.pk)


def test_success_forgives_nothing_that_failed_before() -> None:
    user = person()
    for _number in range(4):
        wrong(Client(REMOTE_ADDR="203.0.113.7"), user.email)
        sign_in(Client(REMOTE_ADDR="203.0.113.7"), user)
    wrong(Client(REMOTE_ADDR="203.0.113.7"), user.email)
    assert "너무 많은" in wrong(Client(REMOTE_ADDR="203.0.113.7"), user.email)


def test_a_forged_forwarding_header_changes_nothing() -> None:
    user = person()
    client = Client(REMOTE_ADDR="203.0.113.7")
    for number in range(5):
        wrong(client, user.email, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert "너무 많은" in wrong(client, user.email, HTTP_X_FORWARDED_FOR="192.0.2.99")


def test_behind_a_proxy_the_address_is_counted_from_the_right(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = person()
    proxy = Client(REMOTE_ADDR="10.0.0.1")
    for number in range(5):
        # What the sender wrote stands on the left; the proxy adds the truth on the right.
        wrong(proxy, user.email, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 203.0.113.7")
    assert "너무 많은" in wrong(proxy, user.email, HTTP_X_FORWARDED_FOR="192.0.2.9, 203.0.113.7")
    sign_in(proxy, user, HTTP_X_FORWARDED_FOR="203.0.113.7, 198.51.100.9")
    assert who(proxy) == str(user.pk)


# Nothing is told about who has an account


def text(response: Any) -> str:
    """Return a page without what differs from request to request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_an_unknown_address_gets_the_same_answers_as_a_known_one() -> None:
    person()
    known, unknown = "kim@hanbit.example", "who@hanbit.example"
    pages = [text(sign_in(Client(), each, "not the password")) for each in (known, unknown)]
    assert pages[0].replace(known, "") == pages[1].replace(unknown, "")
    resets = [Client().post("/account/password/reset/", {"email": e}) for e in (known, unknown)]
    assert {(each.status_code, each["Location"]) for each in resets} == {
        (302, "/account/password/reset/done/")
    }
    assert [each.to for each in mail.outbox] == [[known]]


def test_a_deactivated_person_learns_it_only_with_the_password() -> None:
    user = person()
    user.is_active = False
    user.save()
    assert "올바르지 않습니다" in wrong(Client(), user.email)
    client = Client()
    assert sign_in(client, user)["Location"] == "/account/inactive/"
    assert who(client) is None


def test_the_fourth_reset_within_an_hour_is_refused_for_known_and_unknown_alike() -> None:
    person()
    for email in ("kim@hanbit.example", "who@hanbit.example"):
        found = [
            Client().post("/account/password/reset/", {"email": email}).status_code
            for _number in range(4)
        ]
        assert found == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


# Links by mail


def reset_path(email: str) -> str:
    """Ask for a link and take it from the mail."""
    mail.outbox.clear()
    Client().post("/account/password/reset/", {"email": email})
    found = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    assert found
    return found[1]


def choose(client: Client, path: str, password: str = ANOTHER) -> Any:
    """Open a link and choose a password."""
    page = client.get(path, follow=True)
    form = {"password1": password, "password2": password}
    return client.post(page.request["PATH_INFO"], form)


@pytest.mark.parametrize(
    ("language", "word"), [("ko", "누군가 이 주소로"), ("en", "Somebody asked")]
)
def test_the_mail_is_plain_text_in_the_language_of_its_reader(language: str, word: str) -> None:
    user = person()
    user.language = language
    user.save()
    reset_path(user.email)
    message = mail.outbox[0]
    assert word in message.body
    assert "<" not in message.body
    assert not getattr(message, "alternatives", [])


def test_a_reset_ends_every_session_and_signs_nobody_in() -> None:
    user = person()
    before = Client()
    sign_in(before, user)
    by_mail = Client()
    choose(by_mail, reset_path(user.email))
    assert who(by_mail) is None
    assert before.get("/account/")["Location"].startswith("/account/login/")
    user.refresh_from_db()
    assert user.check_password(ANOTHER)
    assert "다시 정했습니다" in mail.outbox[-1].subject


def test_a_mail_server_that_is_away_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    person()

    def refuse(_message: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("helpdesk.account_mail.EmailMessage.send", refuse)
    for email in ("kim@hanbit.example", "who@hanbit.example"):
        response = Client().post("/account/password/reset/", {"email": email})
        assert response["Location"] == "/account/password/reset/done/"


@pytest.mark.parametrize("change", ["used", "deactivated", "signed in since", "sessions ended"])
def test_a_link_dies_with_what_it_rests_on(change: str) -> None:
    user = person()
    path = reset_path(user.email)
    if change == "used":
        choose(Client(), path)
    elif change == "deactivated":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif change == "signed in since":
        sign_in(Client(), user)
    else:
        sessions.end_sessions(user)
    user.refresh_from_db()
    password = user.password
    page = Client().get(path, follow=True)
    assert page.context["token_fail"] is True
    user.refresh_from_db()
    assert user.password == password


# Sessions


def test_signing_in_changes_the_key_of_the_session() -> None:
    user = person()
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    key = session.session_key
    client.cookies["sid"] = key
    sign_in(client, user)
    assert client.session.session_key not in {None, key}


def test_a_changed_password_ends_the_other_sessions_and_renews_this_one() -> None:
    user = person()
    here, there = Client(), Client()
    sign_in(here, user)
    sign_in(there, user)
    key = here.session.session_key
    form = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    assert here.post("/account/password/change/", form).status_code == 302
    assert here.get("/account/").status_code == 200
    assert here.session.session_key != key
    assert there.get("/account/").status_code == 302


def test_sessions_are_listed_and_one_is_ended() -> None:
    user = person()
    here = Client(HTTP_USER_AGENT="Here/1")
    there = Client(HTTP_USER_AGENT="There/2 <script>")
    sign_in(here, user)
    sign_in(there, user)
    page = here.get("/account/sessions/").content.decode()
    assert "Here/1" in page
    assert "There/2 &lt;script&gt;" in page
    row = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post("/account/sessions/", {"session": row.pk}).status_code == 302
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert "There/2" not in here.get("/account/sessions/").content.decode()


def test_all_other_sessions_are_ended_at_once() -> None:
    user = person()
    here, others = Client(), [Client() for _number in range(3)]
    for client in (here, *others):
        sign_in(client, user)
    unlisted = Client()
    unlisted.force_login(user)
    UserSession.objects.filter(session_key=unlisted.session.session_key).delete()
    here.post("/account/sessions/")
    assert here.get("/account/").status_code == 200
    for client in (*others, unlisted):
        assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("chosen", ["of another", "0", "x", "99999999"])
def test_the_session_of_another_person_cannot_be_ended(chosen: str) -> None:
    user, other = person(), person(email="lee@hanbit.example")
    here, theirs = Client(), Client()
    sign_in(here, user)
    sign_in(theirs, other)
    if chosen == "of another":
        chosen = str(UserSession.objects.get(user=other).pk)
    assert here.post("/account/sessions/", {"session": chosen}).status_code == 404
    assert theirs.get("/account/").status_code == 200


def test_a_deactivated_person_is_out_at_the_next_request(settings: Settings) -> None:
    user = person()
    client = Client()
    sign_in(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/account/")["Location"].startswith("/account/login/")


@pytest.mark.parametrize("path", ["", "sessions/", "email/", "2fa/", "password/change/"])
def test_the_pages_of_the_account_read_only(path: str) -> None:
    user = person()
    client, stale = Client(), Client()
    sign_in(stale, user)
    sessions.end_sessions(user)
    sign_in(client, user)
    client.get("/account/")
    with CaptureQueriesContext(connection) as caught:
        assert client.get(f"/account/{path}").status_code == 200
    written = [each["sql"] for each in caught if not each["sql"].startswith("SELECT")]
    assert written == []


# The address


def test_a_new_address_counts_once_it_is_confirmed() -> None:
    user = person()
    client = Client()
    sign_in(client, user)
    mail.outbox.clear()
    client.post("/account/email/", {"email": "new@hanbit.example", "action_add": "1"})
    user.refresh_from_db()
    assert user.email == "kim@hanbit.example"
    assert [each.to for each in mail.outbox] == [["new@hanbit.example"]]
    found = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    assert found
    client.get(found[1])
    user.refresh_from_db()
    assert user.email == "kim@hanbit.example"  # looking at the link changes nothing
    client.post(found[1])
    user.refresh_from_db()
    assert user.email == "new@hanbit.example"
    assert mail.outbox[-1].to == ["kim@hanbit.example"]
    assert who(client) == str(user.pk)
    assert sign_in(Client(), "new@hanbit.example").status_code == 302
    assert sign_in(Client(), "kim@hanbit.example").status_code == 200


def test_the_address_of_another_is_not_taken_over() -> None:
    user, other = person(), person(email="lee@hanbit.example")
    client = Client()
    sign_in(client, user)
    mail.outbox.clear()
    client.post("/account/email/", {"email": other.email, "action_add": "1"})
    for message in mail.outbox:
        if found := re.search(r"http://testserver(/account/confirm\S+)", message.body):
            Client().post(found[1])
    user.refresh_from_db()
    assert user.email == "kim@hanbit.example"


def test_changing_the_address_asks_for_the_password_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = person()
    client = Client()
    sign_in(client, user)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    mail.outbox.clear()
    response = client.post("/account/email/", {"email": "new@hanbit.example", "action_add": "1"})
    assert response["Location"].startswith("/account/reauthenticate/")
    assert mail.outbox == []
    wrong_one = client.post(response["Location"], {"password": "not the password"})
    assert wrong_one.status_code == 200
    assert mail.outbox == []
    client.post(response["Location"], {"password": PASSWORD})
    assert mail.outbox[0].to == ["new@hanbit.example"]


# Pages


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_of_a_stranger_answers_in_our_frame(language: str) -> None:
    client = Client(headers={"accept-language": language})
    for path in (
        "login/", "signup/", "inactive/", "confirm-email/", "confirm-email/nothing/",
        "password/reset/", "password/reset/done/", "password/reset/key/1-x/",
        "password/reset/key/done/",
    ):  # fmt: skip
        page = client.get(f"/account/{path}")
        assert page.status_code == 200, path
        assert f'<html lang="{language}"' in page.content.decode(), path
        assert "plain__card" in page.content.decode(), path


def test_nothing_of_allauth_answers_in_json() -> None:
    client = Client(headers={"x-requested-with": "XMLHttpRequest", "accept": "application/json"})
    assert client.get("/account/login/")["Content-Type"].startswith("text/html")
