"""An invited admin comes from the mail to the first page: password, second factor, work."""

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from helpdesk import mfa_roles
from helpdesk.people import invitations
from tests.browser.guide import Guide, fill
from tests.browser.pages import NewPage
from tests.browser.test_people import link
from tests.browser.test_signin_walks import fill_in, must_look_well, secret_on
from tests.web.signing import PASSWORD, Phone


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_an_invited_admin_sets_the_second_factor_up_before_anything_else(
    guide: Guide, new_page: NewPage, settings: Settings, scripts: bool
) -> None:
    settings.MFA_ROLES = mfa_roles.DEFAULT
    invitations.invite(
        guide.company.tenant, email="new-admin@hanbit.example", name="새 관리자", language="ko",
        roles=["site_admin"], actor=guide.user("site_admin"), now=guide.clock.now(),
    )  # fmt: skip
    page = new_page(java_script_enabled=scripts)
    page.goto(link())
    fill(page.locator("main form"), {"password1": PASSWORD, "password2": PASSWORD})
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/account/2fa/totp/activate/**")
    expect(page.locator(".messages")).to_contain_text("2단계 인증이 필요합니다")
    page.goto(f"{guide.base}people/")
    page.wait_for_url("**/account/2fa/totp/activate/?next=**people**")
    phone = Phone(secret_on(page))
    fill_in(page, code=phone.code())
    page.wait_for_url("**/account/2fa/recovery-codes/**")
    if scripts:
        must_look_well(page)
    page.get_by_role("link", name="보관했습니다").click()
    page.wait_for_url(f"**{guide.base}people/")
    expect(page.locator("h1")).to_have_text("사람")
