"""Somebody is invited, joins by the link in the mail, works, and is shut out; in a browser."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from helpdesk.models import User
from helpdesk.people import invitations, substitutes
from tests.browser.guide import Guide, fill, unfold
from tests.browser.pages import NewPage
from tests.browser.test_pages import DESK, PHONE, Sight, look

PASSWORD = "gana-dara-maba-2026"
EMAIL = "new@hanbit.example"


def link() -> str:
    """Return the path of the link in the newest mail."""
    found = re.search(r"/account/invitations/\S+", str(mail.outbox[-1].body))
    assert found
    return found[0]


def submit(page: Page, ending: str, **values: object) -> None:
    """Fill in the form whose address ends so, and send it."""
    form = page.locator(f'form[action$="{ending}"]')
    unfold(form)
    fill(form, values)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def invite(guide: Guide, email: str = EMAIL) -> str:
    """Invite somebody by the engine instead, and return the path of the link."""
    invitations.invite(
        guide.company.tenant, email=email, name="새 사람", language="ko", roles=["member"],
        actor=guide.user("site_admin"), now=guide.clock.now(),
    )  # fmt: skip
    return link()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_from_the_invitation_to_the_last_request(
    guide: Guide, new_page: NewPage, scripts: bool
) -> None:
    guide.scripts = scripts
    admin = guide.page("site_admin")
    admin.goto(guide.base)
    admin.locator(".nav a", has_text="사람").click()
    admin.get_by_role("link", name="초대하기").click()
    form = admin.locator("main form")
    fill(form, {"email": EMAIL, "name": "새 사람", "language": "ko", "roles": ["member"]})
    form.locator("button[type=submit]").click()
    expect(admin.locator(".messages")).to_contain_text(EMAIL)
    expect(admin.locator("main")).to_contain_text("초대했지만 아직 가입하지 않은 사람")

    guest = new_page(None, java_script_enabled=scripts)
    guest.goto(link())
    expect(guest.locator("h1")).to_have_text("한빛상사에 초대되었습니다")
    fill(guest.locator("main form"), {"password1": PASSWORD, "password2": PASSWORD})
    guest.locator("main button[type=submit]").click()
    guest.wait_for_url(f"**{guide.base}")
    expect(guest.locator(".side__name")).to_have_text("새 사람")

    person = User.objects.get(email=EMAIL)
    admin.goto(f"{guide.base}people/?q=new@")
    admin.get_by_role("link", name="새 사람").click()
    admin.wait_for_url(f"**/people/{person.pk}/")
    submit(admin, "roles/give/", role="tenant_manager", reason="승인 담당")
    expect(admin.locator(".timeline").first).to_contain_text("역할 부여: 고객사 매니저")
    guest.goto(f"{guide.base}people/")
    expect(guest.locator("h1")).to_have_text("사람")
    submit(admin, "/deactivate/", reason="계약 종료")
    expect(admin.locator("h1 .badge")).to_have_text("비활성화됨")
    guest.goto(f"{guide.base}people/")
    guest.wait_for_url("**/account/login/**")


SIGHTS = [("ko", PHONE), ("en", DESK)]


@pytest.mark.parametrize(("language", "sight"), SIGHTS)
def test_the_pages_about_people_are_accessible(guide: Guide, language: str, sight: Sight) -> None:
    invite(guide)
    member, boss = guide.user("member"), guide.user("tenant_manager")
    today = guide.clock.now().date()
    substitutes.appoint(
        guide.company.tenant, boss, member, first=today, last=today, reason="휴가",
        actor=guide.user("site_admin"), now=guide.clock.now(),
    )  # fmt: skip
    guide.opened("member", "mail_recovery", mailbox=member.email)
    User.objects.update(language=language)
    people = f"{guide.base}people/"
    for path in ("", "invite/", f"{member.pk}/", f"{boss.pk}/"):
        look(guide, "site_admin", people + path, sight, language=language)
    look(guide, "tenant_manager", f"{people}{boss.pk}/", sight, language=language)


@pytest.mark.parametrize("sight", [PHONE, DESK])
def test_the_door_is_accessible(
    guide: Guide, new_page: NewPage, console_errors: list[str], sight: Sight
) -> None:
    path = invite(guide)
    guide.pages["stranger"] = new_page()
    look(guide, "stranger", path, sight)
    look(guide, "member", path, sight)
    console_errors.clear()
    look(guide, "stranger", "/account/invitations/nothing/", sight)
    assert all("status of 404" in error for error in console_errors)
    console_errors.clear()
