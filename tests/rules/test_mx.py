"""What the MX is compared with, case by case."""

import pytest

from procedures.rules import mx

TWO = ("10 mx1.tigris.example", "20 mx2.tigris.example")


@pytest.mark.parametrize(
    ("expected", "found", "outcome"),
    [
        (TWO, TWO, "right"),
        (TWO, TWO[::-1], "right"),  # answers come in any order
        (TWO, ("10 MX1.Tigris.Example.", "20 mx2.tigris.example."), "right"),  # case, last dot
        (TWO, ("1 mx1.tigris.example", "5 mx2.tigris.example"), "right"),  # only the order counts
        (TWO, TWO[:1], "wrong"),  # one is missing
        (TWO, (*TWO, "30 old.example"), "wrong"),  # one too many
        (TWO, ("20 mx1.tigris.example", "10 mx2.tigris.example"), "wrong"),  # other order
        (TWO, ("10 mx1.tigris.example", "10 mx2.tigris.example"), "wrong"),  # not as one group
        (("10 a.example", "10 b.example"), ("10 b.example", "10 a.example"), "right"),  # a group
        (("10 a.example", "10 b.example"), ("10 a.example", "20 b.example"), "wrong"),
        (TWO, (), "wrong"),  # answered: there is none
        (TWO, ("0 .",), "wrong"),  # answered: no mail is taken
        (("10 메일.example",), ("10 xn--9i1bq8j.example",), "wrong"),  # another Korean name
        (("10 한국.example",), ("10 xn--3e0b707e.example",), "right"),  # IDN in both spellings
    ],
)  # fmt: skip
def test_one_server_is_compared_as_a_set_in_order(
    expected: tuple[str, ...], found: tuple[str, ...], outcome: str
) -> None:
    assert mx.outcome(expected, [found]) == outcome


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([TWO, TWO], "right"),
        ([TWO, TWO[::-1]], "right"),
        ([TWO, TWO[:1]], "disagree"),  # still spreading
        ([(), TWO], "disagree"),
        ([TWO[:1], TWO[1:]], "disagree"),  # both wrong, each its own way
        ([TWO, None], "timeout"),  # one did not answer
        ([(), None], "timeout"),  # unknown is never wrong
        ([None, None], "timeout"),
        ([], "timeout"),
        ([TWO, (), None], "disagree"),
        ([(), ()], "wrong"),
    ],
)
def test_several_servers_must_say_the_same(answers: list[mx.Answer], outcome: str) -> None:
    assert mx.outcome(TWO, answers) == outcome


def test_with_nothing_expected_there_is_nothing_to_judge() -> None:
    assert mx.outcome((), [TWO]) == "none"
    assert mx.outcome((), [None]) == "none"


@pytest.mark.parametrize(
    "line",
    ["mx1.example", "10", "ten mx1.example", "-1 a.example", "70000 a.example", "10 a b", ""],
)
def test_what_is_no_record_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        mx.parse_record(line)
