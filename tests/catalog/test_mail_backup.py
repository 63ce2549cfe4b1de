"""P9: months that are asked for, and seven days to download."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from procedures.catalog import BY_KEY
from procedures.decide.timers import due_at
from procedures.rules.timing import MICRO, elapsed
from tests.catalog.facts import NEW_YORK, facts, judged, kst, local

PAGE = BY_KEY["mail_backup"]
KEY = "mail_backup"
NOON = kst("2026-11-23T12:00")
READY = kst("2026-12-28T08:30")


def levels(step: str, at: datetime, values: dict[str, Any]) -> list[str]:
    answers = PAGE.step_by_key[step].judge(facts(at, values=values))
    return [one.verdict.level for one in answers]


@pytest.mark.parametrize("step", ["intake", "request"])
@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("202408", "202412", ["allowed", "allowed", "allowed"]),
        ("202611", "202611", ["allowed", "allowed", "allowed"]),
        ("202412", "202408", ["blocked", "allowed", "allowed"]),
        ("202611", "202612", ["allowed", "allowed", "blocked"]),
        ("202612", "202612", ["allowed", "blocked", "blocked"]),
    ],
)
def test_the_months_are_in_order_and_not_in_the_future(
    step: str, first: str, last: str, expected: list[str]
) -> None:
    assert levels(step, NOON, {"month_from": first, "month_to": last}) == expected


@pytest.mark.parametrize(
    ("at", "level"),
    [
        (kst("2026-12-31T23:59:59.999999"), "blocked"),
        (kst("2027-01-01T00:00"), "allowed"),
        (kst("2027-01-01T08:30"), "allowed"),  # 2026 in UTC
    ],
)
def test_the_month_turns_at_local_midnight(at: datetime, level: str) -> None:
    values = {"month_from": "202701", "month_to": "202701"}
    assert levels("request", at, values)[1:] == [level, level]


@pytest.mark.parametrize(
    ("at", "level"), [(READY - MICRO, "blocked"), (READY, "allowed"), (READY + MICRO, "allowed")]
)
def test_ready_is_recorded_once_it_is(at: datetime, level: str) -> None:
    answer = judged(KEY, "record_ready", at, values={"ready_at": READY})
    assert answer["NotAfterNow"].verdict.level == level


@pytest.mark.parametrize(
    ("at", "level", "opens"),
    [
        (READY - MICRO, "blocked", READY),
        (READY, "allowed", None),
        (kst("2027-01-04T08:30") - MICRO, "allowed", None),
        (kst("2027-01-04T08:30"), "allowed", None),  # 168 hours, over the year's end
        (kst("2027-01-04T08:30") + MICRO, "caution", None),
        (kst("2027-01-04T23:59:59.999999"), "caution", None),
        (kst("2027-01-05T00:00"), "blocked", None),
    ],
)
def test_the_download_lasts_seven_days(at: datetime, level: str, opens: datetime | None) -> None:
    verdict = judged(KEY, "download", at, values={"ready_at": READY})["AvailableDays"].verdict
    assert (verdict.level, verdict.opens_at) == (level, opens)
    assert verdict.never is (level == "blocked" and opens is None)


def test_seven_days_elapse_where_the_clock_springs() -> None:
    ready = local("2026-03-06T12:00", NEW_YORK)
    for at, level in (
        (local("2026-03-13T13:00", NEW_YORK), "allowed"),
        (local("2026-03-13T13:00:00.000001", NEW_YORK), "caution"),
        (local("2026-03-14T00:00", NEW_YORK), "blocked"),
    ):
        answer = judged(KEY, "download", at, values={"ready_at": ready}, zone=NEW_YORK)
        assert answer["AvailableDays"].verdict.level == level


def test_the_end_is_recalled_three_times_and_then_it_expires() -> None:
    step = PAGE.step_by_key["download"]
    known = facts(READY, values={"ready_at": READY})
    due = {timer.key: due_at(step, timer, known) for timer in step.timers}
    end = elapsed(READY, timedelta(days=7))
    assert due == {
        "remind_3d": end - timedelta(days=3),
        "remind_1d": end - timedelta(days=1),
        "remind_3h": end - timedelta(hours=3),
        "expire": kst("2027-01-05T00:00"),
    }


def test_owner_or_mail_admin_performs() -> None:
    for key in ("request", "record_ready", "download"):
        assert PAGE.step_by_key[key].roles == ("owner", "mail_admin")
