"""Each procedure in a browser: from what somebody says happened to the run's end."""

import pytest
from playwright.sync_api import expect

from tests.browser.guide import Guide
from tests.factories import at


def test_service_sync(guide: Guide) -> None:
    guide.start(
        "member",
        "신규 입사자 메일이 안 돼요",
        "service_sync",
        service="email",
        changes="kim, 김하나, 신규",
    )
    guide.do("site_admin", "review")
    guide.do("site_admin", "run_sync")
    guide.do("site_admin", "record_result", result="succeeded")
    guide.do("member", "tell_users")
    guide.do("member", "confirm_access")
    guide.must_be_completed("member")
    ledger = guide.page("site_admin")
    ledger.goto(f"{guide.base}ledger/")
    expect(ledger.locator("table")).to_contain_text(guide.reference)


def test_mail_admin_change(guide: Guide) -> None:
    guide.start(
        "member",
        "이메일 관리자 추가하고 싶어요",
        "mail_admin_change",
        add="member@hanbit.example",
        remove="second-mail-admin@hanbit.example",
        current_admin="yes",
        reason="담당자 교체",
    )
    guide.approve("tenant_manager", "approve")
    guide.do("mail_admin", "perform")
    guide.do("mail_admin", "confirm_added")
    guide.do("site_admin", "confirm_removed")
    guide.must_be_completed("member")
    assert guide.user("member").memberships.filter(role="mail_admin").exists()


def test_external_user_mail(guide: Guide) -> None:
    guide.start(
        "member",
        "협력사 직원이 메일을 써야 해요",
        "external_user_mail",
        users="kim@partner.example",
        purpose="공동 개발",
        start="2026-11-02",
        end="2026-11-03",
        cost_center="개발팀",
    )
    guide.do("site_admin", "acknowledge_cost")
    guide.approve("tenant_manager", "approve")
    guide.do("site_admin", "perform")
    guide.do("member", "confirm_use")
    guide.later(at("2026-11-04T09:00"))
    guide.do("site_admin", "remove_access")
    guide.must_be_completed("member")


def test_representative_mail(guide: Guide) -> None:
    guide.start(
        "member",
        "회사 대표 이메일 설정",
        "representative_mail",
        kind_of_members="unit",
        local_part="contact",
        units="영업팀",
    )
    guide.do("mail_admin", "check_address")
    guide.do("mail_admin", "perform")
    guide.do("member", "test_receive")
    guide.do("member", "test_send")
    guide.must_be_completed("member")


def test_mailing_list(guide: Guide) -> None:
    guide.start(
        "member",
        "몇 명만 같이 받는 메일",
        "mailing_list",
        kind_of_members="individuals",
        list_name="프로젝트 가",
        local_part="project-a",
        members="member@hanbit.example\nmail-admin@hanbit.example",
    )
    guide.do("mail_admin", "check_address", local_part="project-b")
    guide.do("mail_admin", "perform")
    guide.do("member", "test")
    guide.must_be_completed("member")


def test_mail_recovery(guide: Guide) -> None:
    guide.start(
        "member", "메일을 지웠어요", "mail_recovery", deleted_at="2026-11-02T08:30", hints="견적서"
    )
    guide.do("member", "settle_time")
    guide.do("mail_admin", "recover", month="202610")
    guide.do("member", "user_confirms")
    guide.must_be_completed("member")


def test_allowed_countries(guide: Guide) -> None:
    page = guide.search("member", "일본 출장 왔는데 메일 접속이 안돼요", "allowed_countries")
    expect(page.locator("#start [name=countries]")).to_have_value("일본")
    guide.start(
        "member",
        "일본 출장 왔는데 메일 접속이 안돼요",
        "allowed_countries",
        **{"from": "2026-11-02", "to": "2026-11-03", "reason": "출장"},
    )
    guide.do("mail_admin", "check_cause", cause="country_block")
    guide.do("mail_admin", "note_current", current_countries="대한민국")
    guide.approve("tenant_manager", "approve")
    guide.do("mail_admin", "perform")
    guide.do("member", "traveller_confirms")
    guide.later(at("2026-11-04T00:00"))
    guide.do("mail_admin", "remove_added", remove_countries="일본")
    guide.must_be_completed("member")


def test_dormant_account(guide: Guide) -> None:
    guide.start("member", "휴면 계정이래요", "dormant_account", symptom="휴면 안내가 나옵니다")
    guide.do("mail_admin", "find_cause", branch="policy", finding="석 달 동안 쓰지 않음")
    guide.do(
        "mail_admin",
        "plan_policy",
        old_policy="90일",
        new_policy="180일",
        accounts_affected="전체 12명",
    )
    guide.approve("tenant_manager", "approve_policy")
    guide.do("mail_admin", "change_policy")
    guide.do("member", "user_confirms")
    guide.must_be_completed("member")


def test_mail_backup(guide: Guide) -> None:
    guide.start(
        "member", "메일 백업 받고 싶어요", "mail_backup", month_from="202601", month_to="202610"
    )
    guide.do("member", "request")
    guide.clock.wait(hours=3)
    guide.do("member", "record_ready", ready_at="2026-11-02T11:30")
    guide.later(at("2026-11-09T11:00"))
    guide.do("member", "download")
    guide.do("member", "store_and_check", stored_where="파일 서버")
    guide.must_be_completed("member")


@pytest.mark.first
def test_domain_change(guide: Guide, dns: None) -> None:
    guide.start(
        "support",
        "도메인 바꾸고 싶어요",
        "domain_change",
        requester="site-admin@hanbit.example",
        received="2026-11-02T08:50",
        new_main="new.example",
        rollback_plan="MX를 되돌린다",
        outlook_users="member@hanbit.example",
        uses_group_mail="true",
        group_domains="hanbit.example",
    )
    guide.do("site_admin", "set_dns")
    guide.do("support", "check_dns")
    guide.do("support", "propose", work_start="2026-11-14T22:00", work_end="2026-11-15T04:00")
    guide.approve("tenant_manager", "agree")
    guide.do("support", "confirm_schedule")
    guide.do("site_admin", "notify_users")
    guide.do("site_admin", "outlook_guide_sent")
    guide.do("support", "check_group_mail")
    guide.do("support", "prepare")
    guide.later(at("2026-11-14T22:00"))
    guide.do("support", "start_work")
    guide.clock.wait(hours=3)
    guide.do("support", "stabilise")
    guide.do("support", "resume", resumed_on="new")
    guide.do("second_support", "verify")
    guide.later(at("2026-11-16T09:00"))
    guide.do("support", "recheck_mx")
    guide.do("site_admin", "outlook_confirmed", outlook_done="member@hanbit.example")
    guide.do("support", "close")
    guide.must_be_completed("site_admin")
    guide.company.tenant.refresh_from_db()
    assert guide.company.tenant.main_domain == "new.example"


def test_godomall_mx(guide: Guide, dns: None) -> None:
    guide.start("member", "고도몰 mx 등록", "godomall_mx", domain="new.example")
    page = guide.open_run("mail_admin")
    page.locator('form[action$="/look_up_ns/probe/"] button').click()
    expect(page.locator("[name=name_servers]")).to_have_value("ns0.host.example")
    guide.do("mail_admin", "look_up_ns")
    guide.do("mail_admin", "note_mx", current_mx="10 old.example")
    guide.do("mail_admin", "write_inquiry")
    guide.do("mail_admin", "sent", inquiry_number="2026-0001")
    guide.do("mail_admin", "wait_answer", reply="등록했습니다")
    guide.do("mail_admin", "verify_mx")
    guide.do("member", "test_mail")
    guide.must_be_completed("member")


def test_a_run_needs_no_scripts(guide: Guide) -> None:
    guide.scripts = False
    test_mail_recovery(guide)
