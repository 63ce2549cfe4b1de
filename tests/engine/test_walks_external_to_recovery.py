"""From opening to the end: external users, group addresses, recovery of deleted mail."""

from datetime import timedelta

import pytest

from procedures import engine
from procedures.change import NotPossible
from procedures.models import Claim, Deadline, Run
from tests.catalog.facts import kst
from tests.engine.cast import MINUTE, Cast, kinds, state, steps, why

pytestmark = pytest.mark.django_db

EXTERNAL = {
    "users": ["guest@partner.example"],
    "purpose": "공동 설계",
    "start": "2026-11-10",
    "end": "2026-12-10",
    "cost_center": "D-210",
}


def test_an_external_user_s_mail_ends_with_its_removal(cast: Cast) -> None:
    run = cast.open("member", "external_user_mail", **EXTERNAL)
    cast.done("site", run, "acknowledge_cost")
    assert cast.approve("site2", run, "approve").done
    cast.done("site", run, "perform")
    cast.done("member", run, "confirm_use")
    assert state(run) == "open"
    due = {one.key: one.due_at for one in Deadline.objects.filter(run=run, state="pending")}
    assert due == {
        "remind_14d": kst("2026-11-26T09:00"),
        "remind_3d": kst("2026-12-07T09:00"),
        "remind_end": kst("2026-12-10T09:00"),
    }
    cast.now = kst("2026-12-11T09:00")
    cast.done("site", run, "remove_access")
    assert state(run) == "completed"
    assert not Deadline.objects.filter(run=run, state="pending").exists()


def test_a_changed_list_of_external_users_costs_and_is_approved_again(cast: Cast) -> None:
    run = cast.open("member", "external_user_mail", **EXTERNAL)
    cast.done("site", run, "acknowledge_cost")
    assert cast.approve("site2", run, "approve").done
    more = {"users": ["guest@partner.example", "two@partner.example"]}
    assert cast.ask(engine.amend_values, "member", run, values=more, reason="한 명 더").done
    assert steps(run)["acknowledge_cost"] == (2, "pending")
    assert steps(run)["approve"] == (2, "pending")
    with pytest.raises(NotPossible, match="not_ready"):
        cast.do("site", run, "perform")
    cast.done("site", run, "acknowledge_cost")
    assert cast.approve("site2", run, "approve").done
    cast.done("site", run, "perform")


def test_without_an_end_nothing_is_to_be_removed(cast: Cast) -> None:
    run = cast.open("member", "external_user_mail", **{**EXTERNAL, "end": ""})
    cast.done("site", run, "acknowledge_cost")
    assert cast.approve("site2", run, "approve").done
    cast.done("site", run, "perform")
    cast.done("member", run, "confirm_use")
    assert state(run) == "completed"


UNIT = {
    "kind_of_members": "unit",
    "local_part": "Sales",
    "domain": "old.example",
    "units": ["영업"],
}
PEOPLE = {
    "kind_of_members": "individuals",
    "list_name": "출시",
    "local_part": "launch",
    "domain": "old.example",
    "members": ["member@old.example", "MEMBER@old.example", "mail@old.example"],
}


def test_a_representative_address_is_reserved_and_kept(cast: Cast) -> None:
    run = cast.open("member", "representative_mail", **UNIT)
    cast.done("mail", run, "check_address")
    other = cast.open("member2", "representative_mail", **UNIT)
    assert cast.refused("mail", other, "check_address") == "taken"
    cast.done("mail", other, "check_address", local_part="trade")
    for step in ("perform", "test_receive", "test_send"):
        cast.done("mail", run, step)
    assert state(run) == "completed"
    assert Claim.objects.get(run=run, released_at=None).key == "address:sales"
    assert cast.ask(engine.cancel_run, "mail", other, reason="필요 없음").done
    assert not Claim.objects.filter(run=other, released_at=None).exists()


def test_an_address_checked_again_is_kept_or_changed(cast: Cast) -> None:
    run = cast.open("member", "representative_mail", **UNIT)
    for step in ("check_address", "perform", "test_receive", "test_send"):
        cast.done("mail", run, step)
    again = {"steps": ("check_address",), "reason": "주소 확인"}
    assert cast.ask(engine.reopen_run, "mail", run, **again).done
    cast.done("mail", run, "check_address")
    assert state(run) == "completed"
    assert cast.ask(engine.reopen_run, "mail", run, **again).done
    cast.done("mail", run, "check_address", local_part="trade")
    assert list(Claim.objects.filter(released_at=None).values_list("key", flat=True)) == [
        "address:trade"
    ]
    assert steps(run)["perform"] == (2, "pending")


def test_a_mailing_list_keeps_each_member_once(cast: Cast) -> None:
    wrong = cast.try_open("member", "mailing_list", **{**PEOPLE, "kind_of_members": "unit"})
    assert why(wrong) == "other"
    run = cast.open("member", "mailing_list", **PEOPLE)
    value = run.stored_values.get(field="members").value
    assert value == ["member@old.example", "mail@old.example"]
    cast.done("mail", run, "check_address", local_part="project-a")
    cast.done("mail", run, "perform")
    cast.done("member", run, "test")
    assert state(run) == "completed"


@pytest.mark.parametrize("local_part", ["MAIL", "member"])
def test_a_user_s_own_address_is_not_free(cast: Cast, local_part: str) -> None:
    run = cast.open("member", "mailing_list", **{**PEOPLE, "local_part": local_part})
    assert cast.refused("mail", run, "check_address") == "taken"


DELETED = kst("2026-11-02T08:00")


def recovery(cast: Cast) -> Run:
    run = cast.open(
        "member", "mail_recovery", mailbox="member@old.example", deleted_at=DELETED.isoformat()
    )
    cast.done("member", run, "settle_time")
    return run


def test_mail_is_recovered_within_its_day(cast: Cast) -> None:
    run = recovery(cast)
    due = {one.key: one.due_at for one in Deadline.objects.filter(run=run, state="pending")}
    assert due["remind_1h"] == DELETED + timedelta(hours=23)
    assert due["expire"] == DELETED + timedelta(hours=24, microseconds=1)
    assert cast.refused("member", run, "recover", month="202611") == "not_your_role"
    assert cast.refused("mail", run, "recover", month="202612") == "later"
    cast.done("mail", run, "recover", month="202611")
    cast.done("member", run, "user_confirms")
    assert state(run) == "completed"


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        (timedelta(hours=24) - timedelta(microseconds=1), ""),
        (timedelta(hours=24), ""),
        (timedelta(hours=24, microseconds=1), "too_late"),
    ],
)
def test_the_span_of_recovery_includes_its_last_instant(
    cast: Cast, after: timedelta, answer: str
) -> None:
    run = recovery(cast)
    result = cast.ask(
        engine.complete_step,
        "mail",
        run,
        now=DELETED + after,
        step="recover",
        values={"month": "202611"},
    )
    assert (result.done, "" if result.done else why(result)) == (not answer, answer)


def test_an_expired_recovery_takes_the_late_entry_and_goes_on(cast: Cast) -> None:
    run = recovery(cast)
    end = Deadline.objects.get(run=run, key="expire")
    assert engine.pass_deadline(run, deadline_id=end.pk, now=end.due_at).done
    assert state(run) == "expired"
    entry = {"step": "recover", "values": {"month": "202611"}}
    with pytest.raises(NotPossible, match="run_closed"):
        cast.ask(engine.complete_step, "member", run, now=end.due_at, step="user_confirms")
    late = {**entry, "now": end.due_at + timedelta(hours=1)}
    assert why(cast.ask(engine.complete_step, "mail", run, **late)) == "too_late"
    on_time = {**late, "performed_at": DELETED + timedelta(hours=23)}
    assert why(cast.ask(engine.complete_step, "mail", run, **on_time)) == "late_needs_note"
    assert cast.ask(engine.complete_step, "mail", run, **on_time, note="기록을 잊음").done
    assert state(run) == "open"
    assert steps(run)["recover"] == (1, "completed")
    assert "run.expired" in kinds(run.stream)
    cast.done("member", run, "user_confirms")
    assert state(run) == "completed"


@pytest.mark.parametrize(("later", "taken"), [(timedelta(0), True), (MINUTE, False)])
def test_the_late_entry_is_taken_for_fourteen_times_24_hours(
    cast: Cast, later: timedelta, taken: bool
) -> None:
    run = recovery(cast)
    end = Deadline.objects.get(run=run, key="expire")
    engine.pass_deadline(run, deadline_id=end.pk, now=end.due_at)
    entry = {
        "step": "recover",
        "values": {"month": "202611"},
        "performed_at": DELETED + timedelta(hours=23),
        "note": "기록을 잊음",
        "now": end.due_at + timedelta(hours=14 * 24) + later,
    }
    if taken:
        assert cast.ask(engine.complete_step, "mail", run, **entry).done
        return
    with pytest.raises(NotPossible, match="late_entry_over"):
        cast.ask(engine.complete_step, "mail", run, **entry)
