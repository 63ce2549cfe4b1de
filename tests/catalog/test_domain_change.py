"""P10: notice, preparation, window, DNS and the running clock, at their steps."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from procedures.catalog import BY_KEY
from procedures.decide.timers import due_at
from procedures.rules.facts import Probe
from procedures.rules.timing import MICRO
from tests.catalog.facts import NEW_YORK, facts, judged, kst, local, person

PAGE = BY_KEY["domain_change"]
KEY = "domain_change"
NOON = kst("2026-11-23T12:00")
START = kst("2026-12-05T22:00")
HOUR = timedelta(hours=1)
MX = ("10 mx1.tigris.example",)


@pytest.mark.parametrize(
    ("values", "rule", "level"),
    [
        ({"received": NOON}, "NotAfterNow", "allowed"),
        ({"received": NOON + MICRO}, "NotAfterNow", "blocked"),
        ({"new_main": "b.example", "current_main": "a.example"}, "Differs", "allowed"),
        ({"new_main": "a.example", "current_main": "a.example"}, "Differs", "blocked"),
        ({"id_changes": ()}, "NoLocalPartChange", "allowed"),
        ({"id_changes": ("kim -> hana",)}, "NoLocalPartChange", "blocked"),
    ],
)
def test_the_request_is_possible_at_all(values: dict[str, Any], rule: str, level: str) -> None:
    assert judged(KEY, "request", NOON, values=values)[rule].verdict.level == level


@pytest.mark.parametrize(
    ("received", "start", "level"),
    [
        # Chuseok: received on Friday 18 September, from 1 October on
        (kst("2026-09-18T23:59:59.999999"), kst("2026-10-01T00:00") - MICRO, "blocked"),
        (kst("2026-09-18T23:59:59.999999"), kst("2026-10-01T00:00"), "allowed"),
        (kst("2026-09-19T00:00"), kst("2026-10-01T23:59:59.999999"), "blocked"),
        (kst("2026-09-19T00:00"), kst("2026-10-02T00:00"), "allowed"),
        # 17 July is a holiday from 2026 on
        (kst("2026-07-09T08:30"), kst("2026-07-20T22:00"), "blocked"),
        (kst("2026-07-09T08:30"), kst("2026-07-21T00:00"), "allowed"),
        # over the year's end the days are provisional
        (kst("2026-12-24T09:00"), kst("2027-01-05T23:59:59.999999"), "blocked"),
        (kst("2026-12-24T09:00"), kst("2027-01-06T00:00"), "caution"),
    ],
)
def test_notice_is_judged_when_the_schedule_is_confirmed(
    received: datetime, start: datetime, level: str
) -> None:
    answer = judged(
        KEY, "confirm_schedule", received, values={"received": received, "work_start": start}
    )
    assert answer["BusinessNotice"].verdict.level == level
    assert answer["BusinessNotice"].gate.overridable


def test_the_schedule_alone_can_be_judged_and_notice_needs_the_receipt() -> None:
    plan = {"work_start": START, "work_end": START + 8 * HOUR}
    assert set(judged(KEY, "confirm_schedule", NOON, values=plan)) == {
        "PreparationTime", "WorkWindow",
    }  # fmt: skip
    full = judged(KEY, "confirm_schedule", NOON, values={**plan, "received": NOON})
    assert {one.verdict.level for one in full.values()} == {"allowed"}


@pytest.mark.parametrize(
    ("end", "level"),
    [
        (START, "blocked"),
        (START + MICRO, "allowed"),
        (START + 8 * HOUR - MICRO, "allowed"),
        (START + 8 * HOUR, "allowed"),
        (START + 8 * HOUR + MICRO, "blocked"),
    ],
)
@pytest.mark.parametrize("step", ["propose", "confirm_schedule", "start_work"])
def test_the_window_is_eight_hours_and_nobody_overrides_it(
    step: str, end: datetime, level: str
) -> None:
    one = judged(KEY, step, NOON, values={"work_start": START, "work_end": end})["WorkWindow"]
    assert one.verdict.level == level
    assert not one.gate.overridable


@pytest.mark.parametrize(
    ("start", "level"),
    [
        (NOON + 24 * HOUR - MICRO, "blocked"),
        (NOON + 24 * HOUR, "caution"),  # no whole business day between
        (kst("2026-11-24T23:59:59.999999"), "caution"),
        (kst("2026-11-25T00:00"), "allowed"),
    ],
)
def test_preparation_is_judged_at_both_ends(start: datetime, level: str) -> None:
    planned = judged(KEY, "confirm_schedule", NOON, values={"work_start": start})
    done = judged(KEY, "start_work", start, done={"confirm_schedule": NOON})
    assert planned["PreparationTime"].verdict.level == level
    assert done["PreparationTime"].verdict.level == level
    assert done["PreparationTime"].gate.overridable


@pytest.mark.parametrize(
    ("at", "level"), [(START - MICRO, "caution"), (START, "allowed"), (START + HOUR, "allowed")]
)
def test_work_does_not_start_before_it_was_agreed(at: datetime, level: str) -> None:
    answer = judged(KEY, "start_work", at, values={"work_start": START})
    assert answer["NotBeforePlan"].verdict.level == level


@pytest.mark.parametrize(
    ("outcome", "at_start", "elsewhere"),
    [
        ("right", "allowed", "allowed"),
        ("timeout", "caution", "caution"),
        ("disagree", "caution", "caution"),
        ("wrong", "blocked", "caution"),
    ],
)
def test_a_wrong_mx_blocks_only_the_start(outcome: str, at_start: str, elsewhere: str) -> None:
    known = {
        "values": {"new_main": "b.example", "multi_domains": ("c.example",)},
        "expected_mx": MX,
        "probes": {
            "b.example": Probe("b.example", NOON, "right", MX, MX),
            "c.example": Probe("c.example", NOON, outcome, MX, MX),
        },
    }
    for step, level in (
        ("check_dns", elsewhere), ("confirm_schedule", elsewhere), ("start_work", at_start),
    ):  # fmt: skip
        one = judged(KEY, step, NOON, **known)["MxMatches"]
        assert one.verdict.level == level
        assert one.gate.overridable is (step == "start_work")


def test_a_look_older_than_fifteen_minutes_is_asked_for_again() -> None:
    values = {"new_main": "b.example"}
    looks = {"b.example": Probe("b.example", NOON, "right", MX, MX)}
    for at, code in (
        (NOON + timedelta(minutes=15), "ok"),
        (NOON + timedelta(minutes=15) + MICRO, "stale"),
    ):
        answer = judged(KEY, "start_work", at, values=values, expected_mx=MX, probes=looks)
        assert answer["MxMatches"].verdict.code == code


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (START + 8 * HOUR, "ok"),
        (START + 8 * HOUR + MICRO, "overrun"),
    ],
)
def test_resuming_late_is_an_alarm_and_no_block(at: datetime, code: str) -> None:
    verdict = judged(KEY, "resume", at, done={"start_work": START})["RunningWindow"].verdict
    assert (verdict.level, verdict.code) == ("allowed", code)


def test_the_clock_warns_twice_and_alarms_just_after_eight_hours() -> None:
    step = PAGE.step_by_key["resume"]
    # the night in which New York falls back: 25 hours long, and eight of them elapse
    began = local("2026-10-31T23:00", NEW_YORK)
    known = facts(began, done={"start_work": began}, zone=NEW_YORK)
    due = {timer.key: due_at(step, timer, known) for timer in step.timers}
    assert due == {
        "warn_6h": local("2026-11-01T04:00", NEW_YORK),
        "warn_7h30": local("2026-11-01T05:30", NEW_YORK),
        "overrun": local("2026-11-01T06:00:00.000001", NEW_YORK),
    }
    actions = {timer.key: timer.action for timer in step.timers}
    assert actions == {"warn_6h": "remind", "warn_7h30": "remind", "overrun": "alarm"}


@pytest.mark.parametrize(("number", "level"), [(1, "blocked"), (2, "allowed")])
def test_another_support_person_verifies(number: int, level: str) -> None:
    actor = person("support@vendor.example", number, "support")
    answer = judged(KEY, "verify", NOON, actor=actor, doers={"resume": 1})
    assert answer["OtherThan"].verdict.level == level


@pytest.mark.parametrize(
    ("domains", "level"),
    [(("b.example", "old.example"), "allowed"), (("other.example",), "blocked")],
)
def test_group_mail_follows_by_itself_where_its_domains_are_registered(
    domains: Any, level: str
) -> None:
    answer = judged(
        KEY,
        "check_group_mail",
        NOON,
        values={"group_domains": domains, "new_main": "b.example"},
        domains=("old.example",),
    )
    assert answer["DomainRegistered"].verdict.level == level


def test_every_outlook_user_confirms() -> None:
    values = {"outlook_users": ("kim@a.example", "lee@a.example")}
    for done, level in ((("kim@a.example",), "blocked"), (values["outlook_users"], "allowed")):
        answer = judged(KEY, "outlook_confirmed", NOON, values={**values, "outlook_done": done})
        assert answer["EverybodyIn"].verdict.level == level


@pytest.mark.parametrize(
    ("values", "applies"),
    [
        ({"outlook_users": ("kim@a.example",), "resumed_on": "new"}, True),
        ({"outlook_users": ("kim@a.example",), "resumed_on": "old"}, False),  # rolled back
        ({"outlook_users": (), "resumed_on": "new"}, False),
    ],
)
def test_outlook_is_corrected_only_on_the_new_domain(values: Any, applies: bool) -> None:
    assert PAGE.applies(PAGE.step_by_key["outlook_confirmed"], values) is applies


def test_group_mail_is_checked_where_it_is_in_use() -> None:
    step = PAGE.step_by_key["check_group_mail"]
    assert PAGE.applies(step, {"uses_group_mail": True})
    assert not PAGE.applies(step, {"uses_group_mail": False})


def test_rescheduling_keeps_the_receipt_and_asks_both_sides_again() -> None:
    (_counter, way) = PAGE.returns
    assert {"propose", "agree", "confirm_schedule", "notify_users", "prepare"} <= set(way.resets)
    assert "request" not in way.resets
    assert (way.after, way.before) == ("confirm_schedule", "start_work")
    reset = {PAGE.step_by_key[key] for key in way.resets}
    assert not {"received"} & {field for step in reset for field in step.fields}


def test_before_both_sides_confirm_nothing_says_that_the_date_is_fixed() -> None:
    keys = [step.key for step in PAGE.steps]
    assert keys.index("agree") < keys.index("confirm_schedule") < keys.index("notify_users")
    assert PAGE.step_by_key["agree"].roles == ("site_admin", "tenant_manager")
    told = [s.key for s in PAGE.steps if s.copy and "{work_start}" in s.copy.ko]
    assert all(keys.index(key) > keys.index("confirm_schedule") for key in told)


def test_every_notice_says_that_the_service_is_out() -> None:
    copy = PAGE.step_by_key["notify_users"].copy
    assert copy is not None
    assert "메일을 쓸 수 없습니다" in copy.ko
    assert "out of service" in copy.en


def test_one_change_of_domain_is_open_at_a_time_and_support_opens_it() -> None:
    assert [(c.key, c.until) for c in PAGE.open_claims] == [("domain_change", "end")]
    assert PAGE.openers == ("support",)
