"""Sign-ins, failures and changes of a factor are logged with person and place, without secrets."""

import logging

import pytest
from django.test import Client

from helpdesk.models import User
from helpdesk.signin_log import masked

pytestmark = pytest.mark.django_db
PASSWORD, OTHER = "a long enough passphrase 7", "another passphrase 8 gana"
EMAIL = "kim.hana@example.kr"


@pytest.fixture
def kim() -> User:
    return User.objects.create_user(EMAIL, PASSWORD, name="김하나")


def sign_in(client: Client, password: str, email: str = EMAIL) -> None:
    client.post("/account/login/", {"login": email, "password": password})


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == "helpdesk.signin"]


def test_what_happens_is_told_and_no_secret(
    kim: User, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "helpdesk.signin")
    sign_in(client, "wrong password entirely")
    sign_in(client, PASSWORD, "nobody@example.kr")
    sign_in(client, PASSWORD)
    form = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    client.post("/account/password/change/", form)
    client.post("/account/logout/")
    told = lines(caplog)
    assert told == [
        "sign-in failed: k***@example.kr from 127.0.0.1",
        "sign-in failed: n***@example.kr from 127.0.0.1",
        f"signed in: person {kim.pk} from 127.0.0.1",
        f"password changed: person {kim.pk} from 127.0.0.1",
        f"signed out: person {kim.pk} from 127.0.0.1",
    ]
    everything = caplog.text
    for secret in (PASSWORD, OTHER, "wrong password", EMAIL, client.session.session_key or "none!"):
        assert secret not in everything


def test_what_is_typed_as_an_address_is_masked() -> None:
    assert masked("Kim@X.example") == "k***@x.example"
    assert masked("my password") == "***"
    assert masked("") == "***"
