"""P3: the cost acknowledged is the cost incurred; the dates are in order."""

from datetime import date
from typing import Any

import pytest

from procedures.catalog.external_user_mail import EXTERNAL_USER_MAIL
from tests.catalog.facts import judged, kst

AT = kst("2026-11-23T09:00")
KIM, LEE = "kim@partner.example", "lee@partner.example"


@pytest.mark.parametrize(
    ("acknowledged", "users", "level"),
    [
        ((KIM,), (KIM,), "allowed"),
        # the order of the list means nothing
        ((KIM, LEE), (LEE, KIM), "allowed"),
        # one more, one fewer, another
        ((KIM,), (KIM, LEE), "blocked"),
        ((KIM, LEE), (KIM,), "blocked"),
        ((KIM,), (LEE,), "blocked"),
        ((), (KIM,), "blocked"),
    ],
)
def test_the_acknowledgement_covers_exactly_the_users(
    acknowledged: tuple[str, ...], users: tuple[str, ...], level: str
) -> None:
    found = judged(
        "external_user_mail",
        "perform",
        AT,
        values={"users": users},
        covered={"acknowledge_cost": {"users": acknowledged}},
    )
    assert found["CoveredBy"].verdict.level == level


@pytest.mark.parametrize("step", ["request", "acknowledge_cost", "perform"])
@pytest.mark.parametrize(
    ("start", "end", "level"),
    [
        # the day before, the same day, the day after
        (date(2026, 12, 2), date(2026, 12, 1), "blocked"),
        (date(2026, 12, 1), date(2026, 12, 1), "allowed"),
        (date(2026, 12, 1), date(2026, 12, 2), "allowed"),
        # year end
        (date(2027, 1, 1), date(2026, 12, 31), "blocked"),
        (date(2026, 12, 31), date(2027, 1, 1), "allowed"),
    ],
)
def test_the_end_is_not_before_the_start(step: str, start: date, end: date, level: str) -> None:
    found = judged("external_user_mail", step, AT, values={"start": start, "end": end})
    assert found["InOrder"].verdict.level == level


def test_without_an_end_the_order_is_no_question() -> None:
    values = {"start": date(2026, 12, 1), "end": None}
    assert "InOrder" not in judged("external_user_mail", "request", AT, values=values)


@pytest.mark.parametrize(
    ("values", "last"),
    [({"end": date(2026, 12, 31)}, "remove_access"), ({"end": None}, "confirm_use")],
)
def test_with_an_end_the_run_stays_open_until_access_is_removed(
    values: dict[str, Any], last: str
) -> None:
    applying = [s for s in EXTERNAL_USER_MAIL.steps if EXTERNAL_USER_MAIL.applies(s, values)]
    assert applying[-1].key == last


def test_reminders_come_14_and_3_days_before_and_on_the_end_at_nine() -> None:
    timers = EXTERNAL_USER_MAIL.step_by_key["remove_access"].timers
    assert [(t.base, t.days, t.minutes, t.action) for t in timers] == [
        ("value.end", -14, 540, "remind"),
        ("value.end", -3, 540, "remind"),
        ("value.end", 0, 540, "remind"),
    ]


def test_a_changed_list_reopens_acknowledgement_and_approval() -> None:
    steps = EXTERNAL_USER_MAIL.step_by_key
    assert steps["acknowledge_cost"].covers == ("users",)
    assert "users" in steps["approve"].covers
    assert EXTERNAL_USER_MAIL.field_by_key["users"].concerns
