"""The pages around runs: accessible in both themes, useful with and without scripts."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from procedures.catalog import PROCEDURES
from procedures.models import Notice
from tests.browser.clock import Clock
from tests.browser.conftest import NewPage
from tests.browser.test_styleguide import overflow, violations
from tests.factories import Company
from tests.web.opening import opened, synced

HOME = "/t/hanbit/"
WHATIF = {
    "step": "confirm_schedule",
    "at": "2026-11-02T09:00",
    "received": "2026-11-02T09:00",
    "work_start": "2026-11-10T09:00",
}


def lived_in(company: Company, clock: Clock) -> None:
    """Leave something on every page."""
    run = opened(company, clock.now() - timedelta(hours=1))
    synced(company, clock.now() - timedelta(hours=1), "failed")
    Notice.objects.create(
        run=run,
        number=1,
        recipient=company["site_admin"],
        template="step_ready",
        params={"steps": [{"ko": "메일 복구 실행", "en": "Recover the mail"}]},
        at=clock.now(),
    )


def paths() -> list[str]:
    found = ["", "search/", "search/?q=일본에서 메일이 안 열려요", "search/?q=점심", "procedures/"]
    found += [f"procedures/{one.key}/" for one in PROCEDURES]
    found += [f"procedures/domain_change/?{urlencode(WHATIF)}", "runs/", "runs/?state=refused"]
    return [*found, "ledger/", "notices/"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_phone(
    company: Company, clock: Clock, new_page: NewPage, theme: str
) -> None:
    lived_in(company, clock)
    page = new_page(company["site_admin"], color_scheme=theme, width=390)
    for path in paths():
        page.goto(HOME + path)
        assert violations(page) == [], path
        assert overflow(page) == 0, path


def test_the_what_if_answers_in_its_place(
    company: Company, clock: Clock, new_page: NewPage
) -> None:
    page = new_page(company["mail_admin"])
    page.goto(f"{HOME}procedures/mail_recovery/?step=recover")
    page.evaluate("window.stillHere = true")
    box = page.locator("#whatif")
    box.locator("[name=at]").fill("2026-11-02T09:00")
    box.locator("[name=deleted_at]").fill("2026-11-01T09:00")
    box.get_by_role("button").click()
    expect(box.locator(".verdict--allowed")).to_contain_text("2026-11-02(월) 09:00까지")
    box.locator("[name=at]").fill("2026-11-02T09:01")
    box.get_by_role("button").click()
    expect(box.locator(".verdict--blocked")).to_contain_text("복구 기한이")
    assert page.evaluate("window.stillHere") is True
    # the address answers the same when it is opened again
    page.reload()
    expect(page.locator("#whatif .verdict--blocked")).to_contain_text("복구 기한이")


def test_without_scripts_it_goes_from_the_trouble_to_a_run(
    company: Company, clock: Clock, new_page: NewPage
) -> None:
    page = new_page(company["member"], java_script_enabled=False)
    page.goto(HOME)
    page.get_by_label("무슨 일이 있나요?").fill(
        "어제 오후 3시에 kim@hanbit.example 메일을 지웠어요"
    )
    page.get_by_role("button", name="찾기").click()
    page.locator(".find--best a").click()
    start = page.locator("#start")
    expect(start.locator("[name=mailbox]")).to_have_value("kim@hanbit.example")
    expect(start.locator("[name=deleted_at]")).to_have_value("2026-11-01T15:00")
    start.get_by_role("button", name="시작하기").click()
    expect(page).to_have_url(re.compile("/runs/MR-2026-0001/"))
    expect(page.locator("h1")).to_contain_text("삭제 메일 복구")
