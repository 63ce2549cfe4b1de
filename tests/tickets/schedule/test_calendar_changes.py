"""A holiday in the middle of a notice: listed, told once, confirmed again; no date is changed."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event
from helpdesk import calendars
from helpdesk.models import CalendarEntry, CalendarVersion
from procedures import deliveries, engine
from procedures.calendar_facts import current_calendar
from procedures.invariants import check_runs
from procedures.models import Delivery, Notice, Run, Value
from tests.engine.cast import kinds, last_body
from tests.factories import Company, company
from tests.tickets.schedule import stories
from tests.tickets.schedule.stories import page
from tests.web.pages import forms_of, send
from tickets.schedule import alerts
from tickets.schedule.affected import affected_by, open_tickets
from tickets.schedule.models import CalendarAlert

VENDOR = "/vendor/calendar/"
# A Tuesday between the request and the window.
HOLIDAY = date(2026, 9, 22)


@pytest.fixture(autouse=True)
def forget() -> None:
    """Let each test's sweep look, whatever another test's has seen."""
    alerts._looked.clear()


def proclaim(day: date = HOLIDAY) -> None:
    """Store a version in which one more day is closed."""
    CalendarEntry.objects.create(
        date=day, kind="closing", name_ko="임시 휴무", name_en="Closed", source="공지"
    )
    calendars.refresh_calendar(timezone.now())


def sweep() -> None:
    alerts._looked.clear()
    alerts.sweep(timezone.now(), lambda: False)


def values(run: Run) -> list[Any]:
    return list(Value.objects.filter(run=run).order_by("pk").values_list("field", "value"))


def test_it_lists_what_it_touches_and_changes_no_date(firm: Company) -> None:
    run = stories.confirmed(firm)
    before = values(run), kinds(run.stream)
    proclaim()
    (one,) = affected_by(current_calendar(), open_tickets(), timezone.now())
    assert one.run == run
    assert one.confirmed
    assert (one.version, current_calendar().version) == ("KR-1", "KR-2")
    assert (one.notice.first_then, one.notice.first_now) == (date(2026, 10, 1), date(2026, 10, 2))
    assert one.notice.then["level"] == "allowed"
    assert one.notice.now.level == "blocked"
    sweep()
    assert (values(run), kinds(run.stream)) == before
    assert list(check_runs(Run.objects.filter(pk=run.pk))) == []


@pytest.mark.parametrize(
    ("day", "touched"),
    [
        # The day received does not count; a holiday on it moves what it counts as.
        (date(2026, 9, 18), True),
        (date(2026, 9, 21), True),
        (date(2026, 9, 30), True),
        # The first possible date itself becomes a day off: the seventh is the next one.
        (date(2026, 10, 1), True),
        # After it nothing is counted any more.
        (date(2026, 10, 2), False),
        # A Saturday was no business day before.
        (date(2026, 9, 19), False),
    ],
)
def test_which_days_touch_a_notice(firm: Company, day: date, touched: bool) -> None:
    stories.confirmed(firm)
    proclaim(day)
    assert bool(affected_by(current_calendar(), open_tickets(), timezone.now())) is touched


def test_an_extra_working_day_makes_the_first_date_earlier(firm: Company) -> None:
    stories.confirmed(firm)
    CalendarEntry.objects.create(
        date=date(2026, 9, 25), kind="extra", name_ko="근무", name_en="Open", source="공지"
    )
    calendars.refresh_calendar(timezone.now())
    (one,) = affected_by(current_calendar(), open_tickets(), timezone.now())
    assert one.notice.first_now == date(2026, 9, 30)
    assert one.notice.now.level == "allowed"


def test_a_proposal_is_listed_too_and_a_ticket_without_a_date_is_not(firm: Company) -> None:
    run = stories.requested(firm)
    proclaim()
    assert affected_by(current_calendar(), open_tickets(), timezone.now()) == []
    other = company("saebom", expected_mx=stories.MX)
    theirs = stories.requested(other)
    stories.propose(other, theirs)
    proclaim(date(2026, 9, 23))
    (one,) = affected_by(current_calendar(), open_tickets(), timezone.now())
    assert one.run == theirs
    assert not one.confirmed
    assert run.reference


def test_support_is_told_once_for_each_version(firm: Company) -> None:
    run = stories.confirmed(firm)
    proclaim()
    for _time in range(3):
        sweep()
    assert CalendarAlert.objects.filter(run=run).count() == 1
    assert kinds(f"talk:{run.uid}") == ["calendar.changed"]
    body = last_body(f"talk:{run.uid}")
    assert (body["version"], body["first_then"], body["first_now"]) == (
        "KR-2", "2026-10-01", "2026-10-02",
    )  # fmt: skip
    proclaim(date(2026, 9, 23))
    sweep()
    assert CalendarAlert.objects.filter(run=run).count() == 2
    while deliveries.sweep(timezone.now()):
        pass
    told = Notice.objects.filter(run=run, template="calendar_changed")
    assert [one.recipient for one in told.order_by("pk")] == [firm["support"], firm["support"]]
    assert not Delivery.objects.filter(run=run, state="dead").exists()
    assert list(check_runs(Run.objects.filter(pk=run.pk))) == []
    html = firm.signed_in("support").get("/t/hanbit/notices/").text
    assert "달력이 바뀌어 일정을 확인해야 합니다" in html
    assert "2026-10-01 → 2026-10-02" in html


def test_a_sweep_without_news_asks_one_thing(firm: Company, django_assert_num_queries: Any) -> None:
    stories.confirmed(firm)
    alerts.sweep(timezone.now(), lambda: False)
    with django_assert_num_queries(1):
        alerts.sweep(timezone.now(), lambda: False)


def test_the_page_and_the_run_say_it_and_support_confirms_again(firm: Company) -> None:
    run = stories.confirmed(firm)
    proclaim()
    support = firm.signed_in("support")
    for address in (page(run), f"/t/hanbit/runs/{run.reference}/"):
        html = support.get(address).text
        assert "이 날짜를 판단한 뒤 달력이 바뀌었습니다" in html, address
        assert "2026-10-02" in html
    before = values(run)
    sent = send(support, page(run), "reconfirm/", reason="고객사와 10월 1일을 다시 확인함")
    assert sent.status_code == 303, sent.text
    assert kinds(run.stream)[-1] == "step.reconfirmed"
    assert values(run) == before
    assert "달력이 바뀌었습니다" not in support.get(page(run)).text
    assert affected_by(current_calendar(), open_tickets(), timezone.now()) == []
    assert "다시 확인함" in support.get(page(run)).text


@pytest.mark.parametrize("who", ["site_admin", "tenant_manager", "mail_admin", "manager"])
def test_others_read_it_and_cannot_confirm_again(firm: Company, who: str) -> None:
    run = stories.confirmed(firm)
    proclaim()
    shown = firm.signed_in(who).get(page(run))
    assert "이 날짜를 판단한 뒤 달력이 바뀌었습니다" in shown.text
    assert page(run) + "reconfirm/" not in forms_of(shown)
    answer = firm.signed_in(who).post(
        page(run) + "reconfirm/",
        {"submission": "5f5d0a7e-0000-4000-8000-00000000000a", "reason": "x"},
    )
    assert answer.status_code == 422
    assert "step.reconfirmed" not in kinds(run.stream)


def test_it_can_be_rescheduled_instead_and_keeps_the_day_received(firm: Company) -> None:
    run = stories.confirmed(firm)
    proclaim()
    stories.give(engine.go_back, firm, run, "support", way="reschedule", reason="새 공휴일")
    assert affected_by(current_calendar(), open_tickets(), timezone.now()) == []
    html = firm.signed_in("support").get(page(run)).text
    assert "2026-09-18" in html
    assert "접수일은 그대로" in html


def test_the_vendors_page_lists_versions_differences_and_tickets(firm: Company) -> None:
    run = stories.confirmed(firm)
    far = company("saebom", name="카나리아", expected_mx=stories.MX)
    stories.confirmed(far)
    proclaim()
    for who in ("support", "manager"):
        html = firm.signed_in(who).get(VENDOR).text
        assert run.reference in html
        assert "임시 휴무" in html
        assert "담당하지 않는 회사의 티켓 1건" in html
        assert "카나리아" not in html
    first = firm.signed_in("support").get(VENDOR + "?version=1").text
    assert "차이가 없습니다" in first
    for odd in ("?version=99", "?version=x", "?version=²"):
        assert firm.signed_in("support").get(VENDOR + odd).status_code == 200
    assert firm.signed_in("site_admin").get(VENDOR).status_code == 404


def test_a_manager_enters_looks_and_stores(firm: Company) -> None:
    run = stories.confirmed(firm)
    manager = firm.signed_in("manager")
    day = {"date": "2026-09-22", "name_ko": "임시 휴무", "name_en": "Closed", "source": "공지 12"}
    assert send(manager, VENDOR, "days/", **day).status_code == 303
    html = manager.get(VENDOR).text
    assert "KR-2 버전이 아래 차이로 저장됩니다" in html
    assert run.reference in html  # that it would touch
    assert CalendarVersion.objects.count() == 1
    done = send(manager, VENDOR, "refresh/", reason="임시 공휴일 발표")
    assert done.status_code == 303, done.text
    assert CalendarVersion.objects.count() == 2
    vendor = list(Event.objects.filter(stream="vendor").values_list("kind", flat=True))
    assert vendor == ["calendar.day_entered", "calendar.stored"]
    assert last_body("vendor")["differences"] == [["added", "2026-09-22", "closing", "임시 휴무"]]
    assert "적용 중인 버전 이후" in manager.get(VENDOR).text
    entry = CalendarEntry.objects.get()
    assert send(manager, VENDOR, f"{entry.pk}/remove/", reason="잘못 입력").status_code == 303
    assert not CalendarEntry.objects.exists()
    assert last_body("vendor")["reason"] == "잘못 입력"
    call_command("verify_audit")


def test_what_is_stored_is_what_was_looked_at(firm: Company) -> None:
    manager = firm.signed_in("manager")
    day = {"date": "2026-09-22", "name_ko": "휴무", "name_en": "Closed", "source": "공지"}
    send(manager, VENDOR, "days/", **day)
    form = forms_of(manager.get(VENDOR))[VENDOR + "refresh/"]
    send(manager, VENDOR, "days/", **{**day, "date": "2026-09-23"})
    answer = manager.post(form.action, {**form.values, "reason": "발표"})
    assert answer.status_code == 409
    assert "그사이 저장될 내용이 달라졌습니다" in answer.text
    assert CalendarVersion.objects.count() == 1
    again = forms_of(answer)[VENDOR + "refresh/"]
    assert again.values["reason"] == ["발표"]
    assert manager.post(again.action, again.values).status_code == 303


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"date": "2040-01-01"}, "2024-01-01"),
        ({"date": "gestern"}, "날짜"),
        ({"source": ""}, "필수"),
    ],
)
def test_a_day_that_cannot_be_taken_is_told_at_its_field(
    firm: Company, typed: dict[str, str], words: str
) -> None:
    day = {"date": "2026-09-22", "name_ko": "휴무", "name_en": "Closed", "source": "공지", **typed}
    answer = send(firm.signed_in("manager"), VENDOR, "days/", **day)
    assert answer.status_code == 422
    assert words in answer.text
    assert not CalendarEntry.objects.exists()
    assert 'value="휴무"' in answer.text


def test_the_opposite_of_what_is_entered_is_refused(firm: Company) -> None:
    day = {"date": "2026-09-22", "name_ko": "휴무", "name_en": "Closed", "source": "공지"}
    manager = firm.signed_in("manager")
    assert send(manager, VENDOR, "days/", **day).status_code == 303
    answer = send(manager, VENDOR, "days/", **day, kind="extra")
    assert answer.status_code == 409
    assert "반대 종류로 입력된 날입니다" in answer.text
