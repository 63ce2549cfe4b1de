"""How runs end and what stands afterwards: cancelled, completed, reopened, rolled into the next."""

import pytest

from procedures import engine
from procedures.change import NotPossible
from procedures.models import Claim, Deadline, Delivery, Run
from tests.catalog.facts import kst
from tests.engine.cast import Cast, kinds, last_body, outcome, state, steps, why

pytestmark = pytest.mark.django_db
SYNC = {"service": "email", "changes": ["kim, 김하나, 신규"]}
DELETED = {"mailbox": "member@old.example", "deleted_at": kst("2026-11-02T08:00").isoformat()}


def recovered(cast: Cast) -> Run:
    run = cast.open("member", "mail_recovery", **DELETED)
    cast.done("member", run, "settle_time")
    cast.done("mail", run, "recover", month="202611")
    cast.done("member", run, "user_confirms")
    assert state(run) == "completed"
    return run


@pytest.mark.parametrize(
    ("who", "reason", "answer"),
    [
        ("member2", "그만", "not_your_role"),
        ("chair", "그만", ""),
        ("member", " ", "reason_required"),
        ("member", "찾았음", ""),
        ("mail", "찾았음", ""),
        ("site", "찾았음", ""),
    ],
)
def test_who_asked_or_performs_or_administers_cancels_with_a_reason(
    cast: Cast, who: str, reason: str, answer: str
) -> None:
    run = cast.open("member", "mail_recovery", **DELETED)
    assert outcome(lambda: cast.ask(engine.cancel_run, who, run, reason=reason)) == answer
    assert state(run) == ("open" if answer else "cancelled")


def test_a_cancelled_run_waits_for_nothing(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    assert cast.ask(engine.cancel_run, "member", run, reason="필요 없음").done
    stored = Run.objects.get(pk=run.pk)
    assert (stored.current_steps, stored.waiting_roles) == ("", "")
    assert stored.closed_at == cast.now
    assert not Claim.objects.filter(released_at=None).exists()
    assert kinds(run.stream)[-1] == "run.cancelled"
    assert cast.try_open("member", "service_sync", **SYNC).run != run


def test_no_deadline_outlives_its_run(cast: Cast) -> None:
    run = cast.open("member", "mail_recovery", **DELETED)
    due = Deadline.objects.filter(run=run, state="pending").first()
    assert due is not None
    assert cast.ask(engine.cancel_run, "member", run, reason="찾았음").done
    assert not Deadline.objects.filter(run=run, state="pending").exists()
    with pytest.raises(NotPossible, match="not_due"):
        engine.pass_deadline(run, deadline_id=due.pk, now=due.due_at)


def test_a_deadline_is_fired_once_and_not_before_it_is_due(cast: Cast) -> None:
    run = cast.open("member", "mail_recovery", **DELETED)
    due = Deadline.objects.filter(run=run, state="pending").order_by("due_at")[0]
    with pytest.raises(NotPossible, match="not_due"):
        engine.pass_deadline(run, deadline_id=due.pk, now=cast.now)
    assert engine.pass_deadline(run, deadline_id=due.pk, now=due.due_at).done
    assert kinds(run.stream)[-1] == "deadline.reminded"
    with pytest.raises(NotPossible, match="not_due"):
        engine.pass_deadline(run, deadline_id=due.pk, now=due.due_at)


def test_every_end_and_every_next_step_is_told(cast: Cast) -> None:
    run = recovered(cast)
    told = Delivery.objects.filter(run=run).order_by("id")
    assert [one.template for one in told] == [
        "step_ready",
        "run_opened",
        "step_ready",
        "step_ready",
        "run_completed",
    ]
    assert told[1].audience == "mail_admin"


def test_reopened_steps_are_done_again_and_the_history_stays(cast: Cast) -> None:
    run = recovered(cast)
    ask = {"steps": ("user_confirms",), "reason": "첨부가 빠짐"}
    before = kinds(run.stream)
    assert outcome(lambda: cast.ask(engine.reopen_run, "member2", run, **ask)) == "not_your_role"
    none = {**ask, "reason": ""}
    assert outcome(lambda: cast.ask(engine.reopen_run, "mail", run, **none)) == "reason_required"
    none = {**ask, "steps": ()}
    assert outcome(lambda: cast.ask(engine.reopen_run, "mail", run, **none)) == "unknown_step"
    assert cast.ask(engine.reopen_run, "mail", run, **ask).done
    assert state(run) == "open"
    assert last_body(run.stream)["steps"] == [["user_confirms", 2, "pending"]]
    cast.done("member", run, "user_confirms")
    assert state(run) == "completed"
    assert kinds(run.stream)[: len(before)] == before
    assert steps(run)["user_confirms"] == (2, "completed")


def test_a_used_slot_is_not_reopened(cast: Cast) -> None:
    run = cast.open("site", "service_sync", **SYNC)
    for step in ("review", "run_sync"):
        cast.done("site", run, step)
    cast.done("site", run, "record_result", result="succeeded")
    for step in ("tell_users", "confirm_access"):
        cast.done("site", run, step)
    ask = {"steps": ("run_sync",), "reason": "다시"}
    assert outcome(lambda: cast.ask(engine.reopen_run, "site", run, **ask)) == "fixed"
    changed = {"values": {"changes": ["lee, 이소라, 신규"]}, "reason": "추가"}
    assert outcome(lambda: cast.ask(engine.amend_values, "site", run, **changed)) == "run_closed"
    ask = {"steps": ("confirm_access",), "reason": "다시 확인"}
    assert cast.ask(engine.reopen_run, "site", run, **ask).done
    assert outcome(lambda: cast.ask(engine.amend_values, "site", run, **changed)) == "fixed"
    assert Claim.objects.get(run=run, released_at=None).key == "sync:email:2026-11-02"


def test_steps_are_done_in_order_and_none_is_left_out(cast: Cast) -> None:
    run = cast.open("site", "service_sync", **SYNC)
    for step in ("run_sync", "record_result", "confirm_access"):
        assert outcome(lambda step=step: cast.do("site", run, step)) == "not_ready"  # type: ignore[misc]
    assert outcome(lambda: cast.do("site", run, "no_such_step")) == "unknown_step"
    skip = {"step": "review", "reason": "바쁨"}
    assert outcome(lambda: cast.ask(engine.skip_step, "site", run, **skip)) == "not_skippable"


def test_values_changed_since_the_page_was_made_are_shown_first(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    seen = {"step": "review", "seen": "0" * 64}
    asked = lambda: cast.ask(engine.complete_step, "site", run, **seen)  # noqa: E731
    assert outcome(asked) == "values_changed"
    assert steps(run)["review"] == (1, "pending")


def test_a_run_of_another_company_is_no_parent(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    linked = engine.open_run(
        cast.tenant,
        procedure="godomall_mx",
        actor_id=cast.people["mail"].pk,
        now=cast.tick(),
        values={"domain": "old.example"},
        parent=run,
    )
    assert linked.run is not None
    assert linked.run.parent == run
    other = type(cast.tenant).objects.create(slug="other", name="다른 회사")
    with pytest.raises(NotPossible):
        engine.open_run(
            other,
            procedure="godomall_mx",
            actor_id=cast.people["support"].pk,
            now=cast.tick(),
            values={"domain": "old.example"},
            parent=run,
        )
    stranger = engine.open_run(
        other,
        procedure="godomall_mx",
        actor_id=cast.people["mail"].pk,
        now=cast.tick(),
        values={"domain": "old.example"},
    )
    assert why(stranger) == "not_opener"
