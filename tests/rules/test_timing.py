"""Spans that elapse and days that end: one microsecond before, at and after each boundary."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from procedures.rules import (
    AvailableDays,
    DayIsOver,
    NotAfterNow,
    NotBeforePlan,
    PreparationTime,
    RunningWindow,
    WithinSpan,
    WorkWindow,
)
from procedures.rules.base import Verdict
from procedures.rules.facts import first_instant
from procedures.rules.timing import MICRO, elapsed
from tests.catalog.facts import NEW_YORK, SEOUL, facts, kst, local

CAIRO = ZoneInfo("Africa/Cairo")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
APIA = ZoneInfo("Pacific/Apia")
HOUR = timedelta(hours=1)


def judge(rule: Any, at: datetime, **kw: Any) -> Verdict:
    verdict: Verdict = rule.judge(facts(at, **kw))
    return verdict


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        # an ordinary day in Seoul begins at 15:00 UTC of the day before
        (date(2026, 11, 23), SEOUL, datetime(2026, 11, 22, 15, tzinfo=UTC)),
        # a day of 23 hours begins at midnight: New York springs at 02:00
        (date(2026, 3, 8), NEW_YORK, datetime(2026, 3, 8, 5, tzinfo=UTC)),
        # the day after 25 hours
        (date(2026, 11, 2), NEW_YORK, datetime(2026, 11, 2, 5, tzinfo=UTC)),
        # Cairo springs over midnight: the day begins at 01:00
        (date(2026, 4, 24), CAIRO, datetime(2026, 4, 23, 22, tzinfo=UTC)),
        # so did São Paulo
        (date(2018, 11, 4), SAO_PAULO, datetime(2018, 11, 4, 3, tzinfo=UTC)),
        # Apia left 2011-12-30 out: whatever begins that day begins with the 31st
        (date(2011, 12, 30), APIA, datetime(2011, 12, 30, 10, tzinfo=UTC)),
        (date(2011, 12, 31), APIA, datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_day_begins_with_the_first_instant_that_exists(
    day: date, zone: ZoneInfo, start: datetime
) -> None:
    assert first_instant(day, zone) == start
    assert (start - MICRO).astimezone(zone).date() < day


def test_elapsed_time_is_real_time_where_the_clock_springs() -> None:
    noon = local("2026-03-07T12:00", NEW_YORK)
    assert elapsed(noon, 24 * HOUR) == local("2026-03-08T13:00", NEW_YORK)


DELETED = kst("2026-11-22T09:30")


@pytest.mark.parametrize(
    ("at", "level", "code"),
    [
        (DELETED - MICRO, "blocked", "future"),  # not deleted yet
        (DELETED, "allowed", "ok"),
        (kst("2026-11-22T23:59:59.999999"), "allowed", "ok"),  # midnight means nothing here
        (kst("2026-11-23T00:00"), "allowed", "ok"),
        (kst("2026-11-23T09:30") - MICRO, "allowed", "ok"),
        (kst("2026-11-23T09:30"), "allowed", "ok"),  # the last instant is included
        (kst("2026-11-23T09:30") + MICRO, "blocked", "too_late"),
    ],
)
def test_recovery_lies_within_24_hours(at: datetime, level: str, code: str) -> None:
    verdict = judge(WithinSpan(), at, values={"deleted_at": DELETED})
    assert (verdict.level, verdict.code) == (level, code)
    assert verdict.opens_at is None


@pytest.mark.parametrize(
    ("at", "level", "closes"),
    [
        (kst("2026-11-23T08:00"), "allowed", kst("2026-11-23T08:00")),
        (kst("2026-11-23T08:00") + MICRO, "caution", kst("2026-11-23T10:00")),
        (kst("2026-11-23T10:00"), "caution", kst("2026-11-23T10:00")),
        (kst("2026-11-23T10:00") + MICRO, "blocked", None),
    ],
)
def test_an_interval_has_a_band_of_care(at: datetime, level: str, closes: datetime | None) -> None:
    span = {"deleted_from": kst("2026-11-22T08:00"), "deleted_to": kst("2026-11-22T10:00")}
    verdict = judge(WithinSpan(), at, values=span)
    assert (verdict.level, verdict.closes_at) == (level, closes)


def test_24_hours_are_elapsed_where_the_clock_springs() -> None:
    values = {"deleted_at": local("2026-03-07T12:00", NEW_YORK)}
    last = local("2026-03-08T13:00", NEW_YORK)
    assert judge(WithinSpan(), last, values=values, zone=NEW_YORK).level == "allowed"
    late = datetime(2026, 3, 8, 17, 0, 0, 1, tzinfo=UTC)
    assert judge(WithinSpan(), late, values=values, zone=NEW_YORK).level == "blocked"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        # both ways of saying it at once
        ({"deleted_at": DELETED, "deleted_from": DELETED}, "both"),
        # the ends of the interval are swapped
        ({"deleted_from": DELETED, "deleted_to": DELETED - HOUR}, "reversed"),
        # it ends after the recovery
        ({"deleted_from": DELETED, "deleted_to": DELETED + 3 * HOUR}, "future"),
    ],
)
def test_a_deletion_that_cannot_be_is_named(values: dict[str, datetime], code: str) -> None:
    assert judge(WithinSpan(), DELETED + 2 * HOUR, values=values).code == code


def test_a_span_is_judged_once_an_instant_or_a_whole_interval_is_known() -> None:
    half = facts(DELETED, values={"deleted_from": DELETED})
    whole = facts(DELETED, values={"deleted_from": DELETED, "deleted_to": DELETED})
    assert not WithinSpan().ready(half)
    assert WithinSpan().ready(whole)


READY = kst("2026-11-02T10:00")


@pytest.mark.parametrize(
    ("at", "level", "opens", "closes"),
    [
        (READY - MICRO, "blocked", READY, READY),
        (READY, "allowed", None, kst("2026-11-09T10:00")),
        (kst("2026-11-09T10:00") - MICRO, "allowed", None, kst("2026-11-09T10:00")),
        (kst("2026-11-09T10:00"), "allowed", None, kst("2026-11-09T10:00")),  # +168 h
        (kst("2026-11-09T10:00") + MICRO, "caution", None, kst("2026-11-10T00:00")),
        (kst("2026-11-09T23:59:59.999999"), "caution", None, kst("2026-11-10T00:00")),
        (kst("2026-11-10T00:00"), "blocked", None, None),  # date(ready) + 8 has begun
    ],
)
def test_a_backup_is_there_for_seven_days(
    at: datetime, level: str, opens: datetime | None, closes: datetime | None
) -> None:
    verdict = judge(AvailableDays(), at, values={"ready_at": READY})
    assert (verdict.level, verdict.opens_at, verdict.closes_at) == (level, opens, closes)


@pytest.mark.parametrize(
    ("ready", "zone", "span_end", "day_end"),
    [
        # over the year's end
        (kst("2026-12-28T08:30"), SEOUL, kst("2027-01-04T08:30"), kst("2027-01-05T00:00")),
        # New York springs within the week: 168 hours end an hour later on the clock
        (
            local("2026-03-06T12:00", NEW_YORK),
            NEW_YORK,
            local("2026-03-13T13:00", NEW_YORK),
            local("2026-03-14T00:00", NEW_YORK),
        ),
        # the day after the last does not begin at midnight in Cairo
        (
            local("2026-04-16T12:00", CAIRO),
            CAIRO,
            local("2026-04-23T12:00", CAIRO),
            datetime(2026, 4, 23, 22, tzinfo=UTC),
        ),
    ],
)
def test_seven_days_elapse_and_the_last_day_is_local(
    ready: datetime, zone: ZoneInfo, span_end: datetime, day_end: datetime
) -> None:
    def level(at: datetime) -> str:
        return judge(AvailableDays(), at, values={"ready_at": ready}, zone=zone).level

    assert level(span_end) == "allowed"
    assert level(elapsed(span_end, MICRO)) == "caution"
    assert level(elapsed(day_end, -MICRO)) == "caution"
    assert level(day_end) == "blocked"
    marks = AvailableDays().marks(facts(ready, values={"ready_at": ready}, zone=zone))
    assert marks["never_from"] == day_end


@pytest.mark.parametrize(
    ("confirmed", "start", "level", "code"),
    [
        # Monday to Tuesday: 24 hours, but no whole business day between
        (kst("2026-11-23T09:00"), kst("2026-11-24T09:00") - MICRO, "blocked", "too_soon"),
        (kst("2026-11-23T09:00"), kst("2026-11-24T09:00"), "caution", "no_business_day"),
        # Tuesday is whole once it has ended
        (kst("2026-11-23T09:00"), kst("2026-11-25T00:00") - MICRO, "caution", "no_business_day"),
        (kst("2026-11-23T09:00"), kst("2026-11-25T00:00"), "allowed", "ok"),
        # a day that begins with the confirmation is whole
        (kst("2026-11-23T00:00"), kst("2026-11-24T00:00"), "allowed", "ok"),
        (kst("2026-11-23T00:00") + MICRO, kst("2026-11-24T12:00"), "caution", "no_business_day"),
        # Friday to Monday: a weekend prepares nothing
        (kst("2026-11-20T18:00"), kst("2026-11-23T09:00"), "caution", "no_business_day"),
        # Chuseok: from Wednesday over the holidays to the next Tuesday
        (kst("2026-09-23T18:00"), kst("2026-09-28T22:00"), "caution", "no_business_day"),
        (kst("2026-09-23T18:00"), kst("2026-09-29T00:00"), "allowed", "ok"),
        # the whole day lies in a provisional year
        (kst("2026-12-31T18:00"), kst("2027-01-06T09:00"), "caution", "provisional"),
        # the calendar ends
        (kst("2027-12-30T18:00"), kst("2028-01-05T09:00"), "blocked", "calendar_ends"),
    ],
)
def test_a_day_of_preparation_lies_between(
    confirmed: datetime, start: datetime, level: str, code: str
) -> None:
    before = judge(PreparationTime(), confirmed, values={"work_start": start})
    at_start = judge(
        PreparationTime(confirmed="confirm_schedule"), start, done={"confirm_schedule": confirmed}
    )
    assert (before.level, before.code) == (level, code)
    assert (at_start.level, at_start.code) == (level, code)


def test_too_soon_says_when_work_can_start() -> None:
    verdict = judge(
        PreparationTime(confirmed="confirm_schedule"),
        local("2026-03-08T12:00", NEW_YORK),
        done={"confirm_schedule": local("2026-03-07T12:00", NEW_YORK)},
        zone=NEW_YORK,
    )
    assert verdict.level == "blocked"
    assert verdict.opens_at == local("2026-03-08T13:00", NEW_YORK)


START = kst("2026-12-05T22:00")


@pytest.mark.parametrize(
    ("end", "level", "code"),
    [
        (START - MICRO, "blocked", "reversed"),
        (START, "blocked", "reversed"),  # longer than nothing
        (START + MICRO, "allowed", "ok"),
        (START + 8 * HOUR - MICRO, "allowed", "ok"),
        (START + 8 * HOUR, "allowed", "ok"),  # over midnight, the last instant included
        (START + 8 * HOUR + MICRO, "blocked", "too_long"),
    ],
)
def test_a_window_is_at_most_eight_hours(end: datetime, level: str, code: str) -> None:
    verdict = judge(WorkWindow(), START, values={"work_start": START, "work_end": end})
    assert (verdict.level, verdict.code) == (level, code)
    assert not verdict.never or code != "ok"


@pytest.mark.parametrize(
    ("start", "end", "level"),
    [
        # the clock says nine hours, eight elapse
        ("2026-03-07T23:00", "2026-03-08T08:00", "allowed"),
        ("2026-03-07T23:00", "2026-03-08T08:00:00.000001", "blocked"),
        # the clock says eight hours, nine elapse
        ("2026-10-31T23:00", "2026-11-01T07:00", "blocked"),
        ("2026-10-31T23:00", "2026-11-01T06:00", "allowed"),
    ],
)
def test_a_window_elapses_where_the_clock_moves(start: str, end: str, level: str) -> None:
    values = {"work_start": local(start, NEW_YORK), "work_end": local(end, NEW_YORK)}
    assert judge(WorkWindow(), START, values=values, zone=NEW_YORK).level == level


@pytest.mark.parametrize(
    ("at", "level", "closes"),
    [(START - MICRO, "caution", START), (START, "allowed", None), (START + HOUR, "allowed", None)],
)
def test_starting_before_the_plan_needs_care(
    at: datetime, level: str, closes: datetime | None
) -> None:
    verdict = judge(NotBeforePlan(), at, values={"work_start": START})
    assert (verdict.level, verdict.closes_at) == (level, closes)


@pytest.mark.parametrize(
    ("at", "level"),
    [(START - MICRO, "blocked"), (START, "allowed"), (START + MICRO, "allowed")],
)
def test_what_has_not_happened_is_not_recorded(at: datetime, level: str) -> None:
    verdict = judge(NotAfterNow("received"), at, values={"received": START})
    assert verdict.level == level
    assert (verdict.opens_at == START) is (level == "blocked")


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (START, "ok"),
        (START + 8 * HOUR, "ok"),
        (START + 8 * HOUR + MICRO, "overrun"),  # an alarm, never a block
        (START + 48 * HOUR, "overrun"),
    ],
)
def test_an_outage_past_eight_hours_is_an_alarm(at: datetime, code: str) -> None:
    verdict = judge(RunningWindow(), at, done={"start_work": START})
    assert (verdict.level, verdict.code) == ("allowed", code)


def test_the_outage_names_when_it_ends_and_when_it_is_too_long() -> None:
    marks = RunningWindow().marks(facts(START, done={"start_work": START}))
    assert marks["first_end"] == START + 8 * HOUR
    assert marks["overrun_from"] == START + 8 * HOUR + MICRO


@pytest.mark.parametrize(
    ("at", "zone", "level"),
    [
        (kst("2026-11-23T23:59:59.999999"), SEOUL, "caution"),
        (kst("2026-11-24T00:00"), SEOUL, "allowed"),
        # 08:30 in Seoul is the day before in UTC, and that means nothing
        (kst("2026-11-24T08:30"), SEOUL, "allowed"),
        # the same instant is still the 23rd in New York
        (kst("2026-11-24T00:00"), NEW_YORK, "caution"),
    ],
)
def test_a_last_day_is_over_at_the_next_local_midnight(
    at: datetime, zone: ZoneInfo, level: str
) -> None:
    verdict = judge(DayIsOver("to"), at, values={"to": date(2026, 11, 23)}, zone=zone)
    assert verdict.level == level
    end = first_instant(date(2026, 11, 24), zone)
    assert verdict.closes_at == (end if level == "caution" else None)
