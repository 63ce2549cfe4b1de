"""P8: the cause decides between the policy, one account and something else."""

from typing import Any

import pytest

from procedures.catalog import BY_KEY
from tests.catalog.facts import judged, kst

PAGE = BY_KEY["dormant_account"]
NOON = kst("2026-11-23T12:00")


@pytest.mark.parametrize(
    ("branch", "steps"),
    [
        ("policy", ["plan_policy", "approve_policy", "change_policy"]),
        ("one_account", ["wake_account"]),
        ("other", ["other_cause"]),
    ],
)
def test_the_cause_decides_the_way(branch: str, steps: list[str]) -> None:
    values: dict[str, Any] = {"branch": branch}
    applies = [step.key for step in PAGE.steps if PAGE.applies(step, values)]
    assert applies == ["request", "find_cause", *steps, "user_confirms"]


def test_without_a_path_one_account_goes_to_support() -> None:
    step = PAGE.step_by_key["wake_account"]
    assert step.roles == ("support",)
    assert step.menu == ""
    assert step.ours is not None


@pytest.mark.parametrize("step", ["plan_policy", "change_policy"])
@pytest.mark.parametrize(
    ("new", "level"), [("180일", "allowed"), ("90일", "blocked"), ("해제", "allowed")]
)
def test_the_new_policy_is_another_one(step: str, new: str, level: str) -> None:
    answer = judged("dormant_account", step, NOON, values={"old_policy": "90일", "new_policy": new})
    assert answer["Differs"].verdict.level == level


def test_the_approval_covers_the_policy_and_whom_it_meets() -> None:
    step = PAGE.step_by_key["approve_policy"]
    assert step.approves == "change_policy"
    assert set(step.covers) == {"old_policy", "new_policy", "accounts_affected"}


def test_nothing_is_ready_after_the_cause_but_its_own_branch() -> None:
    done = frozenset({"request", "find_cause"})
    for branch, first in (
        ("policy", "plan_policy"), ("one_account", "wake_account"), ("other", "other_cause"),
    ):  # fmt: skip
        assert [step.key for step in PAGE.ready({"branch": branch}, done)] == [first]
