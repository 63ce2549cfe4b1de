"""The calendar file, read back by the library: one event for ever, moved, settled, cancelled."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar

from helpdesk.zones import zone_at
from procedures import engine
from procedures.models import Run
from tests.factories import Company
from tests.tickets.schedule import stories
from tests.tickets.schedule.stories import END, LATER, START, page
from tickets.schedule.ics import of_window
from tickets.schedule.window import window_of


def read(firm: Company, run: Run, language: str = "ko") -> tuple[Calendar, Any]:
    fresh = Run.objects.get(pk=run.pk)
    window = window_of(fresh)
    assert window is not None
    now = timezone.now()
    body = of_window(
        fresh, window, language, now=now, zone=zone_at(firm.tenant, now), link="https://x.example/"
    )
    calendar = Calendar.from_ical(body)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_proposal_is_tentative_in_its_zone_and_has_no_alarm(firm: Company) -> None:
    run = stories.requested(firm)
    assert window_of(run) is None
    assert firm.signed_in("support").get(page(run) + "window.ics").status_code == 404
    stories.propose(firm, run)
    calendar, event = read(firm, run)
    assert calendar["METHOD"] == "PUBLISH"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Seoul"]
    assert event["STATUS"] == "TENTATIVE"
    assert event["SEQUENCE"] == 0
    assert event.decoded("DTSTART") == START
    assert event.decoded("DTEND") == END
    assert event["DTSTART"].params["TZID"] == "Asia/Seoul"
    assert event.walk("VALARM") == []
    assert "협의 중" in event["SUMMARY"]
    assert "new-hanbit.example" in event["SUMMARY"]
    english = read(firm, run, "en")[1]
    assert english["SUMMARY"] == "[Not settled] Change of mail domain: new-hanbit.example"
    assert english["UID"] == event["UID"]
    assert calendar.errors == []
    assert event.errors == []


def test_the_sequence_grows_with_every_turn_and_the_uid_stays(firm: Company) -> None:
    run = stories.requested(firm)
    seen: list[tuple[str, str, int]] = []

    def note() -> None:
        event = read(firm, run)[1]
        seen.append((str(event["UID"]), str(event["STATUS"]), int(event["SEQUENCE"])))

    stories.propose(firm, run)
    note()
    stories.counter(firm, run)
    note()
    assert read(firm, run)[1].decoded("DTSTART") == LATER
    stories.propose(firm, run)
    note()
    stories.agree(firm, run)
    assert read(firm, run)[1].walk("VALARM") == []
    stories.confirm(firm, run)
    note()
    assert [one.decoded("TRIGGER") for one in read(firm, run)[1].walk("VALARM")] == [
        timedelta(days=-1),
        timedelta(hours=-1),
    ]
    stories.give(engine.go_back, firm, run, "support", way="reschedule", reason="휴가")
    note()
    assert read(firm, run)[1].walk("VALARM") == []
    stories.propose(firm, run, LATER, LATER + timedelta(hours=5))
    note()
    stories.give(engine.cancel_run, firm, run, "site_admin", reason="취소")
    note()
    assert len({uid for uid, _status, _n in seen}) == 1
    assert [status for _uid, status, _n in seen] == [
        "TENTATIVE", "TENTATIVE", "TENTATIVE", "CONFIRMED", "CANCELLED", "TENTATIVE", "CANCELLED",
    ]  # fmt: skip
    numbers = [number for _uid, _status, number in seen]
    assert numbers == sorted(set(numbers)), numbers


@pytest.mark.parametrize("who", ["support", "manager", "site_admin", "tenant_manager"])
def test_whoever_sees_the_ticket_downloads_it(firm: Company, who: str) -> None:
    run = stories.confirmed(firm)
    answer = firm.signed_in(who).get(page(run) + "window.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert f'filename="{run.reference}.ics"' in answer["Content-Disposition"]
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["STATUS"] == "CONFIRMED"
    assert str(event["URL"]).endswith(page(run))


def test_a_stranger_downloads_nothing(firm: Company) -> None:
    run = stories.confirmed(firm)
    assert firm.signed_in("member").get(page(run) + "window.ics").status_code == 404
