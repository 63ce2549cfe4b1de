"""The schedule of a ticket: days counted and named, forms that come back whole, who may what."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import engine
from procedures.models import Run
from tests.engine.cast import kinds
from tests.factories import Company, company
from tests.tickets.schedule import stories
from tests.tickets.schedule.stories import page
from tests.web.pages import forms_of, send, send_form
from tests.web.runs import state, sync


def cells(html: str) -> dict[str, str]:
    """Map each day of the calendar to its words."""
    soup = BeautifulSoup(html, "html.parser")
    found = {}
    for cell in soup.select(".weeks__day"):
        day = cell.find("time")
        if day:
            found[str(day["datetime"])] = " ".join(cell.get_text(" ").split())
    return found


def rules(html: str) -> list[str]:
    return [one.get_text() for one in BeautifulSoup(html, "html.parser").select(".verdict__reason")]


def test_the_days_are_numbered_and_named_and_the_first_is_marked(firm: Company) -> None:
    run = stories.requested(firm)
    html = firm.signed_in("support").get(page(run)).text
    days = cells(html)
    assert "받음" in days["2026-09-18"] or "접수" in days["2026-09-18"]
    numbered = {day: words for day, words in days.items() if "영업일" in words}
    assert list(numbered) == [
        "2026-09-21", "2026-09-22", "2026-09-23", "2026-09-28", "2026-09-29", "2026-09-30",
        "2026-10-01",
    ]  # fmt: skip
    for day in ("2026-09-24", "2026-09-25", "2026-09-26"):
        assert "추석" in days[day], days[day]
    assert "가능한 첫 날짜" in days["2026-10-01"]
    assert "너무 이름" in days["2026-09-30"]
    assert "너무 이름" not in days["2026-10-02"]
    # Three weeks beyond the first date, to the end of that week.
    assert max(days) == "2026-10-25"
    assert "KR-" in html


def test_a_day_that_is_too_early_says_why(firm: Company) -> None:
    run = stories.requested(firm)
    html = firm.signed_in("tenant_manager").get(page(run) + "?day=2026-09-30").text
    assert "접수일 다음부터 6번째 영업일" in html
    assert "2026-10-01(목)부터 가능합니다" in html
    assert "9/24 추석" in html
    assert "영업일 기준 최소 7일 전에 요청 주시면" in html


def test_a_chosen_day_fills_the_form(firm: Company) -> None:
    run = stories.requested(firm)
    found = firm.signed_in("support").get(page(run) + "?day=2026-10-01")
    form = forms_of(found)[page(run) + "propose/"]
    assert form.values["work_start"] == ["2026-10-01T22:00"]
    assert form.values["work_end"] == ["2026-10-02T06:00"]


def test_looking_writes_nothing_and_keeps_what_was_typed(firm: Company) -> None:
    run = stories.requested(firm)
    before = Run.objects.get(pk=run.pk).event_number
    support = firm.signed_in("support")
    form = forms_of(support.get(page(run)))[page(run) + "propose/"]
    typed = {"work_start": "2026-09-30T22:00", "work_end": "2026-10-01T04:00", "look": "1"}
    answer = support.post(form.action, {**form.values, **typed})
    assert answer.status_code == 200
    assert any("2026-10-01(목)부터 가능합니다" in one for one in rules(answer.text))
    assert forms_of(answer)[form.action].values["work_start"] == ["2026-09-30T22:00"]
    assert Run.objects.get(pk=run.pk).event_number == before


def test_propose_counter_propose_agree_confirm_reschedule(firm: Company) -> None:
    run = stories.requested(firm)
    support, boss = firm.signed_in("support"), firm.signed_in("tenant_manager")
    window = {"work_start": "2026-10-01T22:00", "work_end": "2026-10-02T04:00"}
    assert send(support, page(run), "propose/", **window).status_code == 303
    other = {"counter_start": "2026-10-06T21:00", "counter_end": "2026-10-07T03:00"}
    sent = send(boss, page(run), "counter/", **other, reason="월말 결산")
    assert sent.status_code == 303, sent.text
    html = support.get(page(run)).text
    assert "월말 결산" in html
    assert "고객사가 제안" in html
    # Support takes it over: the form begins with what the company asked for.
    form = forms_of(support.get(page(run)))[page(run) + "propose/"]
    assert form.values["work_start"] == ["2026-10-06T21:00"]
    assert send(support, page(run), "propose/").status_code == 303
    assert send(boss, page(run), "agree/").status_code == 303
    stories.look(firm, run)
    done = send(support, page(run), "confirm/")
    assert done.status_code == 303, done.text
    assert "양쪽이 확정한" in support.get(page(run)).text
    back = send(support, page(run), "reschedule/", reason="담당자 휴가")
    assert back.status_code == 303
    html = support.get(page(run)).text
    assert "접수일은 그대로" in html
    assert "담당자 휴가" in html
    assert "가능한 첫 날짜" in cells(html)["2026-10-01"]
    assert state(run) == "open"


def test_confirming_too_early_is_refused_with_the_first_date(firm: Company) -> None:
    run = stories.requested(firm)
    early = stories.at("2026-09-30T22:00"), stories.at("2026-10-01T04:00")
    stories.propose(firm, run, *early)
    stories.agree(firm, run)
    stories.look(firm, run)
    answer = send(firm.signed_in("support"), page(run), "confirm/")
    assert answer.status_code == 422
    assert any("2026-10-01(목)부터 가능합니다" in one for one in rules(answer.text))
    assert "규칙이 지금은 허용하지 않습니다" in answer.text or "허용하지" in answer.text


def test_bad_input_is_told_at_its_field_and_stays(firm: Company) -> None:
    run = stories.requested(firm)
    support = firm.signed_in("support")
    answer = send(support, page(run), "propose/", work_start="morgen", work_end="2026-10-02T04:00")
    assert answer.status_code == 422
    form = forms_of(answer)[page(run) + "propose/"]
    assert form.values["work_start"] == ["morgen"]
    assert form.values["work_end"] == ["2026-10-02T04:00"]


def test_a_second_click_is_the_first_one_again(firm: Company) -> None:
    run = stories.requested(firm)
    support = firm.signed_in("support")
    shown = support.get(page(run))
    window = {"work_start": "2026-10-01T22:00", "work_end": "2026-10-02T04:00"}
    for _click in range(2):
        assert send_form(support, shown, "propose/", **window).status_code == 303
    assert kinds(Run.objects.get(pk=run.pk).stream).count("step.completed") == 4


def test_what_is_over_is_told_and_what_was_typed_stays(firm: Company) -> None:
    run = stories.requested(firm)
    support = firm.signed_in("support")
    shown = support.get(page(run))
    stories.propose(firm, run)
    window = {"work_start": "2026-10-08T22:00", "work_end": "2026-10-09T04:00"}
    answer = send_form(support, shown, "propose/", **window)
    assert answer.status_code == 409
    assert forms_of(answer)[page(run) + "propose/"].values["work_start"] == ["2026-10-08T22:00"]


def test_a_stranger_and_another_procedure_have_no_schedule(firm: Company) -> None:
    other = sync(firm)
    assert firm.signed_in("support").get(page(other)).status_code == 404
    run = stories.requested(firm)
    assert firm.signed_in("member").get(page(run)).status_code == 404


def test_the_tabs_lead_here_and_a_cancelled_ticket_says_so(firm: Company) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    support = firm.signed_in("support")
    assert page(run) in support.get(f"/t/hanbit/runs/{run.reference}/").text
    stories.give(engine.cancel_run, firm, run, "site_admin", reason="사명 변경 취소")
    html = support.get(page(run)).text
    assert "작업은 없습니다" in html
    assert not forms_of(support.get(page(run))).keys() & {page(run) + "propose/"}


def test_the_page_asks_the_same_however_many_windows_there_are(firm: Company) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    support = firm.signed_in("support")
    support.get(page(run))
    counts = []
    for number in range(2):
        stories.confirmed(company(f"more{number}", expected_mx=stories.MX))
        with CaptureQueriesContext(connection) as seen:
            assert support.get(page(run)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 22


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "10-01", "%00"])
@pytest.mark.parametrize("who", ["support", "tenant_manager"])
def test_a_day_of_no_calendar_is_none(firm: Company, who: str, day: str) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    assert firm.signed_in(who).get(f"{page(run)}?day={day}").status_code == 200
