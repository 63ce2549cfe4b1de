"""When it happened: late entries, minutes, approvals, incidents."""

from datetime import timedelta

import pytest

from procedures import engine
from procedures.change import NotPossible
from procedures.models import Run
from tests.catalog.facts import kst
from tests.engine.cast import MINUTE, Cast, kinds, last_body, steps, why

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)
DELETED = kst("2026-11-02T08:00")


def admin_change(cast: Cast) -> Run:
    """Ask for another mail admin and approve it at 09:02 and some seconds."""
    run = cast.open(
        "member", "mail_admin_change", current_admin="yes", reason="인사", add=["a@old.example"]
    )
    now = kst("2026-11-02T09:02:30.5")
    assert cast.ask(engine.approve, "site", run, step="approve", now=now).done
    return run


def perform(cast: Cast, run: Run, when: str, now: str, note: str = "") -> engine.Result:
    return cast.ask(
        engine.complete_step,
        "mail",
        run,
        step="perform",
        performed_at=kst(when),
        now=kst(now),
        note=note,
    )


@pytest.mark.parametrize(
    ("when", "now", "note", "answer"),
    [
        # the future, by a microsecond
        ("2026-11-02T09:05:00.000001", "2026-11-02T09:05", "", "performed_future"),
        ("2026-11-02T09:05", "2026-11-02T09:05", "", ""),
        # before the approval it depends on
        ("2026-11-02T09:02:30.499999", "2026-11-02T09:05", "", "performed_before"),
        ("2026-11-02T09:02:30.5", "2026-11-02T09:05", "", ""),
        # typed to the minute within its minute takes its time
        ("2026-11-02T09:02", "2026-11-02T09:05", "", ""),
        ("2026-11-02T09:01", "2026-11-02T09:05", "", "performed_before"),
        # ten minutes are not late; a microsecond more needs a note
        ("2026-11-02T09:05", "2026-11-02T09:15", "", ""),
        ("2026-11-02T09:05", "2026-11-02T09:15:00.000001", "", "late_needs_note"),
        ("2026-11-02T09:05", "2026-11-02T09:15:00.000001", "깜빡함", ""),
    ],
)
def test_the_time_given_is_checked(cast: Cast, when: str, now: str, note: str, answer: str) -> None:
    run = admin_change(cast)
    result = perform(cast, run, when, now, note)
    assert (result.done, "" if result.done else why(result)) == (not answer, answer)


def test_a_typed_minute_takes_the_time_of_what_it_depends_on(cast: Cast) -> None:
    run = admin_change(cast)
    assert perform(cast, run, "2026-11-02T09:02", "2026-11-02T09:05").done
    assert run.steps.get(key="perform").performed_at == kst("2026-11-02T09:02:30.5")


def test_a_late_entry_is_flagged_and_recorded_now(cast: Cast) -> None:
    run = admin_change(cast)
    assert perform(cast, run, "2026-11-02T10:00", "2026-11-02T12:00", "회의 중이었음").done
    row = run.steps.get(key="perform")
    assert (row.late, row.performed_at, row.recorded_at) == (
        True,
        kst("2026-11-02T10:00"),
        kst("2026-11-02T12:00"),
    )
    assert last_body(run.stream)["late"]


def test_a_late_entry_does_not_predate_an_approval_far_before_it(cast: Cast) -> None:
    values = {
        "users": ["guest@partner.example"],
        "purpose": "설계",
        "start": "2026-11-10",
        "cost_center": "D",
    }
    run = cast.open("member", "external_user_mail", **values)
    cast.done("site", run, "acknowledge_cost")
    assert cast.approve("site2", run, "approve").done
    cast.done("site", run, "perform")
    # The purpose changes, so that it is approved anew; what was performed stands.
    new = {"purpose": "공동 설계"}
    assert cast.ask(engine.amend_values, "member", run, values=new, reason="구체화").done
    approved = kst("2026-11-02T11:00:30")
    assert cast.ask(engine.approve, "site2", run, step="approve", now=approved).done
    entry = {"step": "confirm_use", "note": "먼저 확인함", "now": kst("2026-11-02T12:00")}
    for when, answer in ((approved - MICRO, "predates_approval"), (kst("2026-11-02T11:00"), "")):
        result = cast.ask(engine.complete_step, "site", run, performed_at=when, **entry)
        assert (result.done, "" if result.done else why(result)) == (not answer, answer)


def test_what_was_done_although_blocked_is_an_incident(cast: Cast) -> None:
    run = cast.open(
        "member", "mail_recovery", mailbox="member@old.example", deleted_at=DELETED.isoformat()
    )
    cast.done("member", run, "settle_time")
    cast.now = DELETED + timedelta(hours=25)
    seen = {"step": "recover", "performed_at": cast.now}
    with pytest.raises(NotPossible, match="reason_required"):
        cast.ask(engine.record_incident, "mail", run, note=" ", **seen)
    refused = cast.ask(engine.record_incident, "member", run, note="복구함", **seen)
    assert why(refused) == "not_your_role"
    ahead = {"step": "recover", "performed_at": cast.now + 9 * MINUTE}
    refused = cast.ask(engine.record_incident, "mail", run, note="복구함", **ahead)
    assert why(refused) == "performed_future"
    assert cast.ask(engine.record_incident, "mail", run, note="복구함", **seen).done
    assert steps(run)["recover"] == (1, "pending")
    assert kinds(run.stream)[-1] == "incident.recorded"
    assert last_body(run.stream)["verdicts"][0]["code"] == "too_late"
    inside = {"step": "recover", "performed_at": DELETED + timedelta(hours=23)}
    with pytest.raises(NotPossible, match="not_blocked_incident"):
        cast.ask(engine.record_incident, "mail", run, note="복구함", **inside)


def test_a_caution_takes_its_acknowledgement_and_keeps_it(cast: Cast) -> None:
    run = cast.open(
        "member",
        "mail_recovery",
        mailbox="member@old.example",
        deleted_from=DELETED.isoformat(),
        deleted_to=(DELETED + timedelta(minutes=30)).isoformat(),
    )
    cast.done("member", run, "settle_time")
    cast.now = DELETED + timedelta(hours=24)
    with pytest.raises(NotPossible, match="reason_required"):
        cast.ask(engine.acknowledge, "mail", run, step="recover", text=" ")
    assert cast.refused("mail", run, "recover", month="202611") == "acknowledgement_required"
    assert why(cast.ask(engine.acknowledge, "member", run, step="recover", text="확인")) == (
        "not_your_role"
    )
    assert cast.ask(engine.acknowledge, "mail", run, step="recover", text="될 수도 있음").done
    # Another's acknowledgement is not one's own.
    assert cast.refused("mail2", run, "recover", month="202611") == "acknowledgement_required"
    cast.done("mail", run, "recover", month="202611")
    kept = run.decisions.get(kind="acknowledge")
    assert (kept.rule, kept.code, kept.reason) == ("WithinSpan", "maybe", "될 수도 있음")


def test_there_is_nothing_to_acknowledge_where_all_is_allowed(cast: Cast) -> None:
    run = cast.open(
        "member", "mail_recovery", mailbox="member@old.example", deleted_at=DELETED.isoformat()
    )
    cast.done("member", run, "settle_time")
    with pytest.raises(NotPossible, match="no_caution"):
        cast.ask(engine.acknowledge, "mail", run, step="recover", text="확인")
