"""A confirmed schedule: moved a little, moved often, overridden, refused; one at a time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from procedures import engine
from procedures.change import NotPossible
from procedures.models import Claim, Run
from tests.catalog.facts import kst
from tests.engine.cast import Cast, kinds, outcome, state, steps, why
from tests.engine.domains import ASKED, PLAN, closed, scheduled

pytestmark = pytest.mark.django_db
START = kst("2026-11-14T22:00")
HOUR = timedelta(hours=1)


def move(cast: Cast, run: Run, by: timedelta) -> engine.Result:
    start: datetime = START + by
    values = {"work_start": start.isoformat(), "work_end": (start + 6 * HOUR).isoformat()}
    return cast.ask(engine.amend_values, "support", run, values=values, reason="고객사 요청")


def confirmed(run: Run) -> set[str]:
    return {steps(run)[key][1] for key in ("agree", "confirm_schedule")}


def test_small_moves_do_not_add_up(cast: Cast) -> None:
    run = scheduled(cast)
    assert move(cast, run, 20 * HOUR).done
    assert confirmed(run) == {"completed"}
    assert move(cast, run, 24 * HOUR).done
    assert confirmed(run) == {"completed"}
    assert move(cast, run, 25 * HOUR).done
    assert confirmed(run) == {"pending"}


def test_another_new_domain_is_agreed_to_again(cast: Cast) -> None:
    run = scheduled(cast)
    values = {"new_main": "other.example"}
    assert cast.ask(engine.amend_values, "support", run, values=values, reason="오타").done
    assert steps(run)["agree"] == (2, "pending")
    same = {"new_main": "old.example"}
    refused = cast.ask(engine.amend_values, "support", run, values=same, reason="원래대로")
    assert why(refused) == "same"


@pytest.mark.parametrize(
    ("who", "values", "reason", "answer"),
    [
        ("site", {"received": "2026-11-01T09:00+09:00"}, "먼저 전화함", "not_your_role"),
        ("support", {"received": "2026-11-01T09:00+09:00"}, " ", "reason_required"),
        ("support", {"received": "2027-01-01T09:00+09:00"}, "오타", "future"),
        ("support", {"received": ASKED["received"]}, "오타", "nothing_changed"),
        ("support", {"closing_note": "끝"}, "오타", "not_given_yet"),
        ("support", {"received": "2026-11-01T09:00+09:00"}, "먼저 전화함", ""),
    ],
)
def test_when_it_was_received_changes_only_with_a_reason(
    cast: Cast, who: str, values: dict[str, str], reason: str, answer: str
) -> None:
    run = scheduled(cast)
    asked = {"values": values, "reason": reason}
    assert outcome(lambda: cast.ask(engine.amend_values, who, run, **asked)) == answer


def wrong_dns(cast: Cast) -> Run:
    """Take a run to its start with the DNS wrong."""
    run = scheduled(cast)
    for who, step in (
        ("site", "notify_users"),
        ("site", "outlook_guide_sent"),
        ("support", "check_group_mail"),
        ("support", "prepare"),
    ):
        cast.done(who, run, step)
    cast.now = START
    cast.look(run, "new.example", "wrong")
    assert cast.refused("support", run, "start_work") == "wrong"
    return run


def override(cast: Cast, who: str, run: Run, rule: str = "MxMatches") -> engine.Result:
    return cast.ask(engine.override, who, run, step="start_work", rule=rule, reason="고객사와 합의")


def test_a_manager_overrides_for_another_and_for_these_values_only(cast: Cast) -> None:
    run = wrong_dns(cast)
    assert why(override(cast, "support", run)) == "not_your_role"
    assert why(override(cast, "site", run)) == "not_your_role"
    with pytest.raises(NotPossible, match="not_blocked"):
        override(cast, "manager", run, rule="PreparationTime")
    assert override(cast, "manager", run).done
    assert kinds(run.stream)[-1] == "gate.overridden"
    cast.done("support", run, "start_work")
    assert run.decisions.get(kind="override").actor == cast.people["manager"]


def test_an_override_holds_for_the_values_it_was_given_for(cast: Cast) -> None:
    run = cast.open("support", "domain_change", **ASKED)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    soon = {"work_start": "2026-11-07T22:00+09:00", "work_end": "2026-11-08T04:00+09:00"}
    cast.done("support", run, "propose", acknowledge="짧은 통보임을 확인", **soon)
    assert cast.approve("chair", run, "agree").done
    cast.look(run, "new.example")
    ask = {"step": "confirm_schedule", "rule": "BusinessNotice", "reason": "합의"}
    assert cast.ask(engine.override, "manager", run, **ask).done
    later = {**soon, "work_start": "2026-11-07T23:00+09:00"}
    assert cast.refused("support", run, "confirm_schedule", **later) == "too_early"
    cast.done("support", run, "confirm_schedule", **soon)


def test_who_overrode_does_not_perform(cast: Cast) -> None:
    run = wrong_dns(cast)
    boss = cast.people["manager"]
    boss.vendor_roles.create(role="support")
    assert override(cast, "manager", run).done
    assert cast.refused("manager", run, "start_work") == "wrong"
    cast.done("support", run, "start_work")


def test_eight_hours_are_not_overridable(cast: Cast) -> None:
    run = cast.open("support", "domain_change", **ASKED)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    long = {**PLAN, "work_end": "2026-11-15T06:00:00.000001+09:00"}
    assert cast.refused("support", run, "propose", **long) == "too_long"


def test_the_next_change_opens_when_the_first_has_ended(cast: Cast) -> None:
    run = scheduled(cast)
    assert why(cast.try_open("support2", "domain_change", **ASKED)) == "open_run_exists"
    assert cast.ask(engine.cancel_run, "support", run, reason="미룸").done
    assert not Claim.objects.filter(run=run, released_at=None).exists()
    assert cast.try_open("support2", "domain_change", **ASKED).done


def test_a_reopened_change_is_the_open_one_again(cast: Cast) -> None:
    run = closed(cast)
    assert kinds(cast.tenant.stream)[-1] == "domain.changed"
    again = {"steps": ("close",), "reason": "기록 보완"}
    other = cast.try_open("support", "domain_change", **{**ASKED, "new_main": "third.example"})
    with pytest.raises(NotPossible, match="open_run_exists"):
        cast.ask(engine.reopen_run, "support", run, **again)
    assert other.run is not None
    assert cast.ask(engine.cancel_run, "support", other.run, reason="취소").done
    assert cast.ask(engine.reopen_run, "support", run, **again).done
    assert why(cast.try_open("support", "domain_change", **ASKED)) == "open_run_exists"


@pytest.mark.parametrize(
    ("after", "answer"),
    [(timedelta(hours=14 * 24), ""), (timedelta(hours=14 * 24, microseconds=1), "reopen_over")],
)
def test_a_completed_run_is_reopened_for_fourteen_times_24_hours(
    cast: Cast, after: timedelta, answer: str
) -> None:
    run = closed(cast)
    again: dict[str, Any] = {"steps": ("close",), "reason": "기록 보완"}
    assert why(cast.ask(engine.reopen_run, "site", run, **again)) == "not_your_role"
    ended = Run.objects.get(pk=run.pk).closed_at
    assert ended is not None
    again |= {"now": ended + after}
    assert outcome(lambda: cast.ask(engine.reopen_run, "support", run, **again)) == answer
    assert state(run) == ("completed" if answer else "open")
    assert steps(run)["close"] == ((1, "completed") if answer else (2, "pending"))


def test_a_reopened_change_does_not_change_the_tenant_a_second_time(cast: Cast) -> None:
    run = closed(cast)
    again = {"steps": ("close",), "reason": "기록 보완"}
    assert cast.ask(engine.reopen_run, "support", run, **again).done
    cast.tenant.refresh_from_db()
    cast.tenant.main_domain = "later.example"
    cast.tenant.save(update_fields=["main_domain"])
    cast.done("support", run, "close")
    assert state(run) == "completed"
    cast.tenant.refresh_from_db()
    assert cast.tenant.main_domain == "later.example"
    assert kinds(cast.tenant.stream).count("domain.changed") == 1
