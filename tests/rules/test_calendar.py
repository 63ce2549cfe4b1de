"""Business days of the vendor, and the notice that is counted in them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from procedures.rules import BusinessNotice, Text
from procedures.rules.calendar import CalendarEnds
from procedures.rules.timing import MICRO
from tests.catalog.facts import NEW_YORK, SEOUL, calendar_2026, facts, kst, local

CALENDAR = calendar_2026()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 13), True),  # the Friday before 설날
        (date(2026, 2, 16), False),  # 설날
        (date(2026, 2, 17), False),
        (date(2026, 2, 18), False),
        (date(2026, 2, 19), True),
        (date(2026, 3, 2), False),  # in place of Sunday, 1 March
        (date(2026, 5, 1), False),  # Labour Day, a public holiday from 2026
        (date(2025, 5, 1), True),  # and none before
        (date(2026, 5, 25), False),  # in place of Buddha's birthday, a Sunday
        (date(2026, 6, 3), False),  # local elections
        (date(2026, 7, 17), False),  # Constitution Day, back from 2026
        (date(2025, 7, 17), True),
        (date(2026, 8, 17), False),  # in place of Saturday, 15 August
        (date(2026, 9, 24), False),  # 추석
        (date(2026, 9, 25), False),
        (date(2026, 9, 28), True),  # its Saturday has no substitute
        (date(2026, 10, 5), False),  # in place of Saturday, 3 October
        (date(2026, 10, 9), False),  # Hangul Day
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_the_vendor_works_from_monday_to_friday_less_holidays(day: date, works: bool) -> None:
    assert CALENDAR.is_business_day(day) is works
    assert (CALENDAR.why_not(day) is None) is works


@pytest.mark.parametrize(
    ("received", "first"),
    [
        # nothing in between: Monday to the Wednesday of the next week
        (date(2026, 11, 23), date(2026, 12, 2)),
        # 설날
        (date(2026, 2, 6), date(2026, 2, 20)),
        # 1 May and 5 May
        (date(2026, 4, 27), date(2026, 5, 8)),
        # Buddha's birthday moved to Monday 25 May
        (date(2026, 5, 18), date(2026, 5, 28)),
        # local elections on 3 June
        (date(2026, 5, 29), date(2026, 6, 10)),
        # Constitution Day: the 21st, not the 20th
        (date(2026, 7, 9), date(2026, 7, 21)),
        # the substitute of Liberation Day on 17 August
        (date(2026, 8, 10), date(2026, 8, 20)),
        # 추석: from Friday 18 September to Thursday 1 October
        (date(2026, 9, 18), date(2026, 10, 1)),
        # received on Saturday counts as Monday
        (date(2026, 9, 19), date(2026, 10, 2)),
        # received on 추석 itself counts as Monday 28 September
        (date(2026, 9, 25), date(2026, 10, 8)),
        # the substitute of Foundation Day on 5 October, and Hangul Day on the 9th
        (date(2026, 9, 30), date(2026, 10, 13)),
        # over the year's end
        (date(2026, 12, 24), date(2027, 1, 6)),
    ],
)
def test_the_seventh_business_day_is_counted_from_the_day_after(
    received: date, first: date
) -> None:
    assert CALENDAR.add_business_days(CALENDAR.received_on(received), 7) == first


def test_a_day_outside_the_table_is_refused() -> None:
    with pytest.raises(CalendarEnds):
        CALENDAR.is_business_day(date(2023, 12, 31))
    with pytest.raises(CalendarEnds):
        CALENDAR.add_business_days(date(2027, 12, 30), 7)


def test_closings_and_extra_days_move_the_count() -> None:
    closed = replace(CALENDAR, closings={date(2026, 11, 24): Text("휴무", "Closed")})
    assert closed.add_business_days(date(2026, 11, 23), 7) == date(2026, 12, 3)
    extra = replace(CALENDAR, extra=frozenset({date(2026, 11, 28)}))
    assert extra.add_business_days(date(2026, 11, 23), 7) == date(2026, 12, 1)


def notice(received: datetime, start: datetime, **kw: object):  # type: ignore[no-untyped-def]
    values = {"received": received, "work_start": start}
    return BusinessNotice().judge(facts(received, values=values, **kw))


@pytest.mark.parametrize(
    ("received", "start", "level"),
    [
        # one microsecond before the first permitted date, and its first instant
        (kst("2026-09-18T17:59"), kst("2026-10-01T00:00") - MICRO, "blocked"),
        (kst("2026-09-18T17:59"), kst("2026-10-01T00:00"), "allowed"),
        # the last instant of Friday in Seoul, and the first of Saturday
        (kst("2026-09-18T23:59:59.999999"), kst("2026-10-01T09:00"), "allowed"),
        (kst("2026-09-19T00:00"), kst("2026-10-01T09:00"), "blocked"),
        (kst("2026-09-19T00:00"), kst("2026-10-02T00:00"), "allowed"),
        # 08:30 in Seoul is the previous day in UTC
        (kst("2026-09-18T08:30"), kst("2026-10-01T08:30"), "allowed"),
        # the work itself may fall on a day off
        (kst("2026-09-18T09:00"), kst("2026-10-03T09:00"), "allowed"),
        (kst("2026-07-09T09:00"), kst("2026-07-20T09:00"), "blocked"),
        (kst("2026-07-09T09:00"), kst("2026-07-21T00:00"), "allowed"),
    ],
)
def test_notice_is_given_seven_business_days_ahead(
    received: datetime, start: datetime, level: str
) -> None:
    assert notice(received, start).level == level


def test_too_early_says_when_it_opens_and_names_the_holidays() -> None:
    verdict = notice(kst("2026-09-18T09:00"), kst("2026-09-30T09:00"))
    assert verdict.opens_at == kst("2026-10-01T00:00")
    assert verdict.calendar == "test-2026"
    assert [name.en.split()[0] for name in verdict.params["holidays"]] == ["9/24", "9/25"]


def test_a_provisional_year_is_a_caution_and_a_missing_one_a_block() -> None:
    early = notice(kst("2026-12-24T09:00"), kst("2027-01-05T09:00"))
    later = notice(kst("2026-12-24T09:00"), kst("2027-01-06T09:00"))
    beyond = notice(kst("2027-12-28T09:00"), kst("2028-01-10T09:00"))
    before = notice(kst("2023-12-29T09:00"), kst("2026-01-10T09:00"))
    assert (early.level, early.code) == ("blocked", "too_early")
    assert (later.level, later.code) == ("caution", "provisional")
    assert (beyond.level, beyond.code) == ("blocked", "calendar_ends")
    assert (before.level, before.code) == ("blocked", "calendar_ends")


def test_the_dates_are_local_to_the_tenant() -> None:
    received = local("2026-09-18T20:00", NEW_YORK)  # Saturday 09:00 in Seoul
    start = local("2026-10-01T00:00", NEW_YORK)
    assert notice(received, start, zone=NEW_YORK).level == "allowed"
    assert notice(received, start, zone=SEOUL).level == "blocked"
    verdict = notice(received, start.astimezone(UTC) - timedelta(microseconds=1), zone=NEW_YORK)
    assert (verdict.level, verdict.opens_at) == ("blocked", start)


def test_a_proposal_that_is_too_early_is_a_caution() -> None:
    plan = {"received": kst("2026-09-18T09:00"), "work_start": kst("2026-09-30T09:00")}
    verdict = BusinessNotice(soft=True).judge(facts(kst("2026-09-18T09:00"), values=plan))
    assert (verdict.level, verdict.code) == ("caution", "too_early")
    assert verdict.opens_at == kst("2026-10-01T00:00")
