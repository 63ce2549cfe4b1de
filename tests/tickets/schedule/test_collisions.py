"""Collisions: a table of windows and limits, and who reads what of them."""

import json
from datetime import time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Body, Event
from helpdesk.models import Assignment
from procedures import engine
from procedures.models import Run
from tests.factories import Company, at, company
from tests.tickets.schedule import stories
from tests.tickets.schedule.stories import page
from tests.web.pages import forms_of, send
from tickets.schedule import busy
from tickets.schedule.collisions import Other, Room, clashes_of, day_is_full
from tickets.schedule.models import Capacity

SEOUL = ZoneInfo("Asia/Seoul")
START, END = at("2026-10-01T22:00"), at("2026-10-02T04:00")


def other(start: str, end: str) -> Other:
    return Other("DC-2026-0009", "far", "먼회사", at(start), at(end), "confirmed", served=False)


# A Thursday evening, six hours.
BEFORE = other("2026-10-01T16:00", "2026-10-01T22:00")
JUST = other("2026-10-01T16:00", "2026-10-01T22:01")
FIRST = other("2026-10-01T21:00", "2026-10-01T23:00")
SECOND = other("2026-10-02T02:00", "2026-10-02T05:00")
WITHIN = other("2026-10-01T22:30", "2026-10-02T03:00")


@pytest.mark.parametrize(
    ("others", "room", "kinds"),
    [
        ([], Room(), []),
        # It ends as this one begins.
        ([BEFORE], Room(), []),
        ([JUST], Room(), ["at_once"]),
        # Room for two: one other is fine, two at the same moment are not.
        ([FIRST], Room(at_once=2), []),
        ([FIRST, WITHIN], Room(at_once=2), ["at_once"]),
        # Two others, one after the other.
        ([FIRST, SECOND], Room(at_once=2), []),
        ([BEFORE], Room(a_day=1), ["a_day"]),
        ([BEFORE], Room(a_day=2), []),
        # It begins on the day after.
        ([SECOND], Room(at_once=2, a_day=1), []),
        ([], Room(closed_weekdays=frozenset({3})), ["weekday"]),
        # The window reaches into Friday.
        ([], Room(closed_weekdays=frozenset({4})), ["weekday"]),
        ([], Room(closed_weekdays=frozenset({5})), []),
        ([], Room(closed_from=time(9), closed_until=time(18)), []),
        ([], Room(closed_from=time(9), closed_until=time(22)), []),
        ([], Room(closed_from=time(9), closed_until=time(22, 1)), ["hours"]),
        # Over midnight: the night before ends at four, the night after begins then.
        ([], Room(closed_from=time(3), closed_until=time(1)), ["hours"]),
        ([], Room(closed_from=time(4), closed_until=time(22)), []),
        # One end alone is not configured.
        ([], Room(closed_from=time(9)), []),
    ],
)
def test_what_a_window_meets(others: list[Other], room: Room, kinds: list[str]) -> None:
    assert [one.kind for one in clashes_of(START, END, others, room, SEOUL)] == kinds


def test_a_day_is_full() -> None:
    day = START.astimezone(SEOUL).date()
    assert not day_is_full(day, [BEFORE], Room(), SEOUL)
    assert day_is_full(day, [BEFORE], Room(a_day=1), SEOUL)
    assert not day_is_full(day, [SECOND], Room(a_day=1), SEOUL)
    assert day_is_full(day, [], Room(closed_weekdays=frozenset({3})), SEOUL)


@pytest.fixture
def neighbour(firm: Company) -> Company:
    """Make a second company whose window is confirmed on the same evening."""
    there = company("saebom", name="새봄카나리아", expected_mx=stories.MX)
    stories.confirmed(there)
    return there


def test_the_company_reads_no_name_and_no_number(firm: Company, neighbour: Company) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    for who in ("site_admin", "tenant_manager", "mail_admin"):
        html = firm.signed_in(who).get(page(run)).text
        assert "그때는 운영사에 여유가 없습니다" in html
        assert "새봄" not in html
        assert "saebom" not in html
        assert "동시에" not in html


def test_support_reads_names_where_they_serve_and_else_that_there_is_one(
    firm: Company, neighbour: Company
) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    html = firm.signed_in("support").get(page(run)).text
    assert "다른 회사" in html
    assert "새봄" not in html
    assert "saebom" not in html
    Assignment.objects.create(user=firm["support"], tenant=neighbour.tenant)
    html = firm.signed_in("support").get(page(run)).text
    assert "새봄카나리아" in html
    assert Run.objects.get(tenant=neighbour.tenant).reference in html


def test_support_ticks_that_the_collision_was_seen(firm: Company, neighbour: Company) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    stories.agree(firm, run)
    stories.look(firm, run)
    support = firm.signed_in("support")
    answer = send(support, page(run), "confirm/")
    assert answer.status_code == 422
    assert "위에 표시된 겹침을 확인한 뒤 표시하세요" in answer.text
    done = send(support, page(run), "confirm/", collision_seen="on")
    assert done.status_code == 303, done.text
    event = Event.objects.get(kind="collision.seen")
    assert event.stream == f"talk:{run.uid}"
    body = json.loads(Body.objects.get(stream=event.stream, number=event.number).body)
    assert body["internal"] is True
    assert body["clashes"][0]["kind"] == "at_once"
    assert body["clashes"][0]["others"] == 1


def test_the_runs_own_page_leads_to_where_the_collision_is_shown(
    firm: Company, neighbour: Company
) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    stories.agree(firm, run)
    stories.look(firm, run)
    own = f"/t/hanbit/runs/{run.reference}/"
    support = firm.signed_in("support")
    answer = send(support, own, "confirm_schedule/complete/")
    assert answer.status_code == 422
    assert "이 작업 시간이 다른 작업과 겹칩니다" in answer.text
    stories.give(
        engine.go_back, neighbour, Run.objects.get(tenant=neighbour.tenant), "support",
        way="reschedule", reason="담당자 휴가",
    )  # fmt: skip
    assert send(support, own, "confirm_schedule/complete/").status_code == 303


def test_without_a_collision_nothing_is_to_be_ticked(firm: Company) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    stories.agree(firm, run)
    form = forms_of(firm.signed_in("support").get(page(run)))[page(run) + "confirm/"]
    assert "collision_seen" not in form.names


def test_what_was_withdrawn_collides_with_nothing(firm: Company, neighbour: Company) -> None:
    theirs = Run.objects.get(tenant=neighbour.tenant)
    stories.give(
        engine.go_back, neighbour, theirs, "support", way="reschedule", reason="담당자 휴가"
    )
    run = stories.requested(firm)
    stories.propose(firm, run)
    assert "다른 회사" not in firm.signed_in("support").get(page(run)).text


def test_a_full_day_is_marked(firm: Company, neighbour: Company) -> None:
    Capacity.objects.create(pk=Capacity.ONLY, a_day=1, at_once=5)
    run = stories.requested(firm)
    html = firm.signed_in("tenant_manager").get(page(run)).text
    assert html.count("그때는 운영사에 여유가 없습니다") == 1


def test_one_statement_reads_the_windows_of_all(firm: Company, neighbour: Company) -> None:
    run = stories.requested(firm)
    for number in range(3):
        stories.confirmed(company(f"more{number}", expected_mx=stories.MX))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        found = busy.others_between(
            at("2026-09-14T00:00"), at("2026-10-26T00:00"),
            reader=firm["support"], now=at(stories.FRIDAY), but=run,
        )  # fmt: skip
    assert len(seen) == 1
    assert len(found) == 4
    assert {one.state for one in found} == {"confirmed"}
    nothing = busy.others_between(
        at("2026-10-02T04:00"), at("2026-10-26T00:00"),
        reader=firm["support"], now=at(stories.FRIDAY), but=run,
    )  # fmt: skip
    assert nothing == []
