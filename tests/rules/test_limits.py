"""The sync of a day: one slot a service and local day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from procedures.rules import DailyLimit
from procedures.rules.base import Rule, RuleError
from procedures.rules.limits import slot_key
from tests.catalog.facts import NEW_YORK, SEOUL, facts, kst, local

USED = frozenset({"sync:email:2026-11-23"})


@pytest.mark.parametrize(
    ("at", "level", "opens"),
    [
        # the last instant of the day before
        (kst("2026-11-22T23:59:59.999999"), "allowed", None),
        (kst("2026-11-23T00:00"), "blocked", kst("2026-11-24T00:00")),
        # 08:30 in Seoul is still the 22nd in UTC
        (kst("2026-11-23T08:30"), "blocked", kst("2026-11-24T00:00")),
        (kst("2026-11-23T23:59:59.999999"), "blocked", kst("2026-11-24T00:00")),
        (kst("2026-11-24T00:00"), "allowed", None),
    ],
)
def test_a_service_is_synced_once_a_local_day(
    at: datetime, level: str, opens: datetime | None
) -> None:
    verdict = DailyLimit().judge(facts(at, values={"service": "email"}, slots=USED))
    assert (verdict.level, verdict.opens_at) == (level, opens)


def test_the_year_ends_and_the_next_free_day_is_looked_for() -> None:
    slots = frozenset(slot_key("sync", "email", date(2026, 12, 31)) for _ in (1,)) | frozenset(
        {"sync:email:2027-01-01"}
    )
    verdict = DailyLimit().judge(
        facts(kst("2026-12-31T12:00"), values={"service": "email"}, slots=slots)
    )
    assert verdict.opens_at == kst("2027-01-02T00:00")


@pytest.mark.parametrize(
    ("scope", "level", "code", "opens"),
    [
        ("unknown", "caution", "other_service", None),
        ("service", "allowed", "ok", None),
        ("tenant", "blocked", "tenant_used", kst("2026-11-24T00:00")),
    ],
)
def test_another_service_of_the_day_depends_on_the_setting(
    scope: str, level: str, code: str, opens: datetime | None
) -> None:
    verdict = DailyLimit().judge(
        facts(kst("2026-11-23T12:00"), values={"service": "approval"}, slots=USED, sync_scope=scope)
    )
    assert (verdict.level, verdict.code, verdict.opens_at) == (level, code, opens)


@pytest.mark.parametrize(
    ("zone", "day", "opens"),
    [
        # a day of 25 hours has one slot
        (NEW_YORK, "2026-11-01", local("2026-11-02T00:00", NEW_YORK)),
        # the next day begins at 01:00
        (
            ZoneInfo("Africa/Cairo"),
            "2026-04-23",
            local("2026-04-24T01:00", ZoneInfo("Africa/Cairo")),
        ),
        (
            ZoneInfo("America/Sao_Paulo"),
            "2018-11-03",
            local("2018-11-04T01:00", ZoneInfo("America/Sao_Paulo")),
        ),
    ],
)
def test_the_slot_opens_where_the_next_local_day_begins(
    zone: ZoneInfo, day: str, opens: datetime
) -> None:
    slots = frozenset({f"sync:email:{day}"})
    verdict = DailyLimit().judge(
        facts(local(f"{day}T20:00", zone), values={"service": "email"}, slots=slots, zone=zone)
    )
    assert (verdict.level, verdict.opens_at) == ("blocked", opens)


def test_both_hours_that_exist_twice_belong_to_one_day() -> None:
    slots = frozenset({"sync:email:2026-11-01"})
    for fold in (0, 1):
        at = local("2026-11-01T01:30", NEW_YORK, fold)
        verdict = DailyLimit().judge(
            facts(at, values={"service": "email"}, slots=slots, zone=NEW_YORK)
        )
        assert verdict.level == "blocked"


def test_a_rule_that_looks_outside_names_its_guard() -> None:
    with pytest.raises(RuleError, match="guard"):
        type("Unguarded", (Rule,), {"outside": True, "__slots__": ()})
    assert DailyLimit().guard == "tenant"


def test_unknown_slots_are_not_judged() -> None:
    assert not DailyLimit().ready(facts(kst("2026-11-23T12:00"), zone=SEOUL))
