"""The browser's fixtures work: a person is signed in, and console errors do not go unseen."""

from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from helpdesk import signin
from helpdesk.models import User
from tests.browser.pages import NewPage
from tests.conftest import FreshDatabase


def test_the_page_of_a_stranger_is_the_sign_in(page: Page) -> None:
    page.goto("/account/password/change/")
    assert "/account/login/" in page.url


def test_a_person_is_signed_in(fresh_db: FreshDatabase, new_page: NewPage) -> None:
    user = User.objects.create_user("kim@example.kr", "a long enough password", name="김하나")
    page = new_page(user)
    page.goto("/account/password/change/")
    assert page.url.endswith("/account/password/change/")


def test_a_persona_signs_in_by_pressing_the_button(
    fresh_db: FreshDatabase, new_page: NewPage, settings: Settings
) -> None:
    settings.DEMO = True
    user = User.objects.create_user("admin@demo.test", name="데모 관리자", persona="site_admin")
    page = new_page()
    page.goto(signin.create_link(user, now=timezone.now()))
    page.locator("main form button").click()
    page.wait_for_url("/")
    page.goto("/account/2fa/")
    assert page.url.endswith("/account/2fa/")


def test_an_inline_script_is_stopped_by_the_policy(page: Page, console_errors: list[str]) -> None:
    page.goto("/account/login/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.head.append(script);
        }"""
    )
    assert page.evaluate("window.ran") is None
    assert len(console_errors) == 1
    assert "script-src 'self'" in console_errors.pop()
