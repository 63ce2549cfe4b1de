"""The window says what is so: fixed or not, out since when, too long, resumed, rolled back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from pytest_django import DjangoAssertNumQueries

from procedures import deadlines
from procedures.models import Deadline, Run
from tests.engine.cast import Cast, kinds, last_body, state, steps
from tests.engine.domains import ASKED, PLAN, agree, prepared, scheduled
from tests.tickets.outage.windows import address, at, browser, out

HOUR = timedelta(hours=1)
MICRO = timedelta(microseconds=1)


def live(text: str) -> str:
    start = text.index('hx-get="') + len('hx-get="')
    return text[start : text.index('"', start)].replace("&amp;", "&")


def test_before_both_sides_confirm_no_date_is_shown_as_fixed(cast: Cast, clock: Any) -> None:
    run = cast.open("support", "domain_change", **ASKED)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    cast.done("support", run, "propose", **PLAN)
    clock.move_to(cast.now)
    page = browser(cast, "member").get(address(run))
    assert page.status_code == 404  # a member sees their own runs alone
    page = browser(cast, "chair").get(address(run))
    assert "No date is fixed yet" in page.text
    assert "2026-11-14" not in page.text
    agree(cast, run)
    clock.move_to(cast.now)
    page = browser(cast, "chair").get(address(run))
    assert "The window is fixed" in page.text
    assert "2026-11-14 (Sat) 22:00 +09:00" in page.text


def test_out_of_service_counts_to_eight_hours(cast: Cast, clock: Any) -> None:
    run = out(cast)
    clock.move_to(at("2026-11-15T00:31"))
    page = browser(cast, "site").get(address(run))
    assert "Mail is out of service" in page.text
    assert "Out of service for 2 h 30 min of at most 8 hours" in page.text
    for moment in ("04:01", "05:31", "06:01"):
        assert f"2026-11-15 (Sun) {moment} +09:00" in page.text
    assert "Finish the change and stabilise" in page.text
    assert "/steps/stabilise/complete/" not in page.text  # it is not theirs
    assert "Roll back" not in page.text
    page = browser(cast, "support").get(address(run))
    assert "/steps/stabilise/complete/?next=" in page.text
    assert 'action="' + address(run, "window/rollback/") in page.text


@pytest.mark.parametrize(("after", "over"), [(8 * HOUR, False), (8 * HOUR + MICRO, True)])
def test_eight_hours_include_their_last_instant(
    cast: Cast, clock: Any, after: timedelta, over: bool
) -> None:
    run = out(cast)
    clock.move_to(at("2026-11-14T22:01") + after)
    page = browser(cast, "support").get(address(run))
    assert ("Longer than eight hours" in page.text) is over
    assert ("It will be recorded within a minute" in page.text) is over


def test_the_overrun_is_recorded_once_and_shown_for_what_it_is(cast: Cast, clock: Any) -> None:
    run = out(cast)
    clock.move_to(at("2026-11-15T07:00"))
    for _again in range(3):
        while deadlines.sweep(at("2026-11-15T07:00")):
            pass
    assert kinds(run.stream).count("deadline.overrun") == 1
    page = browser(cast, "chair").get(address(run))
    assert "The eight hours are over by 0 h 59 min." in page.text
    assert "The overrun is recorded, once" in page.text
    cast.now = at("2026-11-15T07:00")
    cast.done("support", run, "stabilise")
    cast.done("support", run, "resume", resumed_on="new")
    clock.move_to(at("2026-11-15T12:00"))
    page = browser(cast, "chair").get(address(run))
    assert "Mail works again on the new domain" in page.text
    assert "Out of service for" in page.text
    assert "9 h 1 min" in page.text
    assert kinds(run.stream).count("deadline.overrun") == 1


def test_what_was_resumed_in_time_but_entered_late_is_said(cast: Cast, clock: Any) -> None:
    run = out(cast)
    cast.done("support", run, "stabilise")
    moment = at("2026-11-15T06:30")
    while deadlines.sweep(moment):
        pass
    assert Deadline.objects.get(run=run, key="overrun").state == "fired"
    from procedures import engine

    cast.ask(
        engine.complete_step, "support", run, step="resume", values={"resumed_on": "new"},
        performed_at=at("2026-11-15T05:50"), note="전화로 확인하고 늦게 적음", now=moment,
    )  # fmt: skip
    clock.move_to(moment)
    page = browser(cast, "support").get(address(run))
    assert "An alarm, and what was true" in page.text
    assert "Longer than eight hours" not in page.text


def test_rolling_back_resumes_on_the_old_domain_with_its_reason(cast: Cast, clock: Any) -> None:
    run = out(cast)
    clock.move_to(at("2026-11-15T01:00"))
    support = browser(cast, "support")
    empty = support.post(address(run, "window/rollback/"), {"submission": str(uuid4())})
    assert empty.status_code == 422
    assert steps(run)["resume"] == (1, "pending")
    body = {"submission": str(uuid4()), "reason": "MX가 돌아오지 않음"}
    answer = support.post(address(run, "window/rollback/"), body)
    assert (answer.status_code, answer["Location"]) == (303, address(run))
    again = support.post(address(run, "window/rollback/"), body)
    assert again.status_code in {303, 409}
    assert steps(run)["stabilise"][1] in {"completed", "skipped"}
    assert steps(run)["resume"] == (1, "completed")
    told = last_body(run.stream)
    assert told["values"]["resumed_on"] == "old"
    assert "MX가 돌아오지 않음" in str(told)
    page = support.get(address(run))
    assert "Rolled back: mail works on the old domain" in page.text
    cast.now = at("2026-11-15T01:00")
    cast.done("support2", run, "verify")
    assert state(run) == "open"


@pytest.mark.parametrize(("who", "status"), [("chair", 422), ("manager", 422), ("member", 404)])
def test_who_may_not_resume_rolls_nothing_back(
    cast: Cast, clock: Any, who: str, status: int
) -> None:
    run = out(cast)
    clock.move_to(cast.now)
    body = {"submission": str(uuid4()), "reason": "그냥"}
    answer = browser(cast, who).post(address(run, "window/rollback/"), body)
    assert answer.status_code == status
    assert steps(run)["stabilise"] == (1, "pending")
    assert steps(run)["resume"] == (1, "pending")


def test_before_the_start_there_is_nothing_to_roll_back(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    body = {"submission": str(uuid4()), "reason": "그냥"}
    support = browser(cast, "support")
    assert "Roll back to the old domain" not in support.get(address(run)).text
    assert support.post(address(run, "window/rollback/"), body).status_code == 409
    assert steps(run)["start_work"] == (1, "pending")


def test_nothing_new_is_204_in_three_statements_and_prolongs_nothing(
    cast: Cast, clock: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    client = browser(cast, "chair")
    ask = live(client.get(address(run)).text)
    before = Session.objects.get().expire_date
    with django_assert_num_queries(3):
        answer = client.get(ask, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")
    clock.shift(timedelta(hours=1))
    assert client.get(ask).status_code == 204
    assert Session.objects.get().expire_date == before


def test_a_step_is_news_and_so_is_a_minute_of_the_outage(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    client = browser(cast, "chair")
    ask = live(client.get(address(run)).text)
    prepared(cast, run)
    clock.move_to(cast.now)
    client = browser(cast, "chair")
    answer = client.get(ask)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Mail is out of service" in answer.text
    ask = live(answer.text)
    assert client.get(ask).status_code == 204
    clock.shift(timedelta(minutes=1, seconds=1))
    assert client.get(ask).status_code == 200


def test_another_procedure_has_no_window(cast: Cast, clock: Any) -> None:
    run = cast.open("support", "mailing_list", list_name="가", local_part="ga",
                    domain="old.example", kind_of_members="individuals",
                    members=["member@old.example"], asked="site")  # fmt: skip
    clock.move_to(cast.now)
    assert browser(cast, "site").get(address(run)).status_code == 404
    assert "window/" not in browser(cast, "site").get(address(run, "")).text


def test_the_pages_of_the_ticket_lead_to_the_window(cast: Cast, clock: Any) -> None:
    run: Run = scheduled(cast)
    clock.move_to(cast.now)
    assert f'href="{address(run)}"' in browser(cast, "chair").get(address(run, "")).text
