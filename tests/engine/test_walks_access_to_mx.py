"""From opening to the end: access from abroad, dormancy, backup, change of domain, MX."""

from datetime import timedelta

import pytest

from procedures import engine
from procedures.models import Deadline, Run
from tests.catalog.facts import kst
from tests.engine.cast import MINUTE, MX, Cast, state
from tests.engine.domains import ASKED, PLAN, agree, prepared, recheck, scheduled

pytestmark = pytest.mark.django_db

ABROAD = {
    "travellers": ["member@old.example"],
    "from": "2026-11-03",
    "to": "2026-11-10",
    "reason": "출장",
}


def allow(cast: Cast, current: list[str], countries: list[str]) -> Run:
    run = cast.open("member", "allowed_countries", countries=countries, **ABROAD)
    cast.done("mail", run, "check_cause", cause="country_block")
    cast.done("mail", run, "note_current", current_countries=current, countries=countries)
    assert cast.approve("mail2", run, "approve").done
    cast.done("mail", run, "perform")
    cast.done("member", run, "traveller_confirms")
    return run


def test_what_another_open_run_needs_is_not_taken_off(cast: Cast) -> None:
    first = allow(cast, ["KR"], ["JP", "US"])
    second = cast.open("member", "allowed_countries", countries=["JP"], **ABROAD)
    cast.now = kst("2026-11-11T09:00")
    refused = cast.do("mail", first, "remove_added", remove_countries=["JP"])
    assert not refused.done
    cast.done("mail", first, "remove_added", remove_countries=["US"])
    assert state(first) == "completed"
    cast.done("mail", second, "check_cause", cause="other")
    cast.done("support", second, "other_cause", solution="비밀번호 재설정")
    assert state(second) == "completed"


def test_a_list_without_the_own_country_is_not_saved(cast: Cast) -> None:
    run = cast.open("member", "allowed_countries", countries=["JP"], **ABROAD)
    cast.done("mail", run, "check_cause", cause="country_block")
    refused = cast.do("mail", run, "note_current", current_countries=["US"], countries=["JP"])
    assert not refused.done
    cast.done("mail", run, "note_current", current_countries=["US"], countries=["JP", "KR"])


def test_the_traveller_and_the_requester_do_not_approve(cast: Cast) -> None:
    values = {**ABROAD, "travellers": ["mail@old.example"]}
    run = cast.open("member", "allowed_countries", countries=["JP"], **values)
    cast.done("mail", run, "check_cause", cause="country_block")
    cast.done("mail", run, "note_current", current_countries=["KR"], countries=["JP"])
    assert not cast.approve("mail", run, "approve").done
    assert cast.approve("site", run, "approve").done


@pytest.mark.parametrize("branch", ["policy", "one_account", "other"])
def test_a_dormant_account_ends_on_every_branch(cast: Cast, branch: str) -> None:
    run = cast.open("member", "dormant_account", account="member@old.example")
    cast.done("mail", run, "find_cause", branch=branch, finding="90일 미사용")
    if branch == "policy":
        plan = {"old_policy": "90일", "new_policy": "180일", "accounts_affected": "전체 12명"}
        cast.done("mail", run, "plan_policy", **plan)
        assert cast.approve("site", run, "approve_policy").done
        cast.done("mail", run, "change_policy")
    else:
        step = "wake_account" if branch == "one_account" else "other_cause"
        assert branch == "other" or not cast.do("mail", run, step, solution="해제").done
        cast.done("support", run, step, solution="해제")
    cast.done("member", run, "user_confirms")
    assert state(run) == "completed"


def backup(cast: Cast) -> Run:
    months = {"month_from": "202601", "month_to": "202610"}
    run = cast.open("member", "mail_backup", mailbox="member@old.example", **months)
    cast.done("member", run, "request")
    return run


def test_the_owner_downloads_a_backup_within_its_days(cast: Cast) -> None:
    run = backup(cast)
    assert not cast.do("member", run, "record_ready", ready_at="2026-11-03T09:00+09:00").done
    cast.now = kst("2026-11-03T09:30")
    cast.done("member", run, "record_ready", ready_at="2026-11-03T09:00+09:00")
    due = {one.key: one.due_at for one in Deadline.objects.filter(run=run, state="pending")}
    assert due["remind_3h"] == kst("2026-11-10T06:00")
    assert due["expire"] == kst("2026-11-11T00:00")
    cast.now = kst("2026-11-10T10:00")
    assert not cast.do("member", run, "download").done
    cast.done("member", run, "download", acknowledge="마지막 날이라 안 될 수 있음을 확인")
    cast.done("member", run, "store_and_check", stored_where="파일 서버")
    assert state(run) == "completed"


def test_a_backup_that_nobody_fetched_expires(cast: Cast) -> None:
    run = backup(cast)
    cast.now = kst("2026-11-03T09:30")
    cast.done("mail", run, "record_ready", ready_at="2026-11-03T09:00+09:00")
    end = Deadline.objects.get(run=run, key="expire")
    engine.pass_deadline(run, deadline_id=end.pk, now=end.due_at)
    assert state(run) == "expired"


def test_mx_at_godomall_is_verified(cast: Cast) -> None:
    run = cast.open("member", "godomall_mx", domain="old.example")
    cast.done("mail", run, "look_up_ns", name_servers=["ns1.godo.example"])
    cast.done("mail", run, "note_mx", current_mx=["10 old.example"], mx_values=MX)
    cast.done("mail", run, "write_inquiry")
    cast.done("mail", run, "sent", inquiry_number="2026-0001")
    cast.done("mail", run, "wait_answer", reply="등록했습니다")
    cast.look(run, "old.example", "wrong")
    assert not cast.do("mail", run, "verify_mx").done
    cast.now += MINUTE
    cast.look(run, "old.example")
    cast.done("mail", run, "verify_mx")
    cast.done("mail", run, "test_mail")
    assert state(run) == "completed"


@pytest.mark.parametrize(("resumed_on", "main"), [("new", "new.example"), ("old", "old.example")])
def test_a_domain_changes_or_is_rolled_back(cast: Cast, resumed_on: str, main: str) -> None:
    run = scheduled(cast)
    prepared(cast, run)
    due = {one.key: one.due_at for one in Deadline.objects.filter(run=run, state="pending")}
    assert due["overrun"] == cast.now + timedelta(hours=8, microseconds=1)
    cast.done("support", run, "stabilise")
    if resumed_on == "old":
        refused = cast.refused("support", run, "resume", resumed_on="old")
        assert refused == "missing"
    reason = {"rollback_reason": "메일이 오지 않음"} if resumed_on == "old" else {}
    cast.done("support", run, "resume", resumed_on=resumed_on, **reason)
    assert not cast.do("support", run, "verify").done
    cast.done("support2", run, "verify")
    if resumed_on == "new":
        recheck(cast, run)
        assert not cast.do("site", run, "outlook_confirmed", outlook_done=["x@old.example"]).done
        cast.done("site", run, "outlook_confirmed", outlook_done=["member@old.example"])
    cast.done("support", run, "close")
    assert state(run) == "completed"
    cast.tenant.refresh_from_db()
    assert cast.tenant.main_domain == main


def test_rescheduling_asks_both_sides_again(cast: Cast) -> None:
    run = scheduled(cast)
    result = engine.go_back(
        run,
        actor_id=cast.people["support"].pk,
        now=cast.now + MINUTE,
        way="reschedule",
        reason="고객사 행사",
    )
    assert result.done
    cast.now += 2 * MINUTE
    with pytest.raises(engine.NotPossible):
        cast.do("site", run, "notify_users")
    cast.done("support", run, "propose", **PLAN)
    agree(cast, run)
    prepared(cast, run)


def test_an_outage_past_eight_hours_sounds_once_and_resumes_all_the_same(cast: Cast) -> None:
    run = scheduled(cast)
    prepared(cast, run)
    cast.done("support", run, "stabilise")
    alarm = Deadline.objects.get(run=run, key="overrun")
    engine.pass_deadline(run, deadline_id=alarm.pk, now=alarm.due_at)
    cast.now = alarm.due_at
    cast.done("support", run, "resume", resumed_on="new")
    assert state(run) == "open"


def test_one_change_of_domain_is_open_at_a_time(cast: Cast) -> None:
    cast.open("support", "domain_change", **ASKED)
    again = engine.open_run(
        cast.tenant,
        procedure="domain_change",
        actor_id=cast.people["support2"].pk,
        now=cast.now + MINUTE,
        values=ASKED,
    )
    assert not again.done
    assert again.refusal is not None
    assert again.refusal.code == "open_run_exists"


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        # 24 hours later, its end with it
        ("2026-11-15T22:00+09:00", "2026-11-16T04:00+09:00", True),
        ("2026-11-15T22:00:00.000001+09:00", "2026-11-16T04:00+09:00", False),
        # earlier is another plan
        ("2026-11-14T21:59+09:00", "2026-11-15T04:00+09:00", False),
    ],
)
def test_a_start_a_day_later_keeps_both_confirmations(
    cast: Cast, start: str, end: str, kept: bool
) -> None:
    run = scheduled(cast)
    cast.done("site", run, "notify_users")
    result = engine.amend_values(
        run,
        actor_id=cast.people["support"].pk,
        now=cast.now + MINUTE,
        values={"work_start": start, "work_end": end},
        reason="고객사 요청",
    )
    assert result.done
    states = {s.key: s.state for s in run.steps.order_by("round")}
    assert (states["agree"] == "completed") is kept
    assert (states["confirm_schedule"] == "completed") is kept
    assert states["notify_users"] == "pending"  # users are told again either way


def test_a_short_notice_is_proposed_with_care_and_overridden_when_confirmed(cast: Cast) -> None:
    run = cast.open("support", "domain_change", **ASKED)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    soon = {"work_start": "2026-11-07T22:00+09:00", "work_end": "2026-11-08T04:00+09:00"}
    assert not cast.do("support", run, "propose", **soon).done
    cast.done("support", run, "propose", acknowledge="짧은 통보임을 확인", **soon)
    assert cast.approve("chair", run, "agree").done
    cast.look(run, "new.example")
    assert not cast.do("support", run, "confirm_schedule", **soon).done
    engine.override(
        run,
        actor_id=cast.people["manager"].pk,
        now=cast.now + MINUTE,
        step="confirm_schedule",
        rule="BusinessNotice",
        reason="고객사와 합의",
    )
    cast.now += 2 * MINUTE
    cast.done("support", run, "confirm_schedule", **soon)
