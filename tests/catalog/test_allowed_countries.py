"""P7: which countries are added, and which are taken off again."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from procedures.catalog import BY_KEY
from procedures.decide.timers import due_at
from tests.catalog.facts import SEOUL, facts, judged, kst

PAGE = BY_KEY["allowed_countries"]
KEY = "allowed_countries"
NOON = kst("2026-11-23T12:00")


@pytest.mark.parametrize(
    ("values", "rule", "level"),
    [
        ({"countries": ("JP",)}, "AnyGiven", "allowed"),
        ({"countries": ()}, "AnyGiven", "blocked"),
        # one day, over the year's end, and the wrong way round
        ({"from": date(2026, 12, 1), "to": date(2026, 12, 1)}, "InOrder", "allowed"),
        ({"from": date(2026, 12, 31), "to": date(2027, 1, 1)}, "InOrder", "allowed"),
        ({"from": date(2026, 12, 2), "to": date(2026, 12, 1)}, "InOrder", "blocked"),
    ],
)
def test_a_request_names_a_country_and_a_period(
    values: dict[str, Any], rule: str, level: str
) -> None:
    assert judged(KEY, "request", NOON, values=values)[rule].verdict.level == level


def test_without_a_last_day_the_period_is_not_judged() -> None:
    assert "InOrder" not in judged(KEY, "request", NOON, values={"from": date(2026, 12, 1)})


@pytest.mark.parametrize("step", ["note_current", "perform"])
@pytest.mark.parametrize(
    ("current", "level"), [(("KR", "US"), "allowed"), (("US",), "blocked"), ((), "blocked")]
)
def test_nobody_is_locked_out_at_home(step: str, current: Any, level: str) -> None:
    values = {"countries": ("JP",), "current_countries": current}
    answer = judged(KEY, step, NOON, values=values, country="KR")
    assert answer["OwnCountryListed"].verdict.level == level


END = date(2026, 11, 23)
TIDY = {"countries": ("JP", "US"), "current_countries": ("KR", "US"), "to": END}


@pytest.mark.parametrize(
    ("removed", "rule", "level"),
    [
        (("JP",), "OnlyAddedHere", "allowed"),
        (("US",), "OnlyAddedHere", "blocked"),  # was there before
        (("KR",), "OwnCountryStays", "blocked"),
        (("JP",), "OwnCountryStays", "allowed"),
        ((), "OnlyAddedHere", "allowed"),
    ],
)
def test_only_what_was_added_is_taken_off(removed: Any, rule: str, level: str) -> None:
    answer = judged(
        KEY,
        "remove_added",
        kst("2026-11-24T09:00"),
        values={**TIDY, "remove_countries": removed},
        country="KR",
        countries_elsewhere=frozenset(),
    )
    assert answer[rule].verdict.level == level


def test_what_another_run_needs_stays() -> None:
    answer = judged(
        KEY,
        "remove_added",
        kst("2026-11-24T09:00"),
        values={**TIDY, "remove_countries": ("JP",)},
        country="KR",
        countries_elsewhere=frozenset({"JP"}),
    )
    verdict = answer["OnlyAddedHere"].verdict
    assert (verdict.level, verdict.code) == ("blocked", "needed")


@pytest.mark.parametrize(
    ("at", "level"),
    [
        (kst("2026-11-23T23:59:59.999999"), "caution"),
        (kst("2026-11-24T00:00"), "allowed"),
        (kst("2026-11-24T08:30"), "allowed"),  # still the 23rd in UTC
    ],
)
def test_the_last_day_is_included(at: datetime, level: str) -> None:
    assert judged(KEY, "remove_added", at, values=TIDY)["DayIsOver"].verdict.level == level


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        (
            {"cause": "country_block", "to": END},
            ["note_current", "approve", "perform", "traveller_confirms", "remove_added"],
        ),
        # access that stays needed is not taken off
        ({"cause": "country_block"}, ["note_current", "approve", "perform", "traveller_confirms"]),
        # another cause goes to support, and the list is left alone
        ({"cause": "other", "to": END}, ["other_cause"]),
    ],
)
def test_the_cause_decides_the_way(values: dict[str, Any], steps: list[str]) -> None:
    applies = [step.key for step in PAGE.steps if PAGE.applies(step, values)]
    assert applies == ["request", "check_cause", *steps]


def test_the_end_is_recalled_on_its_morning_and_on_the_next() -> None:
    step = PAGE.step_by_key["remove_added"]
    known = facts(NOON, values={"to": date(2026, 12, 31)}, zone=SEOUL)
    due = {timer.key: due_at(step, timer, known) for timer in step.timers}
    assert due == {
        "ends_soon": datetime(2026, 12, 31, 0, 0, tzinfo=UTC),
        "ended": datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
    }
