"""A demo persona signs in by a link once, within 30 minutes, by pressing a button, at home only."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from audit.chain import Head
from audit.models import Event
from audit.verify import verify
from helpdesk import signin
from helpdesk.models import Membership, SignInLink, Tenant, User

NOW = timezone.now()


@pytest.fixture
def persona(db: None, settings: Settings) -> User:
    settings.DEMO = True
    return User.objects.create_user("admin@demo.test", name="데모 관리자", persona="site_admin")


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def home() -> Client:
    """Return a browser on the machine itself."""
    return Client(headers={"host": "127.0.0.1:8000"})


def test_looking_at_the_link_uses_nothing_and_signs_nobody_in(persona: User) -> None:
    client = home()
    path = signin.create_link(persona, now=timezone.now())
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert page.content.count(b"<button") >= 1
    assert signed_in_as(client) is None


def test_the_button_signs_in_once(persona: User) -> None:
    path = signin.create_link(persona, now=timezone.now())
    client = home()
    assert client.post(path).status_code == 302
    assert signed_in_as(client) == str(persona.pk)
    other = home()
    assert other.post(path).status_code == 410
    assert signed_in_as(other) is None


def test_the_token_itself_is_not_stored(persona: User) -> None:
    path = signin.create_link(persona, now=NOW)
    token = path.split("/")[2]
    assert token not in str(list(SignInLink.objects.values()))


@pytest.mark.parametrize(
    ("age", "works"),
    [
        (timedelta(minutes=30, microseconds=-1), True),
        (timedelta(minutes=30), False),  # it expires at that instant
        (timedelta(minutes=30, microseconds=1), False),
    ],
)
def test_the_link_lives_for_thirty_minutes(persona: User, age: timedelta, works: bool) -> None:
    token = signin.create_link(persona, now=NOW).split("/")[2]
    assert (signin.use_link(token, now=NOW + age) is not None) is works


def test_the_button_needs_its_own_form(persona: User) -> None:
    path = signin.create_link(persona, now=timezone.now())
    client = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1:8000"})
    assert client.post(path).status_code == 403
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    "sender",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_HOST": "testserver"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_elsewhere_the_link_does_not_exist(persona: User, sender: dict[str, Any]) -> None:
    path = signin.create_link(persona, now=timezone.now())
    place: dict[str, Any] = {"HTTP_HOST": "127.0.0.1:8000", **sender}
    client = Client()
    assert client.get(path, **place).status_code == 404
    assert client.post(path, **place).status_code == 404
    assert signed_in_as(client) is None


def test_outside_demo_mode_the_link_does_not_exist(persona: User, settings: Settings) -> None:
    path = signin.create_link(persona, now=timezone.now())
    settings.DEMO = False
    assert home().post(path).status_code == 404
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("signin_links")


@pytest.mark.parametrize("change", [{"persona": ""}, {"is_active": False}])
def test_only_living_personas_can_use_one(persona: User, change: dict[str, object]) -> None:
    path = signin.create_link(persona, now=timezone.now())
    User.objects.filter(pk=persona.pk).update(**change)
    assert home().post(path).status_code == 410


def test_the_command_prints_one_link_per_persona(persona: User) -> None:
    User.objects.create_user("person@demo.test", name="페르소나 아님")
    out = StringIO()
    call_command("signin_links", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 1
    assert lines[0].split()[0] == "site_admin"
    client = home()
    assert client.post(lines[0].rpartition("127.0.0.1:8000")[2]).status_code == 302


def test_the_first_administrator_is_invited_by_a_link(db: None, client: Client) -> None:
    out = StringIO()
    arguments = ["create_admin", "First@Example.kr", "--tenant", "acme"]
    with pytest.raises(CommandError, match="--tenant-name"):
        call_command(*arguments)
    assert not User.objects.exists()
    call_command(*arguments, "--tenant-name", "에이크미", stdout=out)
    user = User.objects.get()
    assert not user.has_usable_password()
    assert Tenant.objects.get().slug == "acme"
    assert set(Membership.objects.values_list("role", flat=True)) == {"site_admin", "mail_admin"}
    kinds = Event.objects.order_by("number").values_list("number", "kind", "cause")
    assert list(kinds) == [
        (1, "membership.given", "create_admin"),
        (2, "membership.given", "create_admin"),
    ]
    tenant = Tenant.objects.get()
    assert list(verify([tenant.stream], {tenant.stream: Head(2, tenant.event_mac)})) == []

    path = out.getvalue().splitlines()[-1].partition("127.0.0.1:8000")[2]
    page = client.get(path, follow=True)
    form = {"password1": "한국어 긴 비밀번호 열두 자", "password2": "한국어 긴 비밀번호 열두 자"}
    client.post(page.request["PATH_INFO"], form)
    user.refresh_from_db()
    assert user.check_password(form["password1"])
    assert client.get(path, follow=True).context.get("token_fail") is True
