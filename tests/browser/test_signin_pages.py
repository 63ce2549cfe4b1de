"""Every page of one's own account is accessible in both themes and languages, and fits a phone."""

import pytest
from playwright.sync_api import expect

from helpdesk.models import User
from tests.browser.pages import NewPage
from tests.browser.test_signin_walks import fill_in, give_password, must_look_well
from tests.conftest import FreshDatabase
from tests.web.signing import person, phone_of

MINE = [
    "",
    "sessions/",
    "email/",
    "password/change/",
    "logout/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/reauthenticate/",
]
STRANGERS = [
    "login/",
    "signup/",
    "inactive/",
    "confirm-email/",
    "confirm-email/nothing/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-x/",
    "password/reset/key/done/",
]


@pytest.fixture
def member(fresh_db: FreshDatabase) -> User:
    """Make a member with a password."""
    return person("member")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_of_the_account_are_accessible(
    member: User, new_page: NewPage, language: str
) -> None:
    member.language = language
    member.save()
    phone = phone_of(member)
    page, other = new_page(), new_page(user_agent="Mozilla/5.0 " + "Verylongword" * 12)
    for each in (other, page):
        give_password(each, member)
        fill_in(each, code=phone.code())
        each.wait_for_url("**/account/sessions/")
    for path in MINE:
        page.goto(f"/account/{path}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        must_look_well(page)


def test_the_pages_of_strangers_are_accessible(member: User, new_page: NewPage) -> None:
    for language in ("ko-KR", "en-GB"):
        page = new_page(locale=language)
        for path in STRANGERS:
            page.goto(f"/account/{path}")
            expect(page.locator("html")).to_have_attribute("lang", language[:2])
            must_look_well(page)


def test_another_session_is_ended_from_the_list(member: User, new_page: NewPage) -> None:
    here, there = new_page(), new_page()
    for page in (here, there):
        give_password(page, member)
        page.wait_for_url("**/account/sessions/")
    here.reload()
    expect(here.locator(".sessions > li")).to_have_count(2)
    here.locator(".sessions button").click()
    expect(here.locator(".messages")).to_contain_text("로그인을 끝냈습니다")
    expect(here.locator(".sessions > li")).to_have_count(1)
    there.goto("/account/sessions/")
    assert "/account/login/" in there.url


def test_too_many_attempts_are_told_kindly(
    member: User, new_page: NewPage, console_errors: list[str]
) -> None:
    page = new_page()
    for _number in range(3):
        page.goto("/account/password/reset/")
        fill_in(page, email=member.email)
    page.goto("/account/password/reset/")
    fill_in(page, email=member.email)
    expect(page.locator("main h1")).to_have_text("시도가 너무 많습니다")
    must_look_well(page)
    assert all("429" in error for error in console_errors)
    console_errors.clear()
