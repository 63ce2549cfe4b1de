"""A closed gate says why and when it opens, or why never: one test for each kind of gate."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from procedures.models import Run
from tests.browser.guide import Guide, fill
from tests.factories import at

NEVER = "다시 열리지 않습니다"
DOMAIN_CHANGE = {
    "requester": "site-admin@hanbit.example",
    "received": "2026-11-02T08:50+09:00",
    "current_main": "hanbit.example",
    "new_main": "new.example",
    "multi_domains": [],
    "rollback_plan": "MX를 되돌린다",
    "uses_group_mail": "false",
}


def expect_status(errors: list[str], status: int) -> None:
    """Take the browser's remark about an answer that was meant."""
    assert errors, f"nothing was answered with {status}"
    assert all(f"status of {status}" in error for error in errors), errors
    errors.clear()


def scheduling(guide: Guide, start: str, end: str, **more: str) -> None:
    """Take a change of domain as far as the tenant's agreement to a plan."""
    guide.opened("support", "domain_change", **DOMAIN_CHANGE)
    guide.done("support", "set_dns")
    guide.done("support", "check_dns", acknowledgement="아직 퍼지는 중")
    guide.done("support", "propose", work_start=start, work_end=end, **more)
    guide.done("tenant_manager", "agree")


def test_limit_the_sync_of_today_is_used(guide: Guide, console_errors: list[str]) -> None:
    for _number in (1, 2):
        guide.opened("site_admin", "service_sync", service="email", changes=["kim, 김하나, 신규"])
        guide.done("site_admin", "review")
        if _number == 1:
            guide.done("site_admin", "run_sync")
    card = guide.block("site_admin", "run_sync")
    expect(card).to_contain_text("2026-11-03 (화) 00:00")
    page = guide.send("site_admin", "run_sync")
    expect(page.locator(".notice--stop")).to_contain_text("기록되지 않았습니다")
    expect(page.locator("#step-run_sync .verdict--blocked")).to_contain_text(
        "2026-11-03 (화) 00:00"
    )
    expect_status(console_errors, 422)
    guide.later(at("2026-11-03T00:00"))
    guide.do("site_admin", "run_sync")


def test_span_of_time_the_24_hours_are_over(guide: Guide) -> None:
    guide.opened(
        "member",
        "mail_recovery",
        mailbox="member@hanbit.example",
        deleted_at="2026-11-01T08:59+09:00",
    )
    guide.done("member", "settle_time")
    card = guide.block("mail_admin", "recover")
    expect(card).to_contain_text("불가")
    expect(card).to_contain_text("2026-11-02(월) 08:59")
    expect(card).to_contain_text(NEVER)


def test_window_of_days_the_backup_is_gone(guide: Guide) -> None:
    guide.opened(
        "member",
        "mail_backup",
        mailbox="member@hanbit.example",
        month_from="202601",
        month_to="202610",
    )
    guide.done("member", "request")
    guide.done("member", "record_ready", ready_at="2026-11-02T08:00+09:00")
    guide.later(at("2026-11-10T00:00"))
    expect(guide.block("member", "download")).to_contain_text(NEVER)
    expect(guide.page("member").locator("#run-live")).to_contain_text("기한이 지났습니다")


def test_notice_in_business_days(guide: Guide, dns: None, console_errors: list[str]) -> None:
    plan = ("2026-11-07T22:00+09:00", "2026-11-08T04:00+09:00")
    scheduling(guide, *plan, acknowledgement="짧은 통보임을 확인")
    card = guide.block("support", "confirm_schedule")
    expect(card).to_contain_text("2026-11-11 (수) 00:00")
    expect(guide.page("support").locator(".days, .business-days")).to_contain_text("11/11")
    page = guide.send("support", "confirm_schedule")
    expect(page.locator("#step-confirm_schedule .verdict--blocked")).to_contain_text("영업일")
    expect_status(console_errors, 422)
    # Who may override it is offered to; nobody else is.
    expect(page.locator('form[action$="/override/"]')).to_have_count(0)
    manager = guide.open_run("manager")
    expect(manager.locator('form[action$="/override/"]')).to_have_count(1)


def test_time_of_preparation(guide: Guide, dns: None) -> None:
    scheduling(guide, "2026-11-14T22:00+09:00", "2026-11-15T04:00+09:00")
    guide.later(at("2026-11-11T10:00"))
    guide.done("support", "confirm_schedule", acknowledgement="DNS는 나중에 확인")
    guide.done("site_admin", "notify_users")
    guide.done("support", "prepare")
    guide.clock.wait(hours=1)
    card = guide.open_run("support").locator("#step-start_work .verdict--blocked").first
    expect(card).to_contain_text("2026-11-12 (목) 10:00")


def test_dns_that_is_wrong(guide: Guide, dns: None, console_errors: list[str]) -> None:
    tenant = guide.company.tenant
    tenant.expected_mx = ["10 mx.another.example"]
    tenant.save()
    guide.opened("mail_admin", "godomall_mx", domain="new.example")
    step = guide.done
    step("mail_admin", "look_up_ns", name_servers=["ns0.host.example"], acknowledgement="확인")
    step("mail_admin", "note_mx", current_mx=[], mx_values=["10 mx.another.example"])
    step("mail_admin", "write_inquiry")
    step("mail_admin", "sent", inquiry_number="2026-0001")
    step("mail_admin", "wait_answer")
    page = guide.send("mail_admin", "verify_mx")
    card = page.locator("#step-verify_mx .verdict--blocked")
    expect(card).to_contain_text("mx1.tigris.example")
    expect_status(console_errors, 422)
    tenant.expected_mx = ["10 mx1.tigris.example", "20 mx2.tigris.example"]
    tenant.save()
    guide.clock.wait(minutes=1)
    page.locator('form[action$="/verify_mx/probe/"] button').click()
    expect(page.locator("#step-verify_mx .verdict--allowed")).to_have_count(1)
    guide.do("mail_admin", "verify_mx")


def test_actor_who_asked_does_not_approve(guide: Guide) -> None:
    guide.opened(
        "site_admin",
        "external_user_mail",
        users=["kim@partner.example"],
        purpose="공동 개발",
        start="2026-11-02",
        cost_center="개발팀",
    )
    guide.done("site_admin", "acknowledge_cost")
    page = guide.open_run("site_admin")
    expect(page.locator('form[action$="/approve/approve/"]')).to_have_count(0)
    expect(page.locator("#step-approve")).to_contain_text("요청한 사람은 승인할 수 없습니다")
    expect(page.locator("#step-approve")).to_contain_text("최지우")


def test_actor_the_last_mail_admin_stays(guide: Guide, console_errors: list[str]) -> None:
    page = guide.page("mail_admin")
    page.goto(f"{guide.base}procedures/mail_admin_change/")
    form = page.locator("#start form")
    both = "mail-admin@hanbit.example\nsecond-mail-admin@hanbit.example"
    fill(form, {"remove": both, "current_admin": "yes", "reason": "조직 개편"})
    form.locator("button[type=submit]").click()
    expect(page.locator("#start .verdict--blocked")).to_contain_text("이메일 관리자")
    expect(page.locator("#start [name=remove]")).to_have_value(both)
    expect_status(console_errors, 422)
    assert not Run.objects.exists()


@pytest.fixture
def recovery(guide: Guide) -> Guide:
    """Take a recovery as far as the month that the product wants."""
    deleted = guide.clock.now() - timedelta(hours=1)
    guide.opened(
        "member",
        "mail_recovery",
        mailbox="member@hanbit.example",
        deleted_at=deleted.isoformat(),
    )
    guide.done("member", "settle_time")
    return guide


def test_evidence_a_month_that_cannot_be_read(recovery: Guide, console_errors: list[str]) -> None:
    page = recovery.send("mail_admin", "recover", month="2026-10")
    expect(page.locator("[name=month]")).to_have_value("2026-10")
    expect(page.locator("[name=month]")).to_be_focused()
    expect(page.locator(".field--wrong")).to_contain_text("YYYYMM")
    expect_status(console_errors, 422)


def test_evidence_a_month_yet_to_come(recovery: Guide, console_errors: list[str]) -> None:
    page = recovery.send("mail_admin", "recover", month="202612")
    card = page.locator("#step-recover .verdict--blocked")
    expect(card).to_contain_text("202612는 이번 달(202611)보다 늦습니다")
    expect(card).to_contain_text("2026-12-01 (화) 00:00")
    expect(page.locator("[name=month]")).to_have_value("202612")
    expect_status(console_errors, 422)


def test_what_if_answers_for_another_day_and_writes_nothing(guide: Guide) -> None:
    page: Page = guide.page("support")
    page.goto(f"{guide.base}procedures/domain_change/?step=confirm_schedule")
    asked = {
        "at": "2026-11-03T10:00",
        "received": "2026-11-02T08:50",
        "work_start": "2026-11-07T22:00",
        "work_end": "2026-11-08T04:00",
    }
    fill(page.locator("#whatif form"), asked)
    page.locator("#whatif form button").click()
    expect(page.locator("#whatif .verdict--blocked")).to_contain_text("2026-11-11 (수) 00:00")
    fill(page.locator("#whatif form"), {"work_start": "2026-11-11T00:00", "work_end": ""})
    page.locator("#whatif form button").click()
    expect(page.locator("#whatif .verdict--blocked")).to_have_count(0)
    expect(page.locator("#whatif .verdict--allowed").first).to_be_visible()
    assert not Run.objects.exists()
