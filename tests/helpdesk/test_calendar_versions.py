"""Calendar versions are numbered, never changed, and say by name what a refresh changed."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk import holidays_kr
from helpdesk.calendars import Day, NoCalendar, digest_of, load_table, newest, refresh_calendar
from helpdesk.models import CalendarDay, CalendarEntry, CalendarVersion
from procedures.calendar_facts import calendar_version, current_calendar

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CLOSED = date(2026, 12, 31)


def run(*arguments: str) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command("calendar", *arguments, stdout=out)
    return out.getvalue()


def enter(kind: str, day: date) -> None:
    """Enter a day of the vendor's own."""
    CalendarEntry.objects.create(
        date=day, kind=kind, name_ko="종무일", name_en="Year-end closing", source="공지 12"
    )


def test_a_fresh_installation_has_the_first_version() -> None:
    assert current_calendar().version == "KR-1"
    assert not refresh_calendar(NOW).created
    assert CalendarVersion.objects.count() == 1


def test_without_a_version_the_error_says_what_to_run() -> None:
    CalendarDay.objects.all().delete()
    CalendarVersion.objects.all().delete()
    with pytest.raises(NoCalendar, match=r"run manage\.py calendar --refresh"):
        current_calendar()
    with pytest.raises(CommandError, match=r"run manage\.py calendar --refresh"):
        run()
    refreshed = refresh_calendar(NOW)
    assert (refreshed.table.label, refreshed.created) == ("KR-1", True)
    assert len(refreshed.differences) == len(list(holidays_kr.public_holidays()))


def test_a_closing_day_makes_a_new_version_and_the_old_one_stays() -> None:
    enter("closing", CLOSED)
    refreshed = refresh_calendar(NOW)
    assert [(each.change, each.day) for each in refreshed.differences] == [
        ("added", Day(CLOSED, "closing", "종무일", "Year-end closing", "공지 12"))
    ]
    assert current_calendar().version == "KR-2"
    assert not current_calendar().is_business_day(CLOSED)
    why = current_calendar().why_not(CLOSED)
    assert why is not None
    assert why.en == "Year-end closing"
    assert calendar_version("KR-1").is_business_day(CLOSED)


def test_an_extra_day_makes_a_holiday_and_a_saturday_working_days() -> None:
    for day in (date(2026, 12, 25), date(2026, 12, 26)):
        assert not current_calendar().is_business_day(day)
        enter("extra", day)
    refresh_calendar(NOW)
    for day in (date(2026, 12, 25), date(2026, 12, 26)):
        assert current_calendar().is_business_day(day)


def test_taking_an_entry_back_names_it_as_removed() -> None:
    enter("closing", CLOSED)
    refresh_calendar(NOW)
    CalendarEntry.objects.all().delete()
    refreshed = refresh_calendar(NOW)
    assert [(each.change, each.day.name_ko) for each in refreshed.differences] == [
        ("removed", "종무일")
    ]
    assert current_calendar().version == "KR-3"


def test_a_holiday_that_the_library_learns_of_or_renames_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = list(holidays_kr.public_holidays())
    learned = [
        *((day, ko, "Labour Day" if day == date(2026, 5, 1) else en) for day, ko, en in known),
        (date(2027, 9, 17), "임시공휴일", "Temporary Public Holiday"),
    ]
    monkeypatch.setattr(holidays_kr, "public_holidays", lambda: iter(learned))
    refreshed = refresh_calendar(NOW)
    assert [(each.change, each.day.name_en) for each in refreshed.differences] == [
        ("changed", "Labour Day"),
        ("added", "Temporary Public Holiday"),
    ]


def test_a_newer_library_that_says_the_same_is_no_new_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(holidays_kr, "SOURCE", "holidays 99")
    assert not refresh_calendar(NOW).created


def test_confirming_a_further_year_is_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holidays_kr, "CONFIRMED_THROUGH", date(2027, 12, 31))
    refreshed = refresh_calendar(NOW)
    assert (refreshed.created, refreshed.differences) == (True, ())
    assert not current_calendar().is_provisional(date(2027, 6, 1))


def test_the_calendar_in_force_costs_one_small_query() -> None:
    current_calendar()
    with CaptureQueriesContext(connection) as seen:
        current_calendar()
    assert len(seen) == 1


def test_a_stored_version_reads_back_as_it_was_frozen() -> None:
    number, digest = newest()
    assert load_table(number, digest).digest == digest == digest_of(number)


@pytest.mark.parametrize("label", ["KR-99", "KR-", "US-1", "KR-１", ""])
def test_a_version_that_was_never_stored_is_refused(label: str) -> None:
    with pytest.raises(NoCalendar):
        calendar_version(label)


def test_the_command_enters_refreshes_and_names_what_changed() -> None:
    words = ("--name-ko", "종무일", "--name-en", "Year-end closing", "--source", "공지 12")
    assert "calendar --refresh" in run("--add-closing", "2026-12-31", *words)
    assert current_calendar().version == "KR-1"
    printed = run("--refresh")
    assert "KR-2 is in force now" in printed
    assert "+ 2026-12-31 (목) closing: 종무일 / Year-end closing [공지 12]" in printed
    assert "nothing changed" in run("--refresh")
    removed = run("--remove-entry", "2026-12-31", "--refresh")
    assert "KR-3" in removed
    assert "- 2026-12-31 (목) closing" in removed


def test_the_command_shows_a_year_and_marks_the_provisional_ones() -> None:
    printed = run("--year", "2026")
    assert "2026: 245 business days\n" in printed
    assert "2026-10-05 (월) holiday: 개천절 대체 휴일" in printed
    assert "2025-" not in printed
    assert "2027: 246 business days (provisional)" in run()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--add-closing", "2026-12-31"], "give --name-ko, --name-en and --source"),
        (["--add-extra", "2033-01-03", "--name-ko=a", "--name-en=b", "--source=c"], "reaches from"),
        (["--add-extra", "2026-13-01"], "is no date"),
        (["--remove-entry", "2026-12-30"], "nothing was entered"),
        (["--year", "2033"], "reaches from"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)
    assert not CalendarEntry.objects.exists()


def test_a_day_cannot_be_closed_and_extra_at_once() -> None:
    enter("extra", CLOSED)
    with pytest.raises(CommandError, match="entered as the opposite"):
        run("--add-closing", "2026-12-31", "--name-ko=a", "--name-en=b", "--source=c")
