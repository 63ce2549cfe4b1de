"""The page of a run: the one next step, verdicts with their times, forms that come back whole."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from audit.erase import erase
from procedures import engine
from procedures.models import Deadline, ProcedureVersion, Run, Value
from tests.factories import Company, at, company, person
from tests.web.pages import forms_of, send, send_form

pytestmark = pytest.mark.django_db
DELETED = "2026-11-23T09:00+09:00"


@pytest.fixture
def hanbit() -> Company:
    firm = company()
    for user in firm.people.values():
        user.language = "ko"
        user.save()
    return firm


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(at("2026-11-23T12:00"), tick=False) as traveller:
        yield traveller


def opened(firm: Company, procedure: str, who: str = "member", **values: Any) -> Run:
    from django.utils import timezone

    result = engine.open_run(
        firm.tenant,
        procedure=procedure,
        actor_id=firm[who].pk,
        now=timezone.now(),
        values=values,
    )
    assert result.done, result.refusal
    assert result.run is not None
    return result.run


def url(run: Run) -> str:
    return f"/t/hanbit/runs/{run.reference}/"


def recovery(firm: Company) -> Run:
    return opened(firm, "mail_recovery", mailbox="lee@hanbit.example", deleted_at=DELETED)


def settled(firm: Company) -> Run:
    """Return a run whose next step is the recovery itself."""
    run = recovery(firm)
    response = send(firm.signed_in("mail_admin"), url(run), "settle_time/complete/")
    assert response.status_code == 303, response.text
    return run


def state(run: Run) -> str:
    return str(Run.objects.get(pk=run.pk).state)


def test_the_next_step_shows_who_where_until_when_and_why(hanbit: Company, clock: Any) -> None:
    page = hanbit.signed_in("mail_admin").get(url(settled(hanbit))).text
    assert "다음 단계: 내 차례" in page
    assert "메일 복구 실행" in page
    assert "이메일 관리자 (박서준)" in page
    assert "2026-11-24 (화) 09:00 +09:00" in page
    assert "이메일 복구는 삭제 시점으로부터 24시간 이내에만 가능하며" in page
    assert "백업 기간 YYYYMM 형식으로 입력 ex) 202408" in page
    assert 'data-copy="[웹메일] &gt; 우측 상단 프로필 이미지 클릭' in page


def test_others_see_who_is_waited_for_and_no_form(hanbit: Company, clock: Any) -> None:
    run = settled(hanbit)
    page = hanbit.signed_in("member").get(url(run))
    assert "기다리는 사람:" in page.text
    assert "이메일 관리자 (박서준)" in page.text
    assert not any(action.endswith("/recover/complete/") for action in forms_of(page))


def test_english_readers_get_english(hanbit: Company, clock: Any) -> None:
    run = settled(hanbit)
    hanbit["mail_admin"].language = "en"
    hanbit["mail_admin"].save()
    page = hanbit.signed_in("mail_admin").get(url(run)).text
    assert "Recover the mail" in page
    assert "Step completed: Settle the time of deletion" in page
    assert "Next step: yours" in page


def test_a_run_goes_from_its_page_to_its_end(hanbit: Company, clock: Any) -> None:
    run = settled(hanbit)
    admin = hanbit.signed_in("mail_admin")
    assert send(admin, url(run), "recover/complete/", month="202612").status_code == 422
    assert send(admin, url(run), "recover/complete/", month="202611").status_code == 303
    member = hanbit.signed_in("member")
    assert send(member, url(run), "user_confirms/complete/").status_code == 303
    assert state(run) == "completed"
    page = member.get(url(run)).text
    assert "실행이 완료됨" in page or "완료" in page
    assert "백업 기간(YYYYMM): 202611" in page


def test_a_wrong_value_is_said_at_its_field_and_what_was_typed_stays(
    hanbit: Company, clock: Any
) -> None:
    run = settled(hanbit)
    response = send(
        hanbit.signed_in("mail_admin"),
        url(run),
        "recover/complete/",
        month="２０２４０８",
        note="메모",
    )
    assert response.status_code == 422
    assert "YYYYMM 형식의 여섯 자리 숫자로 입력하세요" in response.text
    assert 'value="２０２４０８"' in response.text
    assert "메모</textarea>" in response.text
    assert "data-came-back" in response.text


def test_too_late_is_refused_with_a_card_that_says_never(hanbit: Company, clock: Any) -> None:
    run = settled(hanbit)
    admin = hanbit.signed_in("mail_admin")
    page = admin.get(url(run))
    clock.move_to(at("2026-11-24T09:00") + timedelta(microseconds=1))
    again = hanbit.signed_in("mail_admin")
    response = send_form(again, page, "recover/complete/", month="202611")
    assert response.status_code == 422
    assert "불가" in response.text
    assert "다시 열리지 않습니다" in response.text
    assert 'value="202611"' in response.text
    assert state(run) == "open"


def test_an_open_run_whose_time_is_over_says_so_while_nothing_sweeps(
    hanbit: Company, clock: Any
) -> None:
    run = settled(hanbit)
    clock.move_to(at("2026-11-24T09:01"))
    page = hanbit.signed_in("mail_admin").get(url(run)).text
    assert state(run) == "open"
    assert "만료" in page
    assert "기한이 지났습니다" in page


def test_what_was_done_in_time_is_entered_late_with_a_note(hanbit: Company, clock: Any) -> None:
    run = settled(hanbit)
    clock.move_to(at("2026-11-24T10:00"))
    admin = hanbit.signed_in("mail_admin")
    typed = {"month": "202611", "performed_at": "2026-11-24T08:30"}
    without = send(admin, url(run), "recover/complete/", **typed)
    assert without.status_code == 422
    assert "메모가 필요합니다" in without.text
    assert 'value="2026-11-24T08:30"' in without.text
    assert send(admin, url(run), "recover/complete/", note="정전", **typed).status_code == 303
    page = admin.get(url(run)).text
    assert "늦게 입력" in page
    assert "정전" in page


def test_an_expired_run_takes_one_late_entry_and_offers_to_ask_again(
    hanbit: Company, clock: Any
) -> None:
    run = settled(hanbit)
    due = Deadline.objects.get(run=run, action="expire")
    clock.move_to(due.due_at)
    engine.pass_deadline(run, deadline_id=due.pk, now=due.due_at)
    assert state(run) == "expired"
    admin = hanbit.signed_in("mail_admin")
    page = admin.get(url(run))
    assert "같은 값으로 다시 요청하기" in page.text
    assert "procedures/mail_recovery/?mailbox=lee%40hanbit.example" in page.text
    typed = {"month": "202611", "performed_at": "2026-11-24T08:30", "note": "정전"}
    assert send_form(admin, page, "recover/complete/", **typed).status_code == 303
    assert state(run) == "open"
    assert "실행이 만료됨" in admin.get(url(run)).text


def test_the_same_submission_again_shows_what_is_stored(hanbit: Company, clock: Any) -> None:
    run = settled(hanbit)
    admin = hanbit.signed_in("mail_admin")
    page = admin.get(url(run))
    first = send_form(admin, page, "recover/complete/", month="202611")
    number = Run.objects.get(pk=run.pk).event_number
    second = send_form(admin, page, "recover/complete/", month="202611")
    assert (first.status_code, second.status_code) == (303, 303)
    assert Run.objects.get(pk=run.pk).event_number == number
    assert "이미 보낸 내용입니다" in admin.get(url(run)).text


def test_a_submission_sent_again_with_other_content_is_422(hanbit: Company, clock: Any) -> None:
    run = settled(hanbit)
    admin = hanbit.signed_in("mail_admin")
    page = admin.get(url(run))
    send_form(admin, page, "recover/complete/", month="202611")
    again = send_form(admin, page, "recover/complete/", month="202610")
    assert again.status_code == 422


def test_a_second_person_learns_who_did_it(hanbit: Company, clock: Any) -> None:
    other = person(hanbit.tenant, "mail_admin", name="정유나", email="jung@hanbit.example")
    run = settled(hanbit)
    client = Client()
    client.force_login(other)
    page = client.get(url(run))
    send(hanbit.signed_in("mail_admin"), url(run), "recover/complete/", month="202611")
    late = send_form(client, page, "recover/complete/", month="202611")
    assert late.status_code == 409
    assert "이미 박서준님이" in late.text


def test_a_value_changed_meanwhile_is_shown_and_the_form_can_be_sent_again(
    hanbit: Company, clock: Any
) -> None:
    run = settled(hanbit)
    admin = hanbit.signed_in("mail_admin")
    page = admin.get(url(run))
    edit = hanbit.signed_in("member")
    sent = send(
        edit,
        f"{url(run)}?edit=mailbox",
        "amend/?field=mailbox",
        mailbox="kim@hanbit.example",
        why="오타",
    )
    assert sent.status_code == 303, sent.text
    stale = send_form(admin, page, "recover/complete/", month="202611")
    assert stale.status_code == 409
    assert "메일함 주소: lee@hanbit.example → kim@hanbit.example" in stale.text
    assert send_form(admin, stale, "recover/complete/", month="202611").status_code == 303


def test_a_time_in_seconds_that_nobody_touched_is_not_a_change(hanbit: Company, clock: Any) -> None:
    exact = "2026-11-23T09:00:30.250000+09:00"
    run = opened(hanbit, "mail_recovery", mailbox="lee@hanbit.example", deleted_at=exact)
    send(hanbit.signed_in("mail_admin"), url(run), "settle_time/complete/")
    assert Value.objects.filter(run=run, field="deleted_at").count() == 1


def test_refusal_codes_and_phrases_of_people_are_escaped(hanbit: Company, clock: Any) -> None:
    evil = "<script>alert(1)</script>"
    run = opened(
        hanbit, "mail_recovery", mailbox="lee@hanbit.example", deleted_at=DELETED, hints=evil
    )
    page = hanbit.signed_in("mail_admin").get(url(run)).text
    assert evil not in page
    assert escape(evil) in page


def test_the_number_of_queries_does_not_grow_with_the_history(
    hanbit: Company, clock: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = settled(hanbit)
    admin = hanbit.signed_in("mail_admin")
    admin.get(url(run))
    with django_assert_num_queries(14):
        admin.get(url(run))
    for number in range(12):
        now = at("2026-11-23T12:00") + timedelta(minutes=number)
        values = {"mailbox": f"kim{number}@hanbit.example"}
        engine.amend_values(
            run, actor_id=hanbit["member"].pk, now=now, reason="다시", values=values
        )
    with django_assert_num_queries(14):
        admin.get(url(run))


def test_completing_a_step_takes_few_statements(
    hanbit: Company, clock: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run = settled(hanbit)
    admin = hanbit.signed_in("mail_admin")
    page = admin.get(url(run))
    from django.db import connection

    # SQLite takes each part of a batch as a statement of its own.
    limit = 10 if connection.vendor == "postgresql" else 18
    with django_assert_max_num_queries(limit):
        assert send_form(admin, page, "recover/complete/", month="202611").status_code == 303


def test_a_busy_database_is_503_and_the_same_form_can_be_sent_again(
    hanbit: Company, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = settled(hanbit)
    admin = hanbit.signed_in("mail_admin")
    page = admin.get(url(run))
    monkeypatch.setattr(engine, "ATTEMPTS", 0)
    busy = send_form(admin, page, "recover/complete/", month="202611")
    assert (busy.status_code, busy["Retry-After"]) == (503, "1")
    assert 'value="202611"' in busy.text
    monkeypatch.undo()
    before, after = (
        next(f for a, f in forms_of(one).items() if a.endswith("recover/complete/"))
        for one in (page, busy)
    )
    assert before.values["submission"] == after.values["submission"]
    assert send_form(admin, busy, "recover/complete/", month="202611").status_code == 303


def test_a_run_stays_on_the_version_it_was_opened_with(hanbit: Company, clock: Any) -> None:
    run = settled(hanbit)
    stored = run.version
    new = stored.definition.replace("메일 복구 실행", "새 판의 복구")
    new = new.replace('"number":1', '"number":2')
    ProcedureVersion.objects.create(
        key=stored.key, number=2, digest="x" * 64, definition=new, published_at=run.opened_at
    )
    page = hanbit.signed_in("mail_admin").get(url(run)).text
    assert "메일 복구 실행" in page
    assert "새 판의 복구" not in page
    later = opened(hanbit, "mail_recovery", mailbox="kim@hanbit.example", deleted_at=DELETED)
    assert "새 판의 복구" in hanbit.signed_in("mail_admin").get(url(later)).text


def test_what_was_erased_from_history_leaves_its_place(hanbit: Company, clock: Any) -> None:
    run = recovery(hanbit)
    erase(run.stream, 2, at("2026-11-23T12:30"))
    page = hanbit.signed_in("mail_admin").get(url(run))
    assert page.status_code == 200
    assert "(지워짐)" in page.text
