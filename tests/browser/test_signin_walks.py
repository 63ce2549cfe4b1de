"""Signing in as people do: set-up of the second factor, its codes, a forgotten password."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from helpdesk import mfa_roles
from helpdesk.models import User
from tests.browser.pages import NewPage, overflow, violations
from tests.conftest import FreshDatabase
from tests.web.signing import ANOTHER, PASSWORD, Phone, person, phone_of, recovery_codes

SIGHTS = [(1280, "light"), (390, "dark")]


@pytest.fixture
def admin(fresh_db: FreshDatabase, settings: Settings) -> User:
    """Make a site admin with a password; the role needs a second factor."""
    settings.MFA_ROLES = mfa_roles.DEFAULT
    return person("site_admin")


def fill_in(page: Page, **values: str) -> None:
    """Type into the form of the page's main part and send it."""
    form = page.locator("main form", has=page.locator(f"[name={next(iter(values))}]"))
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def give_password(page: Page, user: User, password: str = PASSWORD) -> None:
    """Go home, be led to the sign-in page, and sign in there."""
    page.goto("/account/sessions/")
    fill_in(page, login=user.email, password=password)


def sign_out(page: Page) -> None:
    """Open the menu of the account and leave."""
    page.locator(".side__account > summary").click()
    page.locator(".side__account form[action='/account/logout/'] button").click()
    page.wait_for_url("**/account/login/")


def must_look_well(page: Page) -> None:
    """Look at the page on a desk by day and on a phone by night."""
    problems = []
    for width, theme in SIGHTS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        problems += [f"{width} {theme} {page.url} {found}" for found in violations(page)]
        assert overflow(page) == 0, f"{page.url} is too wide at {width}"
    page.set_viewport_size({"width": 1280, "height": 900})
    assert problems == []


def secret_on(page: Page) -> str:
    """Unfold the secret that stands below the picture, and read it."""
    page.locator("main details > summary").click()
    return page.locator(".setup__secret").inner_text().strip()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_second_factor_is_set_up_and_asked_for(
    admin: User, new_page: NewPage, scripts: bool
) -> None:
    page = new_page(java_script_enabled=scripts)
    give_password(page, admin)
    page.wait_for_url("**/account/2fa/totp/activate/**")
    expect(page.locator(".messages")).to_contain_text("2단계 인증이 필요합니다")
    picture = page.locator("img.qr")
    expect(picture).to_be_visible()
    phone = Phone(secret_on(page))
    if scripts:
        assert picture.evaluate("one => one.naturalWidth") > 0
        must_look_well(page)
    fill_in(page, code="000000")
    expect(page.locator(".field__errors")).to_contain_text("올바르지 않은 코드")
    if scripts:
        must_look_well(page)
    fill_in(page, code=phone.code())
    page.wait_for_url("**/account/2fa/recovery-codes/**")
    codes = page.locator(".codes li").all_inner_texts()
    assert [code.strip() for code in codes] == recovery_codes(admin)
    if scripts:
        must_look_well(page)
    page.get_by_role("link", name="보관했습니다").click()
    page.wait_for_url("**/account/sessions/")

    sign_out(page)
    give_password(page, admin)
    page.wait_for_url("**/account/2fa/authenticate/")
    if scripts:
        must_look_well(page)
    page.goto("/account/sessions/")
    page.wait_for_url("**/account/2fa/authenticate/")
    fill_in(page, code=phone.code())
    expect(page.locator(".side__account")).to_contain_text(admin.name)


def test_a_recovery_code_opens_once(admin: User, new_page: NewPage) -> None:
    phone_of(admin)
    code = recovery_codes(admin)[0]
    page = new_page()
    give_password(page, admin)
    fill_in(page, code=code)
    page.wait_for_url("**/account/sessions/")
    sign_out(page)
    give_password(page, admin)
    fill_in(page, code=code)
    expect(page.locator(".field__errors")).to_contain_text("올바르지 않은 코드")
    page.get_by_role("button", name="다른 계정으로 로그인").click()
    page.wait_for_url("**/account/login/")
    assert len(recovery_codes(admin)) == 9


def test_a_forgotten_password_is_chosen_anew_and_the_code_still_asked(
    admin: User, new_page: NewPage, live_server: LiveServer
) -> None:
    phone = phone_of(admin)
    page = new_page()
    page.goto("/account/login/")
    page.get_by_role("link", name="비밀번호를 잊으셨나요?").click()
    page.wait_for_url("**/account/password/reset/")
    must_look_well(page)
    fill_in(page, email=admin.email)
    page.wait_for_url("**/account/password/reset/done/")
    must_look_well(page)

    link = re.search(rf"{live_server.url}(/\S+)", mail.outbox[-1].body)
    assert link
    page.goto(link[1])
    must_look_well(page)
    fill_in(page, password1="password1234567", password2="password1234567")
    expect(page.locator(".field__errors").first).to_be_visible()
    must_look_well(page)
    fill_in(page, password1=ANOTHER, password2=ANOTHER)
    page.wait_for_url("**/account/password/reset/key/done/")
    must_look_well(page)

    give_password(page, admin, ANOTHER)
    page.wait_for_url("**/account/2fa/authenticate/")
    fill_in(page, code=phone.code())
    page.wait_for_url("**/account/sessions/")
    page.goto(link[1])
    expect(page.locator("main h1")).to_have_text("이 링크는 더 이상 쓸 수 없습니다")
