"""Is everything there? Values that another answer asks for."""

import pytest

from procedures.rules import GivenWhen, Text
from tests.catalog.facts import facts, kst

WHY = Text("까닭을 적으세요.", "Say why.")
RULE = GivenWhen("why", "resumed_on", "old", WHY)
NOON = kst("2026-11-23T12:00")


@pytest.mark.parametrize(
    ("values", "level"),
    [
        # the answer asks for it
        ({"resumed_on": "old"}, "blocked"),
        ({"resumed_on": "old", "why": None}, "blocked"),
        ({"resumed_on": "old", "why": ""}, "blocked"),
        ({"resumed_on": "old", "why": "수신 실패"}, "allowed"),
        # it does not
        ({"resumed_on": "new"}, "allowed"),
        ({"resumed_on": "new", "why": "그래도"}, "allowed"),
    ],
)
def test_a_value_is_given_where_an_answer_asks_for_it(
    values: dict[str, str | None], level: str
) -> None:
    verdict = RULE.judge(facts(NOON, values=values))
    assert verdict.level == level
    if level == "blocked":
        assert verdict.params == {"why": WHY}


def test_it_is_not_judged_before_the_answer_is_known() -> None:
    assert not RULE.ready(facts(NOON, values={"why": "수신 실패"}))
    assert RULE.ready(facts(NOON, values={"resumed_on": "new"}))
