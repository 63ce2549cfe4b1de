"""The holiday clusters of 2024 to 2026 by name, and notices counted across them by hand."""

from datetime import date

import pytest

from helpdesk.calendars import build_table
from helpdesk.holidays_kr import public_holidays
from procedures.calendar_facts import as_calendar
from procedures.rules.calendar import Calendar, CalendarEnds


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    """Return the calendar as the library gives it."""
    return as_calendar(build_table())


# Every public holiday that falls on a weekday.
WEEKDAYS_OFF = {
    2024: {
        "01-01": "신정연휴",
        "02-09": "설날 전날",
        "02-12": "설날 대체 휴일",
        "03-01": "삼일절",
        "04-10": "국회의원 선거일",
        "05-06": "어린이날 대체 휴일",
        "05-15": "부처님오신날",
        "06-06": "현충일",
        "08-15": "광복절",
        "09-16": "추석 전날",
        "09-17": "추석",
        "09-18": "추석 다음날",
        "10-01": "국군의 날",  # temporary
        "10-03": "개천절",
        "10-09": "한글날",
        "12-25": "기독탄신일",
    },
    2025: {
        "01-01": "신정연휴",
        "01-27": "임시공휴일",
        "01-28": "설날 전날",
        "01-29": "설날",
        "01-30": "설날 다음날",
        "03-03": "삼일절 대체 휴일",
        "05-05": "부처님오신날, 어린이날",  # both on one day
        "05-06": "부처님오신날 대체 휴일, 어린이날 대체 휴일",
        "06-03": "대통령 선거일",
        "06-06": "현충일",
        "08-15": "광복절",
        "10-03": "개천절",
        "10-06": "추석",
        "10-07": "추석 다음날",
        "10-08": "추석 대체 휴일",
        "10-09": "한글날",
        "12-25": "기독탄신일",
    },
    2026: {
        "01-01": "신정연휴",
        "02-16": "설날 전날",
        "02-17": "설날",
        "02-18": "설날 다음날",
        "03-02": "삼일절 대체 휴일",
        "05-01": "노동절",  # a public holiday from this year on
        "05-05": "어린이날",
        "05-25": "부처님오신날 대체 휴일",
        "06-03": "지방선거일",
        "07-17": "제헌절",  # restored this year
        "08-17": "광복절 대체 휴일",
        "09-24": "추석 전날",
        "09-25": "추석",
        "10-05": "개천절 대체 휴일",
        "10-09": "한글날",
        "12-25": "기독탄신일",
    },
}


@pytest.mark.parametrize("year", WEEKDAYS_OFF)
def test_the_holidays_that_fall_on_weekdays_are_these_by_name(year: int) -> None:
    found = {f"{day:%m-%d}": ko for day, ko, _ in public_holidays() if day.year == year}
    weekdays = {
        text: name
        for text, name in found.items()
        if date.fromisoformat(f"{year}-{text}").weekday() < 5
    }
    assert weekdays == WEEKDAYS_OFF[year]


def test_every_holiday_has_a_name_in_both_languages() -> None:
    for day, ko, en in public_holidays():
        assert any("가" <= letter <= "힣" for letter in ko), day
        assert en.isascii(), day
        assert en.strip(), day


@pytest.mark.parametrize(("year", "count"), [(2024, 246), (2025, 244), (2026, 245)])
def test_a_year_has_this_many_business_days(calendar: Calendar, year: int, count: int) -> None:
    # 262 or 261 weekdays less the holidays listed above.
    assert sum(day.year == year for day in calendar.business_days) == count


@pytest.mark.parametrize(
    ("received", "first"),
    [
        ("2026-07-09", "2026-07-21"),  # over Constitution Day; without it 07-20
        ("2026-07-08", "2026-07-20"),
        ("2025-01-17", "2025-02-03"),  # over the temporary 01-27; without it 01-31
        ("2026-02-06", "2026-02-20"),  # over 설날
        ("2026-04-24", "2026-05-07"),  # over Labour Day and Children's Day
        ("2025-04-28", "2025-05-09"),  # 1 May was a working day, 05-05 and 05-06 were not
        ("2026-05-20", "2026-06-01"),  # over the substitute of Buddha's Birthday
        ("2026-05-25", "2026-06-05"),  # received on a holiday: counts from 05-26
        ("2026-08-07", "2026-08-19"),  # over the substitute 08-17
        ("2026-09-18", "2026-10-01"),  # over 추석
        ("2026-09-24", "2026-10-08"),  # received in 추석: counts from 09-28, over 10-05
        ("2026-12-21", "2026-12-31"),  # the last confirmed day
        ("2026-12-24", "2027-01-06"),  # into the provisional year
        ("2024-02-02", "2024-02-15"),
        ("2024-09-09", "2024-09-23"),
        ("2025-09-26", "2025-10-14"),  # five days off in a row
    ],
)
def test_the_seventh_business_day_after_receipt(
    calendar: Calendar, received: str, first: str
) -> None:
    counted_from = calendar.received_on(date.fromisoformat(received))
    assert calendar.add_business_days(counted_from, 7) == date.fromisoformat(first)


def test_the_table_begins_in_2024_ends_in_2032_and_is_confirmed_through_2026(
    calendar: Calendar,
) -> None:
    assert (calendar.first, calendar.last) == (date(2024, 1, 1), date(2032, 12, 31))
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 1))
    for outside in (date(2023, 12, 31), date(2033, 1, 1)):
        with pytest.raises(CalendarEnds):
            calendar.is_business_day(outside)
