"""Sentences: Korean particles, times, and what is never interpreted."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from procedures.rules import RULES, Text
from procedures.rules.wording import iso, pack, particle, render, show, unpack
from tests.catalog.facts import NEW_YORK, SEOUL, kst


@pytest.mark.parametrize(
    ("word", "closed", "open_", "chosen"),
    [
        ("김하나", "을", "를", "를"),
        ("김하진", "을", "를", "을"),
        ("이메일", "이", "가", "이"),
        ("전자결재", "은", "는", "는"),
        # digits as they are read: 영 일 이 삼 사 오 육 칠 팔 구
        ("0", "은", "는", "은"),
        ("1", "은", "는", "은"),
        ("2", "은", "는", "는"),
        ("3", "은", "는", "은"),
        ("4", "은", "는", "는"),
        ("5", "은", "는", "는"),
        ("6", "은", "는", "은"),
        ("202407", "은", "는", "은"),
        ("202408", "은", "는", "은"),
        ("202409", "은", "는", "는"),
        # letters as they are read: 엘 엠 엔 알
        ("mail", "을", "를", "을"),
        ("example.com", "을", "를", "을"),
        ("example.co.kr", "을", "를", "을"),
        ("example.org", "을", "를", "를"),
        ("JP", "이", "가", "가"),
        # what stands behind the last letter does not matter
        ("2026-11-23(월)", "은", "는", "은"),
        ("2026-11-28(토)", "은", "는", "는"),
        ("‘고도몰’", "이", "가", "이"),
        # 으로 and 로: ㄹ takes 로
        ("서울", "으로", "로", "로"),
        ("부산", "으로", "로", "으로"),
        ("제주", "으로", "로", "로"),
        ("example.co.kr", "으로", "로", "로"),
        ("example.com", "으로", "로", "으로"),
        ("8", "으로", "로", "로"),
        ("3", "으로", "로", "으로"),
        # nothing to read
        ("", "을", "를", "를"),
        ("…", "을", "를", "를"),
    ],
)
def test_the_particle_follows_the_sound(word: str, closed: str, open_: str, chosen: str) -> None:
    assert particle(word, closed, open_) == chosen


def test_a_text_is_filled_in_both_languages() -> None:
    text = Text("{name}{name:을/를} {n}명", "{n} of {name}")
    params = {"name": "김하나", "n": 3}
    assert render(text, params, "ko", SEOUL) == "김하나를 3명"
    assert render(text, params, "en", SEOUL) == "3 of 김하나"


@pytest.mark.parametrize(
    "typed", ["{0.__class__}", "{{7*7}}", "{name}", "{name:을/를}", "%(name)s", "<b>", "{n"]
)
def test_braces_that_come_with_a_value_are_printed(typed: str) -> None:
    assert render(Text("값: {name}", ""), {"name": typed, "n": 1}, "ko", SEOUL) == f"값: {typed}"


def test_a_name_that_is_not_given_stays_visible() -> None:
    assert render(Text("{other}", ""), {}, "ko", SEOUL) == "{other}"


@pytest.mark.parametrize(
    ("value", "ko", "en"),
    [
        (kst("2026-11-23T09:30"), "2026-11-23(월) 09:30", "2026-11-23(Mon) 09:30"),
        # 00:30 UTC is 09:30 in Seoul, of the same day; 20:00 UTC is the next
        (datetime(2026, 11, 22, 20, tzinfo=UTC), "2026-11-23(월) 05:00", "2026-11-23(Mon) 05:00"),
        (kst("2026-11-23T09:30:01"), "2026-11-23(월) 09:30:01", "2026-11-23(Mon) 09:30:01"),
        (
            kst("2026-11-23T23:59:59.999999"),
            "2026-11-23(월) 23:59:59.999999",
            "2026-11-23(Mon) 23:59:59.999999",
        ),
        (date(2026, 12, 31), "2026-12-31(목)", "2026-12-31(Thu)"),
        (("a", "b"), "a, b", "a, b"),
        ((), "", ""),
        (None, "", ""),
        (3, "3", "3"),
        (Text("추석", "Chuseok"), "추석", "Chuseok"),
        ((Text("9/24 추석", "9/24 Chuseok"),), " (9/24 추석)", " (9/24 Chuseok)"),
    ],
)
def test_a_value_is_written_as_it_is_read(value: Any, ko: str, en: str) -> None:
    assert show(value, "ko", SEOUL) == ko
    assert show(value, "en", SEOUL) == en


def test_a_time_is_shown_in_the_zone_of_the_tenant() -> None:
    assert show(kst("2026-11-23T09:30"), "en", NEW_YORK) == "2026-11-22(Sun) 19:30"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        "글",
        kst("2026-11-23T09:30:00.000001").astimezone(UTC),
        date(2026, 11, 23),
        ("a", "b"),
        Text("가", "a"),
        {"t": "not a time", "d": date(2026, 1, 1)},
        (Text("가", "a"), {"m": ("x",)}),
    ],
)
def test_what_is_packed_is_unpacked(value: Any) -> None:
    assert unpack(pack(value)) == value


def test_moments_sort_as_text() -> None:
    moments = [kst("2026-11-23T09:30"), kst("2026-11-23T09:30:00.000001"), kst("2027-01-01T00:00")]
    assert [iso(m) for m in moments] == sorted(iso(m) for m in moments)
    assert iso(moments[0]) == "2026-11-23T00:30:00.000000Z"


def test_every_rule_speaks_both_languages_with_the_same_slots() -> None:
    import re

    for rule in RULES.values():
        for code, text in rule.texts.items():
            ko, en = (set(re.findall(r"\{(\w+)[:}]", words)) for words in (text.ko, text.en))
            assert text.ko, (rule, code)
            assert text.en, (rule, code)
            # English may leave out a name that Korean repeats, never name another.
            assert en <= ko or ko <= en, (rule, code)
