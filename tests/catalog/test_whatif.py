"""What-if as tables: one pure question, every verdict with the time it opens, no database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from procedures.catalog import BY_KEY
from procedures.rules.facts import Facts, Probe
from procedures.whatif import Answer, BadQuestion, Question, ask, plain
from tests.catalog.facts import NEW_YORK, SEOUL, calendar_2026, kst, local

MICRO = timedelta(microseconds=1)
NOON = kst("2026-11-23T12:00")


def known(at: datetime = NOON, **kw: Any) -> Facts:
    """Return what holds without a tenant."""
    base = Facts(now=at, performed_at=at, zone=SEOUL, calendar=calendar_2026(), slots=frozenset())
    return base.but(**kw)


def answer(
    procedure: str,
    step: str,
    at: datetime = NOON,
    values: Mapping[str, Any] | None = None,
    base: Facts | None = None,
    **kw: Any,
) -> Answer:
    question = Question(step=step, at=at, values=values or {}, **kw)
    return ask(BY_KEY[procedure], question, base or known(at))


def gates(found: Answer) -> dict[str, str]:
    return {one.name: one.verdict.level for one in found.gates}


DELETED = {"deleted_at": "2026-11-22T12:00+09:00"}
INTERVAL = {
    "deleted_from": "2026-11-22T12:00+09:00",
    "deleted_to": "2026-11-22T15:00+09:00",
}


@pytest.mark.parametrize(
    ("at", "values", "level"),
    [
        # 24 hours include their last instant
        (NOON - MICRO, DELETED, "allowed"),
        (NOON, DELETED, "allowed"),
        (NOON + MICRO, DELETED, "blocked"),
        # an interval: careful between its two ends
        (NOON, INTERVAL, "allowed"),
        (NOON + MICRO, INTERVAL, "caution"),
        (kst("2026-11-23T15:00"), INTERVAL, "caution"),
        (kst("2026-11-23T15:00") + MICRO, INTERVAL, "blocked"),
        # deleted after the moment asked about
        (kst("2026-11-22T11:59"), DELETED, "blocked"),
        # both a time and an interval
        (NOON, {**DELETED, **INTERVAL}, "blocked"),
    ],
)
def test_recovery_lies_within_24_hours(at: datetime, values: dict[str, str], level: str) -> None:
    assert gates(answer("mail_recovery", "recover", at, values)) == {"WithinSpan": level}


@pytest.mark.parametrize(
    ("month", "name", "level"),
    [
        ("202611", "MonthNotLater", "allowed"),
        ("202612", "MonthNotLater", "blocked"),  # later than the month asked about
        ("200001", "MonthNotLater", "allowed"),
        ("202413", "field.month", "blocked"),
        ("2024-08", "field.month", "blocked"),
        ("２０２４０８", "field.month", "blocked"),  # full-width digits
        ("202408\n", "field.month", "blocked"),
        (" 202408", "field.month", "blocked"),
        ("199912", "field.month", "blocked"),
        ("", "field.month", "blocked"),  # required
    ],
)
def test_a_month_is_six_digits_and_not_later(month: str, name: str, level: str) -> None:
    found = answer("mail_recovery", "recover", values={"month": month})
    assert gates(found) == {name: level}


def test_the_current_month_is_the_tenant_s() -> None:
    """08:30 of 1 December in Seoul is still November in UTC and in New York."""
    at = kst("2026-12-01T08:30")
    question = {"month": "202612"}
    assert gates(answer("mail_recovery", "recover", at, question))["MonthNotLater"] == "allowed"
    abroad = known(at, zone=NEW_YORK)
    found = answer("mail_recovery", "recover", at, question, base=abroad)
    assert gates(found)["MonthNotLater"] == "blocked"


def test_an_invalid_month_says_what_to_type_and_names_the_sentence() -> None:
    found = plain(answer("mail_recovery", "recover", values={"month": "202413"}), "ko")
    (gate,) = found["gates"]
    assert "202408" in gate["reason"]
    assert gate["quote"] == "백업 기간 YYYYMM 형식으로 입력 ex) 202408"
    assert found["verdict"] == "blocked"


@pytest.mark.parametrize(
    ("at", "used", "level", "opens"),
    [
        # missing means unused
        (NOON, {}, "allowed", None),
        # the same local day, to its last microsecond; 00:30 in Seoul is the UTC day before
        (NOON, {"sync": kst("2026-11-23T00:30")}, "blocked", "2026-11-24T00:00:00+09:00"),
        (
            kst("2026-11-23T23:59:59.999999"),
            {"sync": kst("2026-11-23T00:30")},
            "blocked",
            "2026-11-24T00:00:00+09:00",
        ),
        (kst("2026-11-24T00:00"), {"sync": kst("2026-11-23T23:59")}, "allowed", None),
        # year end
        (
            kst("2026-12-31T09:00"),
            {"sync": kst("2026-12-31T08:30")},
            "blocked",
            "2027-01-01T00:00:00+09:00",
        ),
    ],
)
@pytest.mark.parametrize("values", [{"service": "email"}, {}])
def test_one_sync_a_day(
    at: datetime,
    used: dict[str, datetime],
    level: str,
    opens: str | None,
    values: dict[str, str],
) -> None:
    found = plain(answer("service_sync", "run_sync", at, values, used=used), "ko")
    (gate,) = found["gates"]
    assert (gate["rule"], gate["verdict"], gate["opens_at"]) == ("DailyLimit", level, opens)


def test_stored_slots_and_the_one_given_count_together() -> None:
    base = known(slots=frozenset({"sync:approval:2026-11-23"}))
    values = {"service": "email"}
    assert answer("service_sync", "run_sync", values=values, base=base).level == "caution"
    again = {"sync": NOON - timedelta(hours=1)}
    found = answer("service_sync", "run_sync", values=values, base=base, used=again)
    assert found.level == "blocked"


NOTICE = {"received": "2026-11-23T09:00+09:00"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # the 7th business day after Monday 23 November is Wednesday 2 December
        ({**NOTICE, "work_start": "2026-12-01T23:59:59.999999+09:00"}, "blocked"),
        ({**NOTICE, "work_start": "2026-12-02T00:00+09:00"}, "allowed"),
        # received on a Sunday counts as Monday
        (
            {"received": "2026-11-22T09:00+09:00", "work_start": "2026-12-02T00:00+09:00"},
            "allowed",
        ),
        (
            {"received": "2026-11-22T09:00+09:00", "work_start": "2026-12-01T09:00+09:00"},
            "blocked",
        ),
        # 추석 2026: 24 and 25 September are no business days, nor 5 October
        (
            {"received": "2026-09-18T09:00+09:00", "work_start": "2026-09-30T09:00+09:00"},
            "blocked",
        ),
        (
            {"received": "2026-09-18T09:00+09:00", "work_start": "2026-10-01T00:00+09:00"},
            "allowed",
        ),
    ],
)
def test_seven_business_days_of_notice(values: dict[str, str], expected: str) -> None:
    at = kst("2026-09-18T10:00") if "09-18" in values["received"] else kst("2026-11-23T10:00")
    assert (
        gates(answer("domain_change", "confirm_schedule", at, values))["BusinessNotice"] == expected
    )


def test_a_provisional_year_is_careful() -> None:
    values = {"received": "2026-12-28T09:00+09:00", "work_start": "2027-01-20T09:00+09:00"}
    found = answer("domain_change", "confirm_schedule", kst("2026-12-28T10:00"), values)
    assert gates(found)["BusinessNotice"] == "caution"
    assert {one["calendar"] for one in plain(found, "ko")["gates"]} == {"test-2026"}


def test_without_the_day_of_receipt_the_notice_is_not_judged() -> None:
    values = {"work_start": "2026-12-02T09:00+09:00", "work_end": "2026-12-02T17:00+09:00"}
    found = answer("domain_change", "confirm_schedule", values=values)
    assert gates(found) == {"PreparationTime": "allowed", "WorkWindow": "allowed"}
    assert [gate.rule.name for gate in found.unjudged] == ["BusinessNotice", "MxMatches"]


@pytest.mark.parametrize(
    ("at", "level", "opens"),
    [
        # a whole business day lies between Monday noon and Wednesday 00:00
        (kst("2026-11-25T00:00"), "allowed", None),
        (kst("2026-11-24T23:59:59.999999"), "caution", None),
        (kst("2026-11-24T12:00"), "caution", None),
        (kst("2026-11-24T12:00") - MICRO, "blocked", "2026-11-24T12:00:00+09:00"),
    ],
)
def test_preparation_counts_from_the_confirmation(
    at: datetime, level: str, opens: str | None
) -> None:
    found = answer("domain_change", "start_work", at, done={"confirm_schedule": NOON})
    (gate,) = plain(found, "ko")["gates"]
    assert (gate["verdict"], gate["opens_at"]) == (level, opens)


READY = {"ready_at": "2026-11-16T12:00+09:00"}


@pytest.mark.parametrize(
    ("at", "level"),
    [
        (kst("2026-11-16T12:00") - MICRO, "blocked"),  # not ready yet: it opens
        (kst("2026-11-16T12:00"), "allowed"),
        (NOON, "allowed"),  # exactly 168 hours
        (NOON + MICRO, "caution"),
        (kst("2026-11-23T23:59:59.999999"), "caution"),
        (kst("2026-11-24T00:00"), "blocked"),
    ],
)
def test_a_backup_is_there_for_seven_days(at: datetime, level: str) -> None:
    assert answer("mail_backup", "download", at, READY).level == level


def test_opens_at_carries_the_tenant_s_offset() -> None:
    at = local("2026-11-15T12:00", NEW_YORK)
    found = plain(answer("mail_backup", "download", at, READY, base=known(at, zone=NEW_YORK)), "en")
    assert found["at"] == "2026-11-15T12:00:00-05:00"
    assert found["gates"][0]["opens_at"] == "2026-11-15T22:00:00-05:00"


@pytest.mark.parametrize(
    ("step", "role", "level"),
    [
        ("recover", "mail_admin", "allowed"),
        ("recover", "site_admin", "blocked"),
        ("intake", "member", "allowed"),
        ("user_confirms", "owner", "allowed"),
    ],
)
def test_a_role_is_a_gate_when_it_is_asked_for(step: str, role: str, level: str) -> None:
    assert gates(answer("mail_recovery", step, values=DELETED, role=role))["role"] == level


def test_an_approval_is_for_who_performs_or_an_admin_of_the_tenant() -> None:
    for role, level in (
        ("mail_admin", "allowed"),
        ("tenant_manager", "allowed"),
        ("member", "blocked"),
    ):
        assert answer("mail_admin_change", "approve", role=role).level == level


def test_without_a_role_nobody_asks_who() -> None:
    assert "role" not in gates(answer("mail_recovery", "recover", values=DELETED))


def test_lists_are_given_by_repetition() -> None:
    values = {"add": ["kim@a.kr"], "remove": ["kim@a.kr", "lee@a.kr"]}
    found = gates(answer("mail_admin_change", "perform", values=values))
    assert found == {"AnyGiven": "allowed", "Disjoint": "blocked"}
    # with the tenant's mail admins the other gates are judged, too
    base = known(mail_admins=frozenset({"lee@a.kr"}))
    values = {"add": ["kim@a.kr"], "remove": ["lee@a.kr"]}
    assert set(gates(answer("mail_admin_change", "perform", values=values, base=base))) == {
        "AnyGiven",
        "Disjoint",
        "NotYetAdmin",
        "IsAdmin",
        "OneRemains",
    }


def test_one_value_is_not_two() -> None:
    found = answer("mail_recovery", "recover", values={"month": ["202408", "202409"]})
    assert gates(found) == {"field.month": "blocked"}


@pytest.mark.parametrize("raw", ["2026-11-22T12:00", "2026-11-22", "2026-11-22T12:00:00.1234567Z"])
def test_a_time_without_offset_or_too_long_is_blocked(raw: str) -> None:
    found = answer("mail_recovery", "recover", values={"deleted_at": raw})
    assert gates(found) == {"field.deleted_at": "blocked"}


def test_a_field_of_another_step_is_taken() -> None:
    values = {**DELETED, "hints": "보낸 사람: 김하나", "mailbox": "not an address"}
    assert gates(answer("mail_recovery", "recover", values=values)) == {
        "WithinSpan": "allowed",
        "field.mailbox": "blocked",
    }


MX = ("10 mx1.tigris.example",)


@pytest.mark.parametrize(
    ("outcome", "level"),
    [("right", "allowed"), ("wrong", "blocked"), ("timeout", "caution"), ("disagree", "caution")],
)
def test_a_fresh_look_at_the_dns_is_judged(outcome: str, level: str) -> None:
    probes = {"a.kr": Probe("a.kr", NOON - timedelta(minutes=15), outcome, MX, MX)}
    base = known(expected_mx=MX, probes=probes)
    found = answer("godomall_mx", "verify_mx", values={"domain": "a.kr"}, base=base)
    assert found.level == level


def test_without_a_look_at_the_dns_the_gate_is_not_judged() -> None:
    base = known(expected_mx=MX, probes={})
    with pytest.raises(BadQuestion, match="give a DNS check"):
        answer("godomall_mx", "verify_mx", values={"domain": "a.kr"}, base=base)


def test_nothing_configured_is_careful() -> None:
    base = known(expected_mx=(), probes={})
    found = answer("godomall_mx", "verify_mx", values={"domain": "a.kr"}, base=base)
    assert gates(found) == {"MxMatches": "caution"}


@pytest.mark.parametrize(
    ("kw", "words"),
    [
        ({"step": "recovery"}, "unknown step 'recovery'"),
        ({"values": {"mouth": "202408"}}, "unknown field 'mouth'"),
        ({"done": {"nothing": NOON}}, "unknown step 'nothing'"),
        ({"used": {"sync": NOON}}, "unknown limit 'sync'; known: none"),
        ({"role": "boss"}, "unknown role 'boss'"),
        ({}, "give --set deleted_at=VALUE"),
    ],
)
def test_what_cannot_be_asked_says_why(kw: dict[str, Any], words: str) -> None:
    with pytest.raises(BadQuestion, match=words):
        answer("mail_recovery", kw.pop("step", "recover"), **kw)


def test_a_step_without_gates_has_nothing_to_judge_but_the_role() -> None:
    with pytest.raises(BadQuestion, match="no gates"):
        answer("service_sync", "review")
    assert gates(answer("service_sync", "review", role="site_admin")) == {"role": "allowed"}


def test_both_languages_render_from_the_same_verdict() -> None:
    found = answer("mail_recovery", "recover", NOON + MICRO, DELETED)
    korean, english = plain(found, "ko"), plain(found, "en")
    assert "복구 기한이 2026-11-23(월) 12:00에 지났습니다" in korean["gates"][0]["reason"]
    assert "ended at 2026-11-23(Mon) 12:00" in english["gates"][0]["reason"]
    assert korean["gates"][0]["opens_at"] is None  # never again


def test_every_verdict_is_the_rule_s_own() -> None:
    """The what-if answers with what the step itself would answer."""
    values = {"service": "email"}
    used = frozenset({"sync:email:2026-11-23"})
    found = answer("service_sync", "run_sync", values=values, base=known(slots=used))
    step = BY_KEY["service_sync"].step_by_key["run_sync"]
    facts = known(slots=used, values=values)
    assert [one.verdict for one in found.gates] == [one.verdict for one in step.judge(facts)]
