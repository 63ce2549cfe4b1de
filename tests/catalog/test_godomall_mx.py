"""P11: whose name servers they are, and whether the MX is right."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from procedures.catalog import BY_KEY
from procedures.decide.timers import due_at
from procedures.rules.facts import Probe
from procedures.rules.timing import MICRO
from procedures.rules.wording import render
from tests.catalog.facts import SEOUL, facts, judged, kst

PAGE = BY_KEY["godomall_mx"]
KEY = "godomall_mx"
MIDNIGHT = kst("2027-01-01T00:00")
MX = ("10 mx1.tigris.example", "20 mx2.tigris.example")


@pytest.mark.parametrize(
    ("servers", "suffixes", "level"),
    [
        (("ns1.godo.example", "ns2.godo.example"), ("godo.example",), "allowed"),
        (("ns1.other.example",), ("godo.example",), "caution"),  # may not apply, never blocked
        (("ns1.godo.example",), (), "caution"),  # not configured
    ],
)
def test_other_name_servers_are_a_caution(servers: Any, suffixes: Any, level: str) -> None:
    answer = judged(
        KEY,
        "look_up_ns",
        MIDNIGHT,
        values={"name_servers": servers},
        name_server_suffixes=suffixes,
    )
    assert answer["NameServersAre"].verdict.level == level


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        ("right", "allowed"), ("timeout", "caution"), ("disagree", "caution"),
        ("none", "caution"), ("wrong", "blocked"),
    ],
)  # fmt: skip
def test_the_mx_is_verified(outcome: str, level: str) -> None:
    looks = {"a.example": Probe("a.example", MIDNIGHT, outcome, MX, MX)}
    one = judged(
        KEY,
        "verify_mx",
        MIDNIGHT,
        values={"domain": "a.example"},
        expected_mx=MX,
        probes=looks,
    )["MxMatches"]
    assert one.verdict.level == level
    assert one.gate.overridable
    assert one.gate.required


@pytest.mark.parametrize(
    ("at", "code"),
    [
        # looked at in the old year, verified in the new
        (MIDNIGHT + timedelta(minutes=14, seconds=59, microseconds=999_999), "ok"),
        (MIDNIGHT + timedelta(minutes=15) - MICRO, "ok"),
        (MIDNIGHT + timedelta(minutes=15), "stale"),
    ],
)
def test_an_old_look_is_asked_for_again(at: datetime, code: str) -> None:
    looks = {"a.example": Probe("a.example", MIDNIGHT - MICRO, "right", MX, MX)}
    answer = judged(
        KEY, "verify_mx", at, values={"domain": "a.example"}, expected_mx=MX, probes=looks
    )
    assert answer["MxMatches"].verdict.code == code


def test_nothing_is_judged_without_a_look() -> None:
    assert judged(KEY, "verify_mx", MIDNIGHT, values={"domain": "a.example"}) == {}
    never = judged(
        KEY, "verify_mx", MIDNIGHT, values={"domain": "a.example"}, expected_mx=MX, probes={}
    )
    assert never["MxMatches"].verdict.code == "stale"


def test_the_text_of_the_inquiry_is_ready_to_copy() -> None:
    copy = PAGE.step_by_key["write_inquiry"].copy
    assert copy is not None
    words = render(copy, {"domain": "a.example", "mx_values": MX}, "ko", SEOUL)
    assert "a.example 도메인의 MX 값" in words
    assert all(line in words for line in MX)
    assert "{" not in words


def test_an_unanswered_inquiry_is_recalled_after_a_day() -> None:
    step = PAGE.step_by_key["wait_answer"]
    known = facts(MIDNIGHT, done={"sent": kst("2026-12-31T09:00")})
    assert [due_at(step, t, known) for t in step.timers] == [datetime(2027, 1, 1, tzinfo=UTC)]


def test_a_mail_admin_performs_and_the_page_says_that_this_is_ours() -> None:
    for key in ("look_up_ns", "note_mx", "sent", "verify_mx"):
        assert PAGE.step_by_key[key].roles == ("mail_admin",)
    assert PAGE.step_by_key["look_up_ns"].ours is not None
