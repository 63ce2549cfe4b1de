"""P6: 24 hours that elapse, to their last instant and not one microsecond longer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from procedures.catalog.mail_recovery import MAIL_RECOVERY
from procedures.rules import WithinSpan
from tests.catalog.facts import NEW_YORK, SEOUL, facts, judged, kst, local

MICRO = timedelta(microseconds=1)
DELETED = kst("2026-11-22T09:00")
END = kst("2026-11-23T09:00")
FROM, TO = kst("2026-11-22T09:00"), kst("2026-11-22T15:30")
CAIRO = ZoneInfo("Africa/Cairo")


def recover(at: datetime, zone: ZoneInfo = SEOUL, **values: Any) -> tuple[str, str]:
    """Judge the 24 hours at one moment."""
    verdict = judged("mail_recovery", "recover", at, zone=zone, values=values)["WithinSpan"].verdict
    return verdict.level, verdict.code


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        # at the deletion itself, and a microsecond before it
        (DELETED - MICRO, ("blocked", "future")),
        (DELETED, ("allowed", "ok")),
        # one microsecond before, at, and after 24 hours
        (END - MICRO, ("allowed", "ok")),
        (END, ("allowed", "ok")),
        (END + MICRO, ("blocked", "too_late")),
    ],
)
def test_a_known_time(at: datetime, answer: tuple[str, str]) -> None:
    assert recover(at, deleted_at=DELETED) == answer


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        # allowed to 24 h after the beginning
        (TO, ("allowed", "ok")),
        (FROM + timedelta(hours=24) - MICRO, ("allowed", "ok")),
        (FROM + timedelta(hours=24), ("allowed", "ok")),
        # then careful to 24 h after the end
        (FROM + timedelta(hours=24) + MICRO, ("caution", "maybe")),
        (TO + timedelta(hours=24) - MICRO, ("caution", "maybe")),
        (TO + timedelta(hours=24), ("caution", "maybe")),
        # then never
        (TO + timedelta(hours=24) + MICRO, ("blocked", "too_late")),
        # an end that has not come yet
        (TO - MICRO, ("blocked", "future")),
    ],
)
def test_an_interval(at: datetime, answer: tuple[str, str]) -> None:
    assert recover(at, deleted_from=FROM, deleted_to=TO) == answer


@pytest.mark.parametrize(
    ("deleted", "last"),
    [
        # the last instant of a day, midnight, and 08:30 KST (the previous day in UTC)
        (kst("2026-11-22T23:59:59.999999"), kst("2026-11-23T23:59:59.999999")),
        (kst("2026-11-23T00:00"), kst("2026-11-24T00:00")),
        (kst("2026-11-23T08:30"), kst("2026-11-24T08:30")),
        # year end
        (kst("2026-12-31T12:00"), kst("2027-01-01T12:00")),
        # holidays change nothing: 설날 2026 and 추석 2026
        (kst("2026-02-16T10:00"), kst("2026-02-17T10:00")),
        (kst("2026-09-24T10:00"), kst("2026-09-25T10:00")),
    ],
)
def test_the_span_elapses_over_midnight_year_and_holidays(
    deleted: datetime, last: datetime
) -> None:
    assert recover(last, deleted_at=deleted) == ("allowed", "ok")
    assert recover(last + MICRO, deleted_at=deleted) == ("blocked", "too_late")


@pytest.mark.parametrize(
    ("zone", "deleted", "last"),
    [
        # spring forward: 24 real hours end an hour later on the clock
        (
            NEW_YORK,
            local("2026-03-07T12:00", NEW_YORK),
            local("2026-03-08T13:00", NEW_YORK),
        ),
        # fall back: an hour earlier on the clock
        (
            NEW_YORK,
            local("2026-10-31T12:00", NEW_YORK),
            local("2026-11-01T11:00", NEW_YORK),
        ),
        # deleted in the first of the two 01:30 of that night
        (
            NEW_YORK,
            local("2026-11-01T01:30", NEW_YORK, fold=0),
            local("2026-11-02T00:30", NEW_YORK),
        ),
        # Cairo has no midnight on 2026-04-24
        (CAIRO, local("2026-04-23T12:00", CAIRO), local("2026-04-24T13:00", CAIRO)),
    ],
)
def test_the_hours_are_real_where_clocks_change(
    zone: ZoneInfo, deleted: datetime, last: datetime
) -> None:
    # aware arithmetic within one zone is wall-clock arithmetic, so the probe goes through UTC
    last = last.astimezone(UTC)
    assert last - deleted.astimezone(UTC) == timedelta(hours=24)
    assert recover(last, zone, deleted_at=deleted) == ("allowed", "ok")
    assert recover(last + MICRO, zone, deleted_at=deleted) == ("blocked", "too_late")


def test_a_closed_gate_says_never_and_an_open_one_until_when() -> None:
    late = judged("mail_recovery", "recover", END + MICRO, values={"deleted_at": DELETED})
    assert late["WithinSpan"].verdict.never
    early = judged("mail_recovery", "recover", DELETED, values={"deleted_at": DELETED})
    assert early["WithinSpan"].verdict.closes_at == END
    careful = judged(
        "mail_recovery", "recover", END + MICRO, values={"deleted_from": FROM, "deleted_to": TO}
    )
    assert careful["WithinSpan"].verdict.closes_at == TO + timedelta(hours=24)
    assert not late["WithinSpan"].gate.overridable


@pytest.mark.parametrize("step", ["intake", "settle_time"])
@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"deleted_at": END}, "ok"),
        ({"deleted_from": FROM, "deleted_to": TO}, "ok"),
        # equal ends are an interval
        ({"deleted_from": TO, "deleted_to": TO}, "ok"),
        ({"deleted_from": TO + MICRO, "deleted_to": TO}, "reversed"),
        ({"deleted_at": TO, "deleted_from": FROM, "deleted_to": TO}, "both"),
        ({"deleted_at": TO, "deleted_to": TO}, "both"),
        ({"deleted_from": FROM}, "half"),
        ({"deleted_to": TO}, "half"),
        # the present instant is fine, the next microsecond has not come
        ({"deleted_at": END + MICRO}, "future"),
        ({"deleted_from": FROM, "deleted_to": END}, "ok"),
        ({"deleted_from": FROM, "deleted_to": END + MICRO}, "future"),
    ],
)
def test_one_time_or_an_interval(step: str, values: dict[str, datetime], answer: str) -> None:
    found = judged("mail_recovery", step, END, values=values)["OneTimeOrInterval"].verdict
    assert found.code == answer
    assert found.level == ("allowed" if answer == "ok" else "blocked")


def test_a_request_may_leave_the_time_open_but_settling_may_not() -> None:
    assert judged("mail_recovery", "intake", END, values={"mailbox": "kim@hankuk.example"}) == {}
    steps = MAIL_RECOVERY.step_by_key
    assert not steps["intake"].gates[0].required
    assert steps["settle_time"].gates[0].required


@pytest.mark.parametrize(
    ("at", "month", "level"),
    [
        (kst("2026-11-30T23:59:59.999999"), "202611", "allowed"),
        (kst("2026-11-30T23:59:59.999999"), "202612", "blocked"),
        (kst("2026-12-01T00:00"), "202612", "allowed"),
        # 08:30 KST on the first is still November in UTC; the month is Seoul's
        (kst("2026-12-01T08:30"), "202612", "allowed"),
        # year end
        (kst("2026-12-31T23:59:59.999999"), "202701", "blocked"),
        (kst("2027-01-01T00:00"), "202701", "allowed"),
        # a month long before the deletion is never compared with it
        (kst("2026-11-23T09:00"), "202408", "allowed"),
    ],
)
def test_the_month_is_not_later_than_the_month_of_the_recovery(
    at: datetime, month: str, level: str
) -> None:
    values = {"month": month, "deleted_at": at}
    found = judged("mail_recovery", "recover", at, values=values)
    assert found["MonthNotLater"].verdict.level == level
    assert found["WithinSpan"].verdict.level == "allowed"


def test_reminders_count_back_from_the_earliest_end_and_expiry_from_the_last() -> None:
    known = facts(TO, values={"deleted_from": FROM, "deleted_to": TO})
    marks = WithinSpan().marks(known)
    assert marks["first_end"] == FROM + timedelta(hours=24)
    assert marks["never_from"] == TO + timedelta(hours=24) + MICRO
    timers = {t.key: t for t in MAIL_RECOVERY.step_by_key["recover"].timers}
    reminders = [timers[f"remind_{hours}h"] for hours in (12, 4, 1)]
    assert {t.base for t in reminders} == {"mark.WithinSpan.first_end"}
    assert [t.minutes for t in reminders] == [-720, -240, -60]
    assert (timers["expire"].action, timers["expire"].base) == (
        "expire",
        "mark.WithinSpan.never_from",
    )


def test_all_mail_admins_are_told_at_once_and_only_they_recover() -> None:
    assert MAIL_RECOVERY.tells_on_open == ("mail_admin",)
    assert MAIL_RECOVERY.step_by_key["recover"].roles == ("mail_admin",)
