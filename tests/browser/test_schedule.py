"""The schedule in a browser: a date agreed with a few presses; nothing wider than a phone."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from helpdesk import calendars
from helpdesk.models import CalendarEntry, User
from procedures.models import Run
from tests import factories
from tests.browser.clock import Clock
from tests.browser.pages import NewPage, overflow, violations
from tests.factories import at
from tests.tickets.schedule import stories
from tickets.schedule.models import Capacity

WIDTHS = (1280, 390)
THEMES = (("ko", "light"), ("en", "dark"))


@pytest.fixture
def firm(company: factories.Company, clock: Clock) -> factories.Company:
    """Make a company on the Friday before 추석, beside one whose window is confirmed."""
    clock.set(at(stories.FRIDAY))
    there = factories.company("saebom", name="새봄디자인", expected_mx=stories.MX)
    stories.confirmed(there, at("2026-10-06T20:00"), at("2026-10-07T01:00"))
    return company


def reads(user: User, language: str) -> User:
    user.language = language
    user.save()
    return user


def go(page: Page, run: Run, query: str = "") -> Page:
    page.goto(stories.page(run) + query)
    return page


def test_support_and_company_agree_on_the_first_possible_date(
    firm: factories.Company, new_page: NewPage, console_errors: list[str]
) -> None:
    run = stories.requested(firm)
    support = new_page(firm["support"])
    boss = new_page(firm["tenant_manager"])
    go(support, run)
    expect(support.locator(".weeks__day--first time")).to_have_attribute("datetime", "2026-10-01")
    # A day that is too early says why; the form it fills is answered with the first date.
    support.locator("time[datetime='2026-09-30']").click()
    expect(support.locator("#day")).to_contain_text("추석")
    expect(support.locator("#day")).to_contain_text("6번째 영업일")
    support.get_by_role("button", name="보내지 않고 판단만 보기").click()
    expect(support.locator("#back")).to_contain_text("2026-10-01")
    expect(support.locator("[name=work_start]")).to_have_value("2026-09-30T22:00")
    support.locator("time[datetime='2026-10-01']").first.click()
    support.locator("#propose button.button--primary").click()
    expect(support.locator(".datebox")).to_contain_text("제안")
    go(boss, run, "?day=2026-10-06")
    boss.locator("#counter [name=reason]").fill("10월 1일은 월초 마감입니다")
    boss.locator("#counter button[type=submit]").first.click()
    expect(boss.locator(".datebox")).to_contain_text("고객사 제안")
    go(support, run)
    expect(support.locator("[name=work_start]")).to_have_value("2026-10-06T22:00")
    support.locator("#propose button.button--primary").click()
    go(boss, run).locator("#agree button.button--primary").click()
    expect(boss.locator(".datebox")).to_contain_text("고객사 동의")
    expect(boss.locator("main")).to_contain_text("여유가 없습니다")
    expect(boss.locator("main")).not_to_contain_text("새봄")
    stories.look(firm, run)
    go(support, run).locator("#confirm button.button--primary").click()
    expect(support.locator("#confirm")).to_contain_text("겹침을 확인한 뒤 표시하세요")
    # The browser notes that the answer was 422.
    assert len(console_errors) == 1
    console_errors.clear()
    support.locator("#confirm [name=collision_seen]").check()
    support.locator("#confirm button.button--primary").click()
    expect(support.locator(".datebox")).to_contain_text("양쪽 확정")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("language", "theme"), THEMES)
def test_the_pages_fit_and_break_no_rule(
    firm: factories.Company, new_page: NewPage, width: int, language: str, theme: str
) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run, at("2026-10-06T22:00"), at("2026-10-07T04:00"))
    stories.counter(firm, run, at("2026-10-08T22:00"), at("2026-10-09T04:00"))
    stories.propose(firm, run, at("2026-10-06T22:00"), at("2026-10-07T04:00"))
    Capacity.objects.create(pk=Capacity.ONLY, a_day=1, closed_weekdays=[6])
    CalendarEntry.objects.create(
        date=date(2026, 9, 22), kind="closing", name_ko="임시 휴무", name_en="Closed", source="공지"
    )
    calendars.refresh_calendar(stories.timezone.now())
    CalendarEntry.objects.create(
        date=date(2026, 9, 29), kind="closing", name_ko="창립일", name_en="Jubilee", source="공지"
    )
    for who, query in (("support", "?day=2026-09-30"), ("tenant_manager", "?day=2026-10-08")):
        page = new_page(reads(firm[who], language), width=width, color_scheme=theme)
        go(page, run, query)
        assert overflow(page) == 0
        assert violations(page) == []
    manager = new_page(reads(firm["manager"], language), width=width, color_scheme=theme)
    for address in ("/vendor/calendar/", "/vendor/capacity/"):
        manager.goto(address)
        assert overflow(manager) == 0
        assert violations(manager) == []
