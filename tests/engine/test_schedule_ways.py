"""A date is countered, reminders wait for the confirmation, a confirmed date is stood by."""

from datetime import timedelta
from typing import Any

import pytest

from procedures import engine
from procedures.change import InvalidInput, NotPossible
from procedures.models import Deadline, Run, Value
from tests.catalog.facts import kst
from tests.engine.cast import Cast, kinds, last_body, state, steps, why
from tests.engine.domains import agree, prepared, proposed, scheduled

pytestmark = pytest.mark.django_db
COUNTER = {"counter_start": "2026-11-20T22:00+09:00", "counter_end": "2026-11-21T04:00+09:00"}
HOUR = timedelta(hours=1)


def counter(cast: Cast, who: str, run: Run, **values: Any) -> engine.Result:
    return cast.ask(
        engine.go_back, who, run, way="counter", reason="그날은 행사", values=values or COUNTER
    )


def due(run: Run) -> dict[str, Any]:
    rows = Deadline.objects.filter(run=run, state="pending")
    return dict(rows.values_list("key", "due_at"))


def test_a_counter_proposal_is_kept_and_support_proposes_again(cast: Cast) -> None:
    run = proposed(cast)
    assert counter(cast, "chair", run).done
    assert steps(run)["propose"] == (2, "pending")
    body = last_body(run.stream)
    assert body["way"] == "counter"
    assert body["values"] == {
        "counter_start": "2026-11-20T13:00:00.000000Z",
        "counter_end": "2026-11-20T19:00:00.000000Z",
    }
    assert {one["rule"]: one["level"] for one in body["verdicts"]} == {
        "WorkWindow": "allowed", "BusinessNotice": "allowed",
    }  # fmt: skip
    taken_up = {"work_start": COUNTER["counter_start"], "work_end": COUNTER["counter_end"]}
    cast.done("support", run, "propose", **taken_up)
    assert cast.approve("chair", run, "agree").done
    cast.look(run, "new.example")
    cast.done("support", run, "confirm_schedule", **taken_up)
    assert state(run) == "open"


@pytest.mark.parametrize(
    ("who", "values", "answer"),
    [
        ("mail", COUNTER, "not_your_role"),
        ("support", COUNTER, "not_your_role"),
        # longer than eight hours
        ("chair", {**COUNTER, "counter_end": "2026-11-21T06:00:00.000001+09:00"}, "too_long"),
        ("chair", {**COUNTER, "counter_end": COUNTER["counter_start"]}, "reversed"),
    ],
)
def test_a_counter_proposal_is_refused(
    cast: Cast, who: str, values: dict[str, str], answer: str
) -> None:
    run = proposed(cast)
    assert why(counter(cast, who, run, **values)) == answer
    assert steps(run)["propose"] == (1, "completed")
    assert not Value.objects.filter(run=run, field="counter_start").exists()


def test_a_counter_proposal_needs_both_its_times(cast: Cast) -> None:
    run = proposed(cast)
    with pytest.raises(InvalidInput) as wrong:
        counter(cast, "chair", run, counter_start=COUNTER["counter_start"])
    assert list(wrong.value.problems) == ["counter_end"]


def test_who_has_agreed_reschedules_instead_of_countering(cast: Cast) -> None:
    run = proposed(cast)
    assert cast.approve("chair", run, "agree").done
    with pytest.raises(NotPossible, match="way_closed"):
        counter(cast, "chair", run)


def test_reminders_of_the_work_wait_until_both_sides_have_confirmed(cast: Cast) -> None:
    run = proposed(cast)
    timed = {"lower_ttl", "day_before", "hour_before"}
    assert not timed & set(due(run))
    agree(cast, run)
    start = kst("2026-11-14T22:00")
    assert {key: start - at for key, at in due(run).items() if key in timed} == {
        "lower_ttl": 48 * HOUR, "day_before": 24 * HOUR, "hour_before": HOUR,
    }  # fmt: skip
    back = cast.ask(engine.go_back, "support", run, way="reschedule", reason="행사")
    assert back.done
    assert not timed & set(due(run))


def test_what_follows_is_due_on_business_days_after_the_service_was_resumed(cast: Cast) -> None:
    run = scheduled(cast)
    prepared(cast, run)
    cast.done("support", run, "stabilise")
    # Saturday evening in Seoul
    cast.done("support", run, "resume", resumed_on="new")
    found = due(run)
    assert found["recheck_due"] == kst("2026-11-16T09:00")
    assert found["outlook_chase"] == kst("2026-11-18T09:00")


def test_rolling_back_leaves_the_stabilising_out_with_a_reason(cast: Cast) -> None:
    run = scheduled(cast)
    prepared(cast, run)
    assert cast.ask(engine.skip_step, "support", run, step="stabilise", reason="되돌림").done
    assert cast.refused("support", run, "resume", resumed_on="old") == "missing"
    cast.done("support", run, "resume", resumed_on="old", rollback_reason="수신 실패")
    assert "recheck_due" not in due(run)
    assert steps(run)["resume"] == (1, "completed")


def test_a_confirmed_date_is_stood_by_and_nothing_changes(cast: Cast) -> None:
    run = scheduled(cast)
    before = steps(run)
    ask = {"step": "confirm_schedule", "reason": "임시공휴일을 알고 있음"}
    assert why(cast.ask(engine.reconfirm, "site", run, **ask)) == "not_your_role"
    assert cast.ask(engine.reconfirm, "support", run, **ask).done
    assert kinds(run.stream)[-1] == "step.reconfirmed"
    verdicts = {one["rule"]: one for one in last_body(run.stream)["verdicts"]}
    assert verdicts["BusinessNotice"]["calendar"] == "KR-1"
    assert steps(run) == before


@pytest.mark.parametrize(
    ("step", "reason", "answer"),
    [
        ("start_work", "왜", "nothing_to_confirm"),
        ("set_dns", "왜", "nothing_to_confirm"),
        ("confirm_schedule", " ", "reason_required"),
        ("nowhere", "왜", "unknown_step"),
    ],
)
def test_only_what_was_judged_is_stood_by(cast: Cast, step: str, reason: str, answer: str) -> None:
    run = scheduled(cast)
    with pytest.raises(NotPossible, match=answer):
        cast.ask(engine.reconfirm, "support", run, step=step, reason=reason)
