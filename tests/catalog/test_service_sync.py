"""P1: one sync a service and local day, reviewed in full before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from procedures.catalog.service_sync import SERVICE_SYNC
from procedures.definition import worst
from tests.catalog.facts import NEW_YORK, SEOUL, judged, kst, local

MICRO = timedelta(microseconds=1)
HAVANA = ZoneInfo("America/Havana")


def sync(at: datetime, *used: str, **kw: object) -> tuple[str, str, datetime | None]:
    """Judge the day's limit for the e-mail service."""
    kw.setdefault("values", {"service": "email"})
    verdict = judged("service_sync", "run_sync", at, slots=frozenset(used), **kw)[
        "DailyLimit"
    ].verdict
    return verdict.level, verdict.code, verdict.opens_at


TODAY = "sync:email:2026-11-23"


@pytest.mark.parametrize(
    ("at", "used", "level", "opens"),
    [
        # nothing used: open from the first to the last instant of the day
        (kst("2026-11-23T00:00"), (), "allowed", None),
        (kst("2026-11-23T23:59:59.999999"), (), "allowed", None),
        # used: blocked to the last microsecond, open again at the next local midnight
        (kst("2026-11-23T09:00"), (TODAY,), "blocked", kst("2026-11-24T00:00")),
        (kst("2026-11-23T23:59:59.999999"), (TODAY,), "blocked", kst("2026-11-24T00:00")),
        (kst("2026-11-24T00:00"), (TODAY,), "allowed", None),
        (kst("2026-11-24T00:00") + MICRO, (TODAY,), "allowed", None),
        # 08:30 in Seoul is the previous day in UTC; the day is Seoul's
        (kst("2026-11-24T08:30"), (TODAY,), "allowed", None),
        (kst("2026-11-23T08:30"), (TODAY,), "blocked", kst("2026-11-24T00:00")),
        # a late entry judges its own day, not today
        (kst("2026-11-22T23:59"), (TODAY,), "allowed", None),
        # the next free day is named, not merely tomorrow
        (
            kst("2026-11-23T09:00"),
            (TODAY, "sync:email:2026-11-24"),
            "blocked",
            kst("2026-11-25T00:00"),
        ),
        # year end
        (
            kst("2026-12-31T23:59:59.999999"),
            ("sync:email:2026-12-31",),
            "blocked",
            kst("2027-01-01T00:00"),
        ),
        (kst("2027-01-01T00:00"), ("sync:email:2026-12-31",), "allowed", None),
    ],
)
def test_the_slot_is_the_local_day(
    at: datetime, used: tuple[str, ...], level: str, opens: datetime | None
) -> None:
    found, _, opens_at = sync(at, *used)
    assert (found, opens_at) == (level, opens)


def test_a_short_day_ends_after_23_hours() -> None:
    """New York skips an hour on 2026-03-08; the slot opens at the next midnight there."""
    used = "sync:email:2026-03-08"
    level, _, opens = sync(local("2026-03-08T00:00", NEW_YORK), used, zone=NEW_YORK)
    assert level == "blocked"
    assert opens is not None
    assert opens.timestamp() - local("2026-03-08T00:00", NEW_YORK).timestamp() == 23 * 3600
    assert sync(local("2026-03-08T23:59", NEW_YORK), used, zone=NEW_YORK)[0] == "blocked"
    assert sync(local("2026-03-09T00:00", NEW_YORK), used, zone=NEW_YORK)[0] == "allowed"


def test_a_day_without_midnight_opens_at_its_first_instant() -> None:
    """Havana jumps from 00:00 to 01:00 on 2026-03-08."""
    _, _, opens = sync(local("2026-03-07T12:00", HAVANA), "sync:email:2026-03-07", zone=HAVANA)
    assert opens == local("2026-03-08T01:00", HAVANA)


@pytest.mark.parametrize(
    ("scope", "level", "code"),
    [
        # until the tenant says what the limit covers, go on with care
        ("unknown", "caution", "other_service"),
        ("service", "allowed", "ok"),
        ("tenant", "blocked", "tenant_used"),
    ],
)
def test_another_service_that_day(scope: str, level: str, code: str) -> None:
    used = "sync:approval:2026-11-23"
    at = kst("2026-11-23T23:59:59.999999")
    assert sync(at, used, sync_scope=scope)[:2] == (level, code)
    assert sync(at + MICRO, used, sync_scope=scope)[0] == "allowed"


def test_the_collecting_claim_is_no_used_slot() -> None:
    assert sync(kst("2026-11-23T09:00"), "collect:email")[0] == "allowed"


@pytest.mark.parametrize(
    ("added", "level"),
    [
        # one microsecond before the review, with it, after it
        (kst("2026-11-23T08:59:59.999999"), "allowed"),
        (kst("2026-11-23T09:00"), "allowed"),
        (kst("2026-11-23T09:00") + MICRO, "blocked"),
    ],
)
def test_nothing_is_added_after_the_review(added: datetime, level: str) -> None:
    gates = judged(
        "service_sync",
        "run_sync",
        kst("2026-11-23T10:00"),
        values={"service": "email", "changes": ("kim, 김하나, 신규",)},
        slots=frozenset(),
        recorded={"review": kst("2026-11-23T09:00")},
        value_at={"changes": added},
    )
    assert gates["NothingAddedSince"].verdict.level == level
    assert worst(tuple(gates.values())) == level


@pytest.mark.parametrize(
    ("result", "level"),
    [
        ("succeeded", "allowed"),
        ("unknown", "caution"),
        ("failed", "blocked"),
        ("refused_by_product", "blocked"),
    ],
)
def test_only_a_sync_that_succeeded_is_told(result: str, level: str) -> None:
    gates = judged("service_sync", "tell_users", kst("2026-11-23T10:00"), values={"result": result})
    assert gates["ChoiceIs"].verdict.level == level
    assert gates["ChoiceIs"].verdict.opens_at is None


def test_pressing_takes_the_slot_for_ever_and_ends_the_collecting() -> None:
    run_sync = SERVICE_SYNC.step_by_key["run_sync"]
    assert [(c.key, c.until) for c in run_sync.claims] == [("sync:{service}:{day}", "forever")]
    assert [(c.key, c.until) for c in SERVICE_SYNC.open_claims] == [
        ("collect:{service}", "step:run_sync")
    ]
    assert SERVICE_SYNC.joins == "changes"
    # what is added reopens the review; what was synced cannot be changed afterwards
    assert "changes" in SERVICE_SYNC.step_by_key["review"].covers
    assert "changes" in run_sync.covers


def test_the_steps_come_in_their_order() -> None:
    finished: frozenset[str] = frozenset()
    order = []
    while ready := SERVICE_SYNC.ready({}, finished):
        assert len(ready) == 1
        order.append(ready[0].key)
        finished |= {ready[0].key}
    assert order == [
        "collect",
        "review",
        "run_sync",
        "record_result",
        "tell_users",
        "confirm_access",
    ]
    assert SERVICE_SYNC.step_by_key["run_sync"].roles == ("site_admin",)


def test_the_zone_decides_the_day() -> None:
    """The same instant is Monday in Seoul and Sunday in New York."""
    at = kst("2026-11-23T09:00")
    assert sync(at, TODAY, zone=SEOUL)[0] == "blocked"
    assert sync(at, TODAY, zone=NEW_YORK)[0] == "allowed"
