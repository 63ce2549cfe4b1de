"""Decisions sent from a run's page: approve, reject, override, go back, cancel, reopen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from procedures.models import Probe, Run
from tests.factories import Company, at, person
from tests.web.pages import forms_of, send, send_form
from tests.web.runs import (
    done,
    korean_company,
    new_admin,
    opened,
    reviewed,
    state,
    sync,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(at("2026-11-23T10:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def hanbit(clock: Any) -> Company:
    return korean_company()


# approvals


def test_an_approval_shows_what_is_approved_and_opens_the_next_step(hanbit: Company) -> None:
    run = new_admin(hanbit)
    admin = hanbit.signed_in("site_admin")
    page = admin.get(url(run)).text
    assert "변경 승인" in page
    assert "choi@hanbit.example" in page
    assert send(admin, url(run), "approve/approve/", note="확인함").status_code == 303
    assert "관리자 추가·삭제 저장" in hanbit.signed_in("mail_admin").get(url(run)).text


def test_who_asked_does_not_approve_and_is_told_why(hanbit: Company) -> None:
    run = new_admin(hanbit, "site_admin")
    page = hanbit.signed_in("site_admin").get(url(run))
    assert not any(action.endswith("approve/approve/") for action in forms_of(page))
    assert "요청한 사람은 승인할 수 없습니다" in page.text
    forged = hanbit.signed_in("site_admin").post(
        f"{url(run)}steps/approve/approve/",
        {"submission": "8d0be1a2-39f1-4bd5-9d3c-60d1a3e5a001"},
    )
    assert forged.status_code == 422
    assert "요청한 사람은 승인할 수 없습니다" in forged.text


def test_sending_back_opens_the_request_again_with_the_reason(hanbit: Company) -> None:
    run = new_admin(hanbit)
    admin = hanbit.signed_in("site_admin")
    assert send(admin, url(run), "approve/reject/", reason="").status_code == 422
    assert send(admin, url(run), "approve/reject/", reason="주소 확인").status_code == 303
    page = hanbit.signed_in("member").get(url(run))
    assert "주소 확인" in page.text
    assert any(action.endswith("request/complete/") for action in forms_of(page))


def test_refusing_finally_ends_the_run(hanbit: Company) -> None:
    run = new_admin(hanbit)
    admin = hanbit.signed_in("site_admin")
    assert send(admin, url(run), "approve/refuse/", reason="퇴사 예정").status_code == 303
    assert state(run) == "refused"
    page = admin.get(url(run)).text
    assert "최종 거절됨: 변경 승인" in page


def test_where_nobody_else_can_approve_a_declaration_stands_in_if_allowed(clock: Any) -> None:
    from tests.factories import tenant

    small = tenant("small", self_declaration=True)
    only = person(small, "mail_admin", "site_admin", name="혼자")
    firm = Company(small, {"mail_admin": only, "site_admin": only})
    run = new_admin(firm, "mail_admin")
    client = firm.signed_in("mail_admin")
    assert send(client, url(run), "approve/declare/", note="혼자 일합니다").status_code == 303
    assert "승인 대신 자기 선언됨" in client.get(url(run)).text


# the daily slot, joining and withdrawing


def test_a_used_slot_says_when_the_next_opens(hanbit: Company) -> None:
    first = reviewed(hanbit)
    done(hanbit, first, "site_admin", "run_sync")
    second = reviewed(hanbit)
    admin = hanbit.signed_in("site_admin")
    page = admin.get(url(second))
    assert "2026-11-24 (화) 00:00 +09:00" in page.text
    assert "부가서비스 동기화가 일 1회로 제한됩니다" in page.text
    assert "다른 시각에 이미 했어요" in page.text
    refused = send_form(admin, page, "run_sync/complete/")
    assert refused.status_code == 422
    assert "2026-11-24 (화) 00:00 +09:00" in refused.text


def test_another_service_the_same_day_asks_for_an_acknowledgement(hanbit: Company) -> None:
    first = reviewed(hanbit)
    done(hanbit, first, "site_admin", "run_sync")
    second = reviewed(hanbit, "approval")
    admin = hanbit.signed_in("site_admin")
    page = admin.get(url(second))
    without = send_form(admin, page, "run_sync/complete/")
    assert without.status_code == 422
    assert "주의가 필요합니다" in without.text
    told = send_form(admin, without, "run_sync/complete/", acknowledgement="제품에서 확인함")
    assert told.status_code == 303
    assert "확인 메모: 제품에서 확인함" in admin.get(url(second)).text


def test_one_withdraws_ones_own_rows_only(hanbit: Company) -> None:
    from procedures import engine

    run = sync(hanbit)
    other = person(hanbit.tenant, "member", email="second@hanbit.example")
    joined = engine.open_run(
        hanbit.tenant, procedure="service_sync", actor_id=other.pk, now=at("2026-11-23T10:00"),
        values={"service": "email", "changes": ["lee, 이소라, 이동"]},
    )  # fmt: skip
    assert joined.joined
    client = Client()
    client.force_login(other)
    page = client.get(url(run))
    form = next(f for action, f in forms_of(page).items() if action.endswith("/withdraw/"))
    assert "chosen" in form.names
    assert 'value="kim, 김하나, 신규"' not in page.text
    stolen = send_form(client, page, "/withdraw/", chosen=["kim, 김하나, 신규"])
    assert stolen.status_code == 409
    assert "본인이 추가한 줄만" in stolen.text
    assert send(client, url(run), "/withdraw/", chosen=["lee, 이소라, 이동"]).status_code == 303
    assert "줄을 뺌" in client.get(url(run)).text


# the domain change: override, incident, going back

START = "2026-12-17T22:00"
END = "2026-12-18T04:00"


def asked(firm: Company) -> Run:
    """Open a change of domain and take it to the confirmation of a schedule too soon."""
    run = opened(
        firm, "domain_change", "support", requester="choi@hanbit.example",
        received="2026-11-23T09:00+09:00", current_main="hanbit.example",
        new_main="new.example", rollback_plan="되돌린다", uses_group_mail="false",
    )  # fmt: skip
    done(firm, run, "support", "set_dns")
    Probe.objects.create(
        run=run, tenant=firm.tenant, kind="mx", domain="new.example", outcome="right",
        at=at("2026-11-23T10:00"), expected=["10 mx.example"], found=["10 mx.example"],
    )  # fmt: skip
    firm.tenant.expected_mx = ["10 mx.example"]
    firm.tenant.save()
    done(firm, run, "support", "check_dns")
    return run


def proposed(firm: Company, start: str, end: str) -> Run:
    from procedures import engine

    run = asked(firm)
    plan = {"work_start": f"{start}+09:00", "work_end": f"{end}+09:00", "notice_text": "공지"}
    done(firm, run, "support", "propose", values=plan, acknowledgement="확인")
    agreed = engine.approve(
        run, step="agree", actor_id=firm["site_admin"].pk, now=at("2026-11-23T10:00")
    )
    assert agreed.done, agreed.refusal
    return run


def test_a_manager_overrides_a_notice_too_short_and_support_goes_on(hanbit: Company) -> None:
    run = proposed(hanbit, "2026-11-28T22:00", "2026-11-29T04:00")
    support, manager = hanbit.signed_in("support"), hanbit.signed_in("manager")
    refused = send(support, url(run), "confirm_schedule/complete/")
    assert refused.status_code == 422
    assert "2026-12-02" in refused.text
    assert not any("override" in action for action in forms_of(support.get(url(run))))
    sent = send(manager, url(run), "confirm_schedule/override/", reason="긴급 요청")
    assert sent.status_code == 303, sent.text
    assert "매니저가 예외로 허용함" in support.get(url(run)).text
    again = send(support, url(run), "confirm_schedule/complete/")
    assert again.status_code == 303, again.text
    assert "예외 허용됨: 일정 확정" in support.get(url(run)).text


def test_the_page_counts_the_business_days_and_names_the_holidays(hanbit: Company) -> None:
    page = hanbit.signed_in("support").get(url(asked(hanbit))).text
    assert "영업일 세기" in page
    assert 'datetime="2026-12-02"' in page


def test_what_was_done_although_blocked_is_an_incident(hanbit: Company) -> None:
    first = reviewed(hanbit)
    done(hanbit, first, "site_admin", "run_sync")
    second = reviewed(hanbit)
    admin = hanbit.signed_in("site_admin")
    typed = {"performed_at": "2026-11-23T10:00", "note": "두 번 눌렀음"}
    assert send(admin, url(second), "run_sync/incident/", **typed).status_code == 303
    page = admin.get(url(second)).text
    assert "사고 기록" in page
    assert "두 번 눌렀음" in page
    assert "동기화 실행" in page


def test_going_back_asks_for_a_reason_and_opens_the_steps_again(
    hanbit: Company, clock: Any
) -> None:
    run = reviewed(hanbit)
    done(hanbit, run, "site_admin", "run_sync")
    done(hanbit, run, "site_admin", "record_result", values={"result": "failed"})
    clock.shift(timedelta(minutes=1))
    admin = hanbit.signed_in("site_admin")
    assert send(admin, url(run), "back/?way=sync_again", reason="실패").status_code == 303
    page = admin.get(url(run)).text
    assert "되돌림: 다시 동기화" in page
    assert "2번째" in page or "2회차" in page


# the ends


def test_cancelling_needs_a_reason_and_a_right(hanbit: Company) -> None:
    run = new_admin(hanbit)
    assert send(hanbit.signed_in("member"), url(run), "/cancel/", reason=" ").status_code == 422
    assert send(hanbit.signed_in("member"), url(run), "/cancel/", reason="철회").status_code == 303
    assert state(run) == "cancelled"
    page = hanbit.signed_in("site_admin").get(url(run))
    assert "실행이 취소됨" in page.text
    # Nothing is done any more; it may still be talked about.
    left = [action.removeprefix(url(run)) for action in forms_of(page) if url(run) in action]
    assert all(action.startswith("conversation/") for action in left), left


def completed(firm: Company) -> Run:
    run = opened(
        firm, "mail_recovery", mailbox="lee@hanbit.example", deleted_at="2026-11-23T09:00+09:00"
    )
    done(firm, run, "mail_admin", "settle_time")
    done(firm, run, "mail_admin", "recover", values={"month": "202611"})
    done(firm, run, "member", "user_confirms")
    return run


def test_a_completed_run_is_reopened_at_named_steps_for_two_weeks(
    hanbit: Company, clock: Any
) -> None:
    run = completed(hanbit)
    assert state(run) == "completed"
    clock.shift(timedelta(days=14))
    admin = hanbit.signed_in("mail_admin")
    reopened = send(admin, url(run), "/reopen/", chosen=["user_confirms"], reason="아직 없음")
    assert reopened.status_code == 303
    assert state(run) == "open"
    assert "실행이 다시 열림" in admin.get(url(run)).text


def test_after_two_weeks_nobody_is_offered_to_reopen(hanbit: Company, clock: Any) -> None:
    run = completed(hanbit)
    clock.shift(timedelta(days=14, microseconds=1))
    page = hanbit.signed_in("mail_admin").get(url(run))
    assert not any(action.endswith("/reopen/") for action in forms_of(page))


def test_what_cannot_be_done_is_409_with_its_reason(hanbit: Company) -> None:
    run = new_admin(hanbit)
    admin = hanbit.signed_in("site_admin")
    body = {"submission": "8d0be1a2-39f1-4bd5-9d3c-60d1a3e5a002", "reason": "x"}
    skipped = admin.post(f"{url(run)}steps/approve/skip/", body)
    assert skipped.status_code == 409
    assert "건너뛸 수 없는 단계입니다" in skipped.text
    early = admin.post(f"{url(run)}steps/perform/complete/", body)
    assert early.status_code == 409
    assert "앞 단계가 남아 있습니다: 변경 승인" in early.text


@pytest.mark.parametrize(
    "path", ["steps/nowhere/complete/", "steps/approve/eat/", "eat/", "amend/?field=eat"]
)
def test_what_does_not_exist_is_404_and_nothing_answers_get(hanbit: Company, path: str) -> None:
    run = new_admin(hanbit)
    admin = hanbit.signed_in("site_admin")
    assert admin.post(f"{url(run)}{path}").status_code == 404
    assert admin.get(f"{url(run)}{path}").status_code == 405


def test_a_form_without_its_token_is_refused(hanbit: Company) -> None:
    run = new_admin(hanbit)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(hanbit["site_admin"])
    assert strict.post(f"{url(run)}cancel/", {"reason": "x"}).status_code == 403
    assert state(run) == "open"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"submission": "x"},
        {"submission": "8d0be1a2-39f1-4bd5-9d3c-60d1a3e5a003", "number": "-1"},
        {"seen": "x" * 500, "performed_at": "0001-01-01T00:00", "note": "\x00"},
    ],
)
def test_nonsense_is_422_and_never_500(hanbit: Company, body: dict[str, str]) -> None:
    run = new_admin(hanbit)
    admin = hanbit.signed_in("site_admin")
    for path in ("steps/approve/approve/", "cancel/", "back/", "reopen/", "withdraw/",
                 "steps/request/complete/", "amend/?field=add"):  # fmt: skip
        assert admin.post(f"{url(run)}{path}", body).status_code in {409, 422}, path
