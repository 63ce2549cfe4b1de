"""What was typed: the corpus of each kind of field, taken and refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from procedures.rules.values import (
    LONG_LIMIT,
    PARSERS,
    PROBLEMS,
    TEXT_LIMIT,
    Problem,
    load_value,
    parse_address,
    parse_boolean,
    parse_change,
    parse_country,
    parse_date,
    parse_datetime,
    parse_domain,
    parse_local_part,
    parse_month,
    store_value,
)


@pytest.mark.parametrize("typed", ["200001", "202408", "202412", "999912"])
def test_a_month_is_six_ascii_digits(typed: str) -> None:
    assert parse_month(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "202413",  # no such month
        "202400",
        "000001",
        "199912",  # before 200001
        "2024-08",
        "２０２４０８",  # full-width digits
        "٢٠٢٤٠٨",  # Arabic-Indic digits
        "20240８",
        "202408\n",
        " 202408",
        "202408 ",
        "202408\u200b",
        "20240",
        "2024080",
        "+20240",
        "2024.8",
        "",
    ],
)
def test_anything_else_is_no_month(typed: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_month(typed)
    assert caught.value.code == "month"
    assert "202408" in PROBLEMS["month"].ko


NINE_THIRTY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-23T09:30+09:00", NINE_THIRTY),
        ("2026-11-23 09:30+09:00", NINE_THIRTY),
        ("2026-11-23T09:30:00+0900", NINE_THIRTY),
        ("2026-11-23T00:30Z", NINE_THIRTY),
        ("2026-11-23t00:30z", NINE_THIRTY),
        ("2026-11-22T19:30:00-05:00", NINE_THIRTY),
        ("2026-11-23T09:30:00.000001+09:00", NINE_THIRTY.replace(microsecond=1)),
        ("2026-11-23T09:30:00.5+09:00", NINE_THIRTY.replace(microsecond=500_000)),
        ("2028-02-29T09:00+09:00", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_moment_carries_date_time_and_offset(typed: str, moment: datetime) -> None:
    assert parse_datetime(typed) == moment
    assert parse_datetime(typed).tzinfo is UTC


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-23T09:30",  # naive
        "2026-11-23",  # a date alone
        "2026-11-23T09:30:00.0000001+09:00",  # seven digits
        "2026-11-23T09:30:00.+09:00",
        "2026-11-23T09:30.5+09:00",  # a fraction of a minute
        "2026-11-23T09+09:00",
        "2026-11-23T25:00+09:00",
        "2026-11-23T09:60+09:00",
        "2026-11-23T09:30:60+09:00",
        "2026-02-29T09:30+09:00",  # no such day
        "2026-13-01T09:30+09:00",
        "2026-11-23T09:30+25:00",
        "2026-11-23T09:30+09",
        "2026-11-23T09:30+09:00:30",
        "2026-11-23T09:30 +09:00",
        "2026-11-23T09:30+09:00\n",
        " 2026-11-23T09:30+09:00",
        "２０２６-11-23T09:30+09:00",
        "20261123T093000Z",
        "2026-W48-1T09:30Z",
        "0001-01-01T00:00+09:00",  # before the first instant there is
        "now",
        "",
    ],
)
def test_anything_less_is_no_moment(typed: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_datetime(typed)
    assert caught.value.code == "datetime"


TAKEN: list[tuple[Callable[[str], Any], str, Any]] = [
    (parse_date, "2026-11-23", date(2026, 11, 23)),
    (parse_date, "2028-02-29", date(2028, 2, 29)),
    # the part before @ keeps its case, the domain does not
    (parse_address, " Kim.Hana@Example.CO.KR ", "Kim.Hana@example.co.kr"),
    (parse_address, "kim@한국.kr", "kim@xn--3e0b707e.kr"),
    (parse_domain, "Example.COM.", "example.com"),
    (parse_domain, "한국.kr", "xn--3e0b707e.kr"),
    (parse_local_part, " Contact ", "contact"),
    (parse_local_part, "a", "a"),
    (parse_local_part, "hr-team.kr_1", "hr-team.kr_1"),
    (parse_country, "kr", "KR"),
    (parse_boolean, "예", True),
    (parse_boolean, "on", True),
    (parse_boolean, "아니요", False),
    (parse_boolean, "False", False),
    (parse_change, "kim,김하나 , 신규", "kim, 김하나, 신규"),
    (parse_change, "kim\t김하나\t신규", "kim, 김하나, 신규"),
    (PARSERS["text"], "  이름 ", "이름"),
    (PARSERS["text"], "가" * TEXT_LIMIT, "가" * TEXT_LIMIT),
    (PARSERS["long_text"], "한 줄\r\n두 줄", "한 줄\n두 줄"),
]


@pytest.mark.parametrize(("parse", "typed", "value"), TAKEN)
def test_a_value_is_normalised(parse: Callable[[str], Any], typed: str, value: Any) -> None:
    assert parse(typed) == value


REFUSED: list[tuple[Callable[[str], Any], str, str]] = [
    (parse_date, "2026-02-29", "date"),
    (parse_date, "2026-11-23T00:00+09:00", "date"),
    (parse_date, "20261123", "date"),
    (parse_date, "２０２６-11-23", "date"),
    (parse_address, "kim", "address"),
    (parse_address, "@example.kr", "address"),
    (parse_address, "kim@", "address"),
    (parse_address, "kim@localhost", "address"),
    (parse_address, ".kim@example.kr", "address"),
    (parse_address, "kim.@example.kr", "address"),
    (parse_address, "k..m@example.kr", "address"),
    (parse_address, "김@example.kr", "address"),
    (parse_address, "kim@example.kr\r\nBcc: x@example.kr", "address"),
    (parse_address, "a@b@example.kr", "address"),
    (parse_domain, "example", "domain"),
    (parse_domain, "exa mple.kr", "domain"),
    (parse_domain, "-a.kr", "domain"),
    (parse_domain, "a..kr", "domain"),
    (parse_domain, "192.168.0.1", "domain"),
    (parse_domain, "a" * 64 + ".kr", "domain"),
    (parse_domain, "", "domain"),
    (parse_local_part, "contact@example.kr", "local_part"),
    (parse_local_part, ".contact", "local_part"),
    (parse_local_part, "a..b", "local_part"),
    (parse_local_part, "대표", "local_part"),
    (parse_country, "ZZ", "country"),
    (parse_country, "KOR", "country"),
    (parse_country, "", "country"),
    (parse_boolean, "maybe", "boolean"),
    (parse_boolean, "", "boolean"),
    (parse_change, "kim, 김하나", "change"),
    (parse_change, "kim,,신규", "change"),
    (parse_change, "kim, 김하나, 신규, 더", "change"),
    (PARSERS["text"], "   ", "required"),
    (PARSERS["text"], "가" * (TEXT_LIMIT + 1), "too_long"),
    (PARSERS["long_text"], "가" * (LONG_LIMIT + 1), "too_long"),
    (PARSERS["text"], "a\x00b", "control"),
    (PARSERS["text"], "a\u202eb", "control"),  # turns the reading direction around
]


@pytest.mark.parametrize(("parse", "typed", "code"), REFUSED)
def test_a_value_that_cannot_be_taken_says_why(
    parse: Callable[[str], Any], typed: str, code: str
) -> None:
    with pytest.raises(Problem) as caught:
        parse(typed)
    assert caught.value.code == code
    assert code in PROBLEMS


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("datetime", NINE_THIRTY),
        ("date", date(2026, 11, 23)),
        ("month", "202408"),
        ("boolean", False),
        ("country", ("KR", "JP")),
        ("address", ()),
        ("text", None),
    ],
)
def test_a_stored_value_comes_back_as_it_was(kind: str, value: Any) -> None:
    assert load_value(kind, store_value(value)) == value


@pytest.mark.parametrize(
    ("raw", "taken"),
    [
        ("1969-12-31T23:59:59Z", False),
        ("1970-01-01T00:00:00Z", True),
        ("2199-12-31T23:59:59Z", True),
        ("2200-01-01T00:00:00Z", False),
        ("0001-01-01T00:00:00+09:00", False),
        ("9999-12-31T23:59:59Z", False),
    ],
)
def test_years_to_which_no_span_can_be_added_are_refused(raw: str, taken: bool) -> None:
    """24 hours after the last instant of year 9999 there is no time at all."""
    for parser, typed in (("datetime", raw), ("date", raw[:10])):
        if taken:
            assert PARSERS[parser](typed)
            continue
        with pytest.raises(Problem) as refused:
            PARSERS[parser](typed)
        assert refused.value.code == parser
