"""The second factor: who needs one, how it is asked for, and that nothing leads around it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from audit.models import Event
from helpdesk import mfa_roles
from helpdesk.models import Membership, Substitute, Tenant, User
from tests.factories import at
from tests.web.signing import (
    ANOTHER,
    PASSWORD,
    Phone,
    fully_signed_in,
    person,
    phone_of,
    recovery_codes,
    sign_in,
    who,
)
from tests.web.test_signin import choose, reset_path

pytestmark = pytest.mark.django_db

SET_UP, ASK = "/account/2fa/totp/activate/", "/account/2fa/reauthenticate/"
CHALLENGE = "/account/2fa/authenticate/"


@pytest.fixture(autouse=True)
def needed(settings: Settings) -> Iterator[None]:
    """Ask for the second factor as an installation does by default; begin with fresh codes."""
    settings.MFA_ROLES = mfa_roles.DEFAULT
    begun = int(time.time()) // 30 * 30 + 5
    with time_machine.travel(begun):
        yield


def set_up(client: Client, query: str = "") -> Phone:
    """Set an app up through its page."""
    secret = client.get(SET_UP).context["form"].secret
    phone = Phone(secret)
    assert client.post(SET_UP + query, {"code": phone.code()}).status_code == 302
    return phone


def ages(client: Client) -> None:
    """Let the proofs of a session become an hour old."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


# Who needs one


@pytest.mark.parametrize(
    ("words", "demo", "roles"),
    [
        ([], False, {"support", "manager", "site_admin"}),
        ([], True, set()),
        (["none"], False, set()),
        (["mail_admin", "site_admin"], False, {"mail_admin", "site_admin"}),
        (["support"], True, {"support"}),
    ],
)
def test_the_roles_are_read_from_the_environment(
    words: list[str], demo: bool, roles: set[str]
) -> None:
    assert mfa_roles.roles_from(words, demo=demo) == roles


def test_a_role_that_does_not_exist_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="siteadmin"):
        mfa_roles.roles_from(["siteadmin"], demo=False)


@pytest.mark.parametrize("role", ["site_admin", "support", "manager"])
def test_who_needs_one_gets_no_further_than_its_page(role: str) -> None:
    client = Client()
    sign_in(client, person(role))
    for path in ("/", "/account/", "/account/sessions/", "/account/password/change/", "/t/x/"):
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 302, path
            assert response["Location"].startswith(SET_UP), path
    page = client.get("/account/sessions/?a=1", follow=True)
    assert page.redirect_chain[-1][0] == f"{SET_UP}?next=%2Faccount%2Fsessions%2F%3Fa%3D1"
    assert "2단계 인증이 필요합니다" in page.content.decode()


def test_what_is_needed_to_set_it_up_stays_open() -> None:
    client = Client()
    sign_in(client, person("site_admin"))
    assert client.get(SET_UP).status_code == 200
    assert client.get("/account/2fa/").status_code == 200
    assert client.get("/livez").status_code == 200
    assert client.post("/i18n/setlang/", {"language": "en"})["Location"] == "/"
    assert client.post("/theme/", {"theme": "dark"})["Location"] == "/"
    client.post("/account/logout/")
    assert who(client) is None


@pytest.mark.parametrize("role", ["", "member", "mail_admin", "tenant_manager"])
def test_the_others_are_let_be(role: str) -> None:
    client = Client()
    sign_in(client, person(role))
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(("role", "queries"), [("member", 1), ("site_admin", 0)])
def test_asking_costs_one_query_and_none_once_it_is_proved(
    role: str, queries: int, settings: Settings
) -> None:
    user = person(role)
    client = Client()
    if role == "site_admin":
        client = fully_signed_in(user, phone_of(user))
    else:
        sign_in(client, user)
    client.get("/account/email/")
    counts = []
    for roles in (settings.MFA_ROLES, frozenset()):
        settings.MFA_ROLES = roles
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/account/email/").status_code == 200
        counts.append(len(caught))
    assert counts[0] - counts[1] == queries


def test_a_role_given_meanwhile_counts_at_the_next_request() -> None:
    user = person("member")
    client = Client()
    sign_in(client, user)
    assert client.get("/account/").status_code == 200
    Membership.objects.create(user=user, tenant=Tenant.objects.get(), role="site_admin")
    assert client.get("/account/")["Location"].startswith(SET_UP)


@pytest.mark.parametrize(("day", "asked"), [("2026-11-01", False), ("2026-11-03", True)])
def test_a_stand_in_needs_it_while_standing_in(
    day: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, user = person("site_admin"), person("member", email="lee@hanbit.example")
    Substitute.objects.create(
        tenant=Tenant.objects.get(),
        absent=admin,
        stand_in=user,
        starts_at=at("2026-11-02T00:00"),
        ends_at=at("2026-11-05T00:00"),
        appointed_by=admin,
        reason="휴가",
        appointed_at=at("2026-11-01T00:00"),
    )
    client = Client()
    sign_in(client, user)
    monkeypatch.setattr("helpdesk.mfa_gate.timezone.now", lambda: at(f"{day}T12:00"))
    assert (client.get("/account/sessions/").status_code == 302) is asked


def test_a_poll_of_a_page_is_led_to_the_page_by_htmx() -> None:
    client = Client()
    sign_in(client, person("site_admin"))
    response = client.get("/account/", headers={"hx-request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"] == f"{SET_UP}?next=%2F"


# Setting it up


def test_after_the_set_up_one_goes_on_to_where_one_wanted(
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = person("site_admin")
    client = Client()
    sign_in(client, user)
    mail.outbox.clear()
    wanted = "?next=%2Faccount%2Fsessions%2F"
    secret = client.get(SET_UP + wanted).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(SET_UP + wanted, {"code": Phone(secret).code()})
    assert response["Location"] == f"/account/2fa/recovery-codes/{wanted}"
    with CaptureQueriesContext(connection) as caught:
        page = client.get(response["Location"]).content.decode()
    changed = [each["sql"] for each in caught if "mfa_authenticator" in each["sql"]]
    assert all(sql.startswith("SELECT") for sql in changed)
    assert all(code in page for code in recovery_codes(user))
    assert 'href="/account/sessions/"' in page
    assert client.get("/account/sessions/").status_code == 200
    assert mail.outbox[-1].subject == "2단계 인증을 켰습니다"


def test_a_target_elsewhere_is_dropped() -> None:
    client = Client()
    sign_in(client, person("site_admin"))
    secret = client.get(SET_UP).context["form"].secret
    response = client.post(f"{SET_UP}?next=//evil.example", {"code": Phone(secret).code()})
    assert response["Location"] == "/account/2fa/recovery-codes/"
    page = client.get(response["Location"] + "?next=https://evil.example/").content.decode()
    assert 'href="https://evil' not in page


def test_a_wrong_code_sets_nothing_up() -> None:
    client = Client()
    sign_in(client, person("site_admin"))
    client.get(SET_UP)
    page = client.post(SET_UP, {"code": "000000"})
    assert page.status_code == 200
    assert "올바르지 않은 코드" in page.content.decode()
    assert not Authenticator.objects.exists()


def test_the_secret_is_stored_encrypted() -> None:
    client = Client()
    sign_in(client, person("site_admin"))
    phone = set_up(client)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert phone.secret not in stored


def test_a_secret_of_before_a_change_of_key_is_read_still(settings: Settings) -> None:
    user = person("site_admin")
    phone = phone_of(user)
    settings.MFA_KEYS = ["A" * 43 + "=", *settings.MFA_KEYS]
    assert fully_signed_in(user, phone)


def test_setting_it_up_ends_the_other_sessions() -> None:
    user = person()
    here, there = Client(), Client()
    sign_in(here, user)
    sign_in(there, user)
    key = here.session.session_key
    set_up(here)
    assert here.get("/account/").status_code == 200
    assert here.session.session_key != key
    assert there.get("/account/")["Location"].startswith("/account/login/")


# Signing in


def test_the_password_alone_signs_nobody_in() -> None:
    user = person("site_admin")
    phone = phone_of(user)
    client = Client()
    assert sign_in(client, user, next="/account/sessions/")["Location"] == CHALLENGE
    assert who(client) is None
    assert client.get("/account/")["Location"].startswith("/account/login/")
    response = client.post(CHALLENGE, {"code": phone.code()})
    assert response["Location"] == "/account/sessions/"
    assert client.get("/account/sessions/").status_code == 200


def test_a_session_without_the_second_factor_is_asked_for_it() -> None:
    user = person("site_admin")
    phone = phone_of(user)
    client = Client()
    client.force_login(user)  # a session from before, or by another way
    assert client.get("/account/")["Location"] == f"{ASK}?next=%2Faccount%2F"
    assert client.post(f"{ASK}?next=/account/", {"code": phone.code()})["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_a_code_is_accepted_once() -> None:
    user = person("site_admin")
    code = phone_of(user).code()
    for accepted in (True, False):
        client = Client()
        sign_in(client, user)
        client.post(CHALLENGE, {"code": code})
        assert (who(client) is not None) is accepted


def test_the_code_that_set_the_app_up_is_used_up() -> None:
    user = person("site_admin")
    client = Client()
    sign_in(client, user)
    phone = Phone(client.get(SET_UP).context["form"].secret)
    code = phone.code()
    client.post(SET_UP, {"code": code})
    another = Client()
    sign_in(another, user)
    another.post(CHALLENGE, {"code": code})
    assert who(another) is None


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_differ_by_half_a_minute(steps: int, accepted: bool) -> None:
    user = person("site_admin")
    phone = phone_of(user)
    now = sorted(auth.yield_hotp_counters_from_time())[1]
    client = Client()
    sign_in(client, user)
    code = auth.format_hotp_value(auth.hotp_value(phone.secret, now + steps))
    client.post(CHALLENGE, {"code": code})
    assert (who(client) is not None) is accepted


def test_a_recovery_code_signs_in_once() -> None:
    user = person("site_admin")
    phone_of(user)
    code = recovery_codes(user)[0]
    for accepted in (True, False):
        client = Client()
        sign_in(client, user)
        client.post(CHALLENGE, {"code": code})
        assert (who(client) is not None) is accepted
    assert len(recovery_codes(user)) == 9


def guess(user: User, sender: str) -> Any:
    client = Client(REMOTE_ADDR=sender)
    sign_in(client, user)
    return client.post(CHALLENGE, {"code": "000000"}).content.decode()


def test_guessing_codes_is_stopped_by_sender_and_person() -> None:
    user = person("site_admin")
    phone = phone_of(user)
    for _number in range(5):
        assert "올바르지 않은 코드" in guess(user, "203.0.113.7")
    assert "너무 많은" in guess(user, "203.0.113.7")
    owner = Client(REMOTE_ADDR="198.51.100.9")
    sign_in(owner, user)
    owner.post(CHALLENGE, {"code": phone.code()})
    assert who(owner) == str(user.pk)


def test_guessing_from_everywhere_is_stopped_too() -> None:
    user = person("site_admin")
    phone_of(user)
    for number in range(30):
        assert "올바르지 않은 코드" in guess(user, f"203.0.113.{number}")
    assert "너무 많은" in guess(user, "198.51.100.9")


def test_a_second_factor_shown_forgives_no_failed_passwords() -> None:
    user, victim = person(), person(email="lee@hanbit.example")
    phone = phone_of(user)
    client = Client()
    for number in range(20):
        sign_in(Client(), f"somebody{number}@hanbit.example", "not the password")
        if number == 10:
            sign_in(client, user)
            client.post(CHALLENGE, {"code": phone.code()})
            assert who(client) == str(user.pk)
    late = Client()
    sign_in(late, victim)
    assert who(late) is None


# Nothing leads around it


def test_a_reset_by_mail_does_not_bypass_it() -> None:
    user = person("site_admin")
    phone = phone_of(user)
    client = Client()
    choose(client, reset_path(user.email))
    assert who(client) is None
    assert sign_in(client, user, ANOTHER)["Location"] == CHALLENGE
    assert client.get("/account/")["Location"].startswith("/account/login/")
    client.post(CHALLENGE, {"code": phone.code()})
    assert who(client) == str(user.pk)


def test_a_reset_takes_no_authenticator_away() -> None:
    user = person("site_admin")
    phone_of(user)
    choose(Client(), reset_path(user.email))
    assert Authenticator.objects.filter(user=user).count() == 2


def test_confirming_an_address_does_not_bypass_it() -> None:
    user = person("site_admin")
    client = fully_signed_in(user, phone_of(user))
    mail.outbox.clear()
    client.post("/account/email/", {"email": "new@hanbit.example", "action_add": "1"})
    found = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    assert found
    by_mail = Client()
    by_mail.post(found[1])
    assert who(by_mail) is None
    assert sign_in(by_mail, "new@hanbit.example")["Location"] == CHALLENGE


@pytest.mark.parametrize(
    "path",
    [
        "/account/2fa/totp/deactivate/",
        "/account/2fa/totp/activate/",
        "/account/2fa/recovery-codes/generate/",
        "/account/2fa/recovery-codes/",
    ],
)
def test_changes_of_a_factor_ask_for_the_factor_not_for_the_password(path: str) -> None:
    user = person()
    phone = phone_of(user)
    client, sender = fully_signed_in(user, phone), fully_signed_in(user, phone)
    ages(client)
    ages(sender)
    if not path.endswith("recovery-codes/"):  # which is only looked at
        assert sender.post(path, {"code": "1"})["Location"].startswith(ASK)
    assert client.get(path)["Location"].startswith(ASK)
    by_password = client.post(f"/account/reauthenticate/?next={path}", {"password": PASSWORD})
    assert by_password["Location"].startswith(ASK)
    assert client.get(path)["Location"].startswith(ASK)
    client.post(f"{ASK}?next={path}", {"code": phone.code()})
    assert client.get(path).status_code == 200


def test_who_needs_it_cannot_remove_it() -> None:
    user = person("site_admin")
    client = fully_signed_in(user, phone_of(user))
    page = client.post("/account/2fa/totp/deactivate/")
    assert page.status_code == 200
    assert "삭제할 수 없지만" in page.content.decode()
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_who_needs_it_can_replace_it() -> None:
    user = person("site_admin")
    old = phone_of(user)
    codes = recovery_codes(user)
    client = fully_signed_in(user, old)
    new = set_up(client)
    assert new.secret != old.secret
    assert recovery_codes(user) == codes
    for phone, accepted in ((old, False), (new, True)):
        another = Client()
        sign_in(another, user)
        another.post(CHALLENGE, {"code": phone.code()})
        assert (who(another) is not None) is accepted


def test_who_need_not_have_it_removes_it_and_other_sessions_end() -> None:
    user = person("member")
    phone = phone_of(user)
    client, other = fully_signed_in(user, phone), fully_signed_in(user, phone)
    mail.outbox.clear()
    client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert other.get("/account/").status_code == 302
    assert mail.outbox[-1].subject == "2단계 인증을 껐습니다"
    # What was proved by the app that is gone counts no longer.
    Membership.objects.create(user=user, tenant=Tenant.objects.get(), role="site_admin")
    assert client.get("/account/")["Location"].startswith(SET_UP)


def test_new_recovery_codes_replace_the_old_and_end_other_sessions() -> None:
    user = person("site_admin")
    phone = phone_of(user)
    client, other = fully_signed_in(user, phone), fully_signed_in(user, phone)
    old = recovery_codes(user)
    client.post("/account/2fa/recovery-codes/generate/")
    assert not set(old) & set(recovery_codes(user))
    assert other.get("/account/").status_code == 302


# A lost phone


def test_the_operator_takes_a_lost_factor_away() -> None:
    user = person("site_admin")
    client = fully_signed_in(user, phone_of(user))
    call_command("reset_second_factor", user.email)
    assert not Authenticator.objects.filter(user=user).exists()
    assert client.get("/account/")["Location"].startswith("/account/login/")
    assert Event.objects.get().kind == "person.second_factor_reset"
    assert mail.outbox[-1].to == [user.email]
    with pytest.raises(CommandError, match="nobody"):
        call_command("reset_second_factor", "nobody@hanbit.example")


# Pages


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_of_the_account_answers_in_our_frame(language: str) -> None:
    user = person("member")
    user.language = language
    user.save()
    client = fully_signed_in(user, phone_of(user))
    for path in (
        "", "sessions/", "email/", "password/change/", "logout/", "2fa/", "2fa/totp/activate/",
        "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
        "2fa/reauthenticate/", "confirm-email/", "inactive/",
    ):  # fmt: skip
        page = client.get(f"/account/{path}")
        assert page.status_code == 200, path
        assert f'<html lang="{language}"' in page.content.decode(), path
    codes = client.get("/account/2fa/recovery-codes/download/")
    assert codes["Content-Disposition"].startswith("attachment")
    assert codes.content.decode().split() == recovery_codes(user)
