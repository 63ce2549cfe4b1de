"""A change of domain from its fixed window to its end, on the pages around the run."""

import os
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from procedures import deadlines
from tests.browser.guide import Guide, unfold
from tests.browser.pages import overflow, violations
from tests.factories import at

type Sight = tuple[str, int, Literal["light", "dark"]]
# Every page is looked at by daylight at a desk and at night on a phone.
SIGHTS: tuple[Sight, ...] = (
    ("ko", 1280, "light"), ("ko", 390, "dark"), ("en", 390, "light"), ("en", 1280, "dark"),
)  # fmt: skip
# Where the pages are kept for people to look at; nowhere without it.
SHOTS = os.environ.get("HELPDESK_SHOTS", "")
PLAN = {"work_start": "2026-11-14T22:00+09:00", "work_end": "2026-11-15T04:00+09:00"}
pytestmark = pytest.mark.usefixtures("dns")


def scheduled(guide: Guide) -> None:
    """Have a window that both sides have confirmed."""
    guide.opened(
        "support",
        "domain_change",
        requester="site-admin@hanbit.example",
        received="2026-11-02T08:50+09:00",
        current_main="hanbit.example",
        new_main="new.example",
        multi_domains=[],
        rollback_plan="05:30까지 송수신이 되지 않으면 MX를 되돌리고 기존 도메인으로 재개한다.",
        outlook_users=["member@hanbit.example", "choi@hanbit.example"],
        uses_group_mail="false",
    )
    guide.done("support", "set_dns")
    guide.done("support", "check_dns", acknowledgement="아직 퍼지는 중")
    guide.done("support", "propose", acknowledgement="아직 퍼지는 중", **PLAN)
    guide.done("tenant_manager", "agree")
    guide.done("support", "confirm_schedule", acknowledgement="아직 퍼지는 중", **PLAN)


def place(guide: Guide, page: str) -> str:
    return f"{guide.base}runs/{guide.reference}/{page}"


def look(guide: Guide, who: str | None, path: str, name: str) -> None:
    """See a page in both languages, both themes and both widths: accessible, and it fits."""
    for language, width, scheme in SIGHTS:
        user = guide.user(who) if who else None
        if user is not None:
            type(user).objects.filter(pk=user.pk).update(language=language)
        page: Page = guide.new_page(user, width=width, color_scheme=scheme, locale=language)
        page.goto(path if user else f"{path.partition('?')[0]}?language={language}")
        expect(page.locator("h1")).to_be_visible()
        if SHOTS:
            file = Path(SHOTS) / f"{name}-{language}-{width}-{scheme}.png"
            page.screenshot(path=file, full_page=True)
        assert violations(page) == [], name
        assert overflow(page) == 0, name
        page.close()
        if user is not None:
            type(user).objects.filter(pk=user.pk).update(language="ko")


def tracking_link(guide: Guide) -> str:
    """Make the tracking link as support does, and read it where it is shown once."""
    page = guide.page("support")
    page.goto(place(guide, "tracking/"))
    page.locator('form[action$="/tracking/make/"] button').click()
    shown = page.locator(".copy-block__text").inner_text()
    found = re.search(r"/track/[\w-]{43}/", shown)
    assert found
    return found[0]


def press(guide: Guide, who: str, step: str, **values: str) -> Page:
    """Press a step's button on the window, which is led back to."""
    page = guide.page(who)
    page.goto(place(guide, "window/"))
    form = page.locator(f'form[action*="/steps/{step}/complete/"]')
    unfold(form)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"press-{step}.png", full_page=True)
    for name, value in values.items():
        form.locator(f'[name="{name}"][value="{value}"]').check()
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    assert page.url.endswith("/window/"), page.url
    return page


def test_from_the_window_to_the_end(guide: Guide) -> None:
    scheduled(guide)
    track = tracking_link(guide)
    stranger = guide.new_page()
    stranger.goto(track)
    expect(stranger.locator("main")).to_contain_text("2026-11-14 (토) 22:00 +09:00")
    page = guide.page("site_admin")
    page.goto(place(guide, "pack/"))
    with page.expect_navigation():
        page.locator('form:has(input[value="notice"]) button').click()
    expect(page.locator(".badge--ok", has_text="보냄").first).to_be_visible()
    look(guide, "support", place(guide, "window/"), "1-window-scheduled")
    look(guide, "site_admin", place(guide, "pack/"), "2-pack")
    look(guide, None, track, "3-track-scheduled")
    look(guide, "support", place(guide, "tracking/"), "4-tracking-link")
    guide.done("site_admin", "notify_users")
    guide.done("site_admin", "outlook_guide_sent")
    guide.done("support", "prepare")

    guide.later(at("2026-11-14T22:00"))
    page = press(guide, "support", "start_work")
    expect(page.locator("#window-title")).to_contain_text("메일 서비스 중단 중")
    watcher = guide.page("site_admin")
    watcher.goto(place(guide, "window/"))
    expect(watcher.locator("#window-title")).to_contain_text("메일 서비스 중단 중")
    press(guide, "support", "stabilise")
    expect(watcher.locator("#window-title")).to_contain_text("안정화 중", timeout=10_000)

    guide.later(at("2026-11-15T06:20"))
    for _again in range(2):
        while deadlines.sweep(guide.clock.now()):
            pass
    assert guide.run.deadlines.filter(key="overrun", state="fired").count() == 1
    page = guide.page("support")
    page.goto(place(guide, "window/"))
    expect(page.locator(".notice--stop")).to_contain_text("8시간 초과")
    look(guide, "support", place(guide, "window/"), "5-window-overrun")
    look(guide, None, track, "6-track-out")
    page = press(guide, "support", "resume", resumed_on="new")
    expect(page.locator("#window-title")).to_contain_text("새 도메인으로 메일이 재개되었습니다")
    expect(page.locator(".notice--stop")).to_contain_text("초과는 한 번 기록되었고")
    guide.done("second_support", "verify")

    guide.later(at("2026-11-16T09:30"))
    guide.do("support", "recheck_mx")
    page = guide.page("site_admin")
    page.goto(f"{place(guide, 'pack/')}#outlook")
    for box in page.locator('[name="address"]').all():
        box.check()
    with page.expect_navigation():
        page.locator('form[action$="/pack/outlook/"] button[type=submit]').click()
    look(guide, "site_admin", place(guide, "pack/"), "7-pack-resumed")
    with page.expect_navigation():
        page.locator('form[action*="/outlook_confirmed/complete/"] button').click()
    assert guide.run.steps.get(key="outlook_confirmed").state == "completed"
    guide.do("support", "close")
    assert guide.run.state == "completed"

    stranger = guide.new_page()
    stranger.goto(track)
    stranger.locator(".faces__face").first.click()
    stranger.locator("[name=words]").fill("빨리 끝났습니다")
    look(guide, None, stranger.url, "8-say")
    with stranger.expect_navigation():
        stranger.locator(".faces__face").first.click()
    expect(stranger.locator("#feedback")).to_contain_text("고맙습니다")
    look(guide, None, track, "8-track-closed")
    look(guide, "support", place(guide, "feedback/"), "9-feedback")
    look(guide, "manager", "/vendor/feedback/", "10-vendor-feedback")


def test_a_rollback_by_its_button(guide: Guide) -> None:
    scheduled(guide)
    guide.done("site_admin", "notify_users")
    guide.done("site_admin", "outlook_guide_sent")
    guide.done("support", "prepare")
    guide.later(at("2026-11-14T22:00"))
    press(guide, "support", "start_work")
    guide.later(at("2026-11-15T02:30"))
    look(guide, "support", place(guide, "window/"), "11-window-out")
    page = guide.page("support")
    page.goto(place(guide, "window/"))
    page.locator("#rollback [name=reason]").fill("송신이 되지 않음")
    page.locator("#rollback button[type=submit]").click()
    with page.expect_navigation():
        page.locator("[data-confirm-yes]").click()
    expect(page.locator("#window-title")).to_contain_text("되돌림")
    look(guide, "support", place(guide, "window/"), "12-window-rolled-back")
    assert guide.run.steps.get(key="resume").state == "completed"


def test_a_list_and_a_wrong_text(guide: Guide) -> None:
    scheduled(guide)
    page = guide.page("support")
    page.goto(place(guide, "lists/"))
    rows = "기존,새,종류\nkim@hanbit.example,kim@new.example\nlee@hanbit.example,yi@new.example"
    page.locator("[name=text]").fill(f"{rows}\ninfo@hanbit.example,info@other.example,대표메일")
    with page.expect_navigation():
        page.locator('button[value="check"]').click()
    expect(page.locator("main")).to_contain_text("도메인 앞 아이디 변경 불가")
    assert violations(page) == []
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "13-lists-ko-1280.png", full_page=True)
    page = guide.page("member")
    page.goto(f"{guide.base}procedures/domain_change/wrong/?step=resume")
    page.locator("[name=wrong]").fill("8시간이 아니라 6시간이라고 들었습니다")
    with page.expect_navigation():
        page.locator("main form.panel button[type=submit]").click()
    look(guide, "manager", "/vendor/text-reports/", "14-text-reports")
    look(guide, "member", f"{guide.base}procedures/domain_change/wrong/", "15-report")
    look(guide, "support", place(guide, "lists/"), "16-lists")
