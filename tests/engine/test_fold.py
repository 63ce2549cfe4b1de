"""The fold tells the state of a run by its events, and refuses a history that cannot be."""

from typing import Any

import pytest

from procedures.fold import IllegalHistory, fold

OPENED = {"run": "open", "steps": [["ask", 1, "pending"], ["do", 1, "pending"]]}
ASKED = {"steps": [["ask", 1, "completed"]]}
DONE = {"steps": [["do", 1, "completed"]]}
ENDED = {"run": "completed"}
EXPIRED = {"run": "expired", "steps": [["do", 1, "expired"]]}


def test_a_run_is_told_by_its_events() -> None:
    told = fold([OPENED, ASKED, DONE, ENDED])
    assert told.run == "completed"
    assert told.steps == {("ask", 1): "completed", ("do", 1): "completed"}


def test_a_refusal_changes_nothing() -> None:
    refused = {"code": "blocked", "verdicts": []}
    assert fold([OPENED, refused, ASKED]) == fold([OPENED, ASKED])


def test_a_late_entry_lets_an_expired_run_go_on() -> None:
    told = fold([OPENED, ASKED, EXPIRED, {"run": "open", "steps": [["do", 1, "completed"]]}])
    assert (told.run, told.steps["do", 1]) == ("open", "completed")


def test_a_repeated_step_adds_a_round() -> None:
    told = fold([OPENED, ASKED, {"steps": [["ask", 2, "pending"]]}])
    assert told.steps["ask", 1] == "completed"
    assert told.steps["ask", 2] == "pending"


@pytest.mark.parametrize(
    "bodies",
    [
        [ASKED],  # nothing was opened
        [OPENED, OPENED],  # opened twice
        [OPENED, ASKED, ASKED],  # completed twice
        [OPENED, ENDED, {"run": "cancelled"}],  # an end after the end
        [OPENED, {"run": "refused"}, {"run": "open"}],  # back from a refusal
        [OPENED, {"steps": [["ask", 2, "pending"]]}],  # a round while the first is pending
        [OPENED, ASKED, {"steps": [["ask", 3, "pending"]]}],  # a round left out
        [OPENED, EXPIRED, {"steps": [["do", 1, "skipped"]]}],  # expired, then left out
        [OPENED, {"steps": [["ask", 1, "gone"]]}],  # no state of a step
    ],
)
def test_a_history_that_cannot_be_is_refused(bodies: list[dict[str, Any]]) -> None:
    with pytest.raises(IllegalHistory):
        fold(bodies)
