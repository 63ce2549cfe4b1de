"""One prepared situation for every command: what is about to be asked of the engine."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from procedures import engine, slots
from procedures.models import Claim, Deadline, Run
from procedures.rules.wording import iso
from tests.engine.cast import Cast
from tests.engine.domains import proposed, scheduled

Ask = Callable[[], object]
DAY = timedelta(days=1)
SUBMISSION = UUID(int=7)


def _recovery(cast: Cast) -> Run:
    deleted = iso(cast.now - timedelta(hours=2))
    return cast.open("member", "mail_recovery", mailbox="member@old.example", deleted_at=deleted)


def _external(cast: Cast) -> Run:
    run = cast.open(
        "member",
        "external_user_mail",
        users=["guest@partner.example"],
        purpose="공동 작업",
        start="2026-11-02",
        cost_center="C-1",
    )
    cast.done("site", run, "acknowledge_cost")
    return run


def _sync(cast: Cast, *, until: str = "") -> Run:
    run = cast.open("member", "service_sync", service="email", changes=["kim, 김하나, 신규"])
    for step in ("review", "run_sync") if until else ():
        cast.done("site", run, step)
    return run


def _change(cast: Cast) -> Run:
    run = cast.open(
        "mail", "mail_admin_change",
        add=["new@old.example"], remove=["mail2@old.example"], current_admin="yes", reason="교대",
    )  # fmt: skip
    cast.approve("site", run, "approve")
    cast.done("mail", run, "perform")
    cast.done("mail", run, "confirm_added")
    return run


def _ask(cast: Cast, who: str, command: Callable[..., object], run: Run, **kw: object) -> Ask:
    now = cast.tick()
    return lambda: command(run, actor_id=cast.people[who].pk, now=now, **kw)


def _open(cast: Cast, who: str, procedure: str, **values: object) -> Ask:
    now = cast.tick()
    return lambda: engine.open_run(
        cast.tenant, procedure=procedure, actor_id=cast.people[who].pk, now=now, values=values,
        submission=SUBMISSION,
    )  # fmt: skip


def open_run(cast: Cast) -> Ask:
    return _open(cast, "member", "mail_recovery", mailbox="member@old.example")


def open_that_joins(cast: Cast) -> Ask:
    _sync(cast)
    return _open(cast, "member2", "service_sync", service="email", changes=["lee, 이소라, 신규"])


def open_that_is_refused(cast: Cast) -> Ask:
    return _open(
        cast, "member", "domain_change", new_main="new.example", received=iso(cast.now),
        requester="site@old.example", current_main="old.example", rollback_plan="되돌림",
        uses_group_mail="false",
    )  # fmt: skip


def complete_with_deadlines(cast: Cast) -> Ask:
    run = _recovery(cast)
    cast.done("member", run, "settle_time")
    return _ask(
        cast, "mail", engine.complete_step, run, step="recover", values={"month": "202611"},
        submission=SUBMISSION,
    )  # fmt: skip


def complete_with_claim(cast: Cast) -> Ask:
    run = _sync(cast)
    cast.done("site", run, "review")
    return _ask(cast, "site", engine.complete_step, run, step="run_sync")


def complete_that_changes_roles(cast: Cast) -> Ask:
    return _ask(cast, "site", engine.complete_step, _change(cast), step="confirm_removed")


def complete_that_is_refused(cast: Cast) -> Ask:
    run = _recovery(cast)
    cast.done("member", run, "settle_time")
    cast.now += 2 * DAY
    return _ask(cast, "mail", engine.complete_step, run, step="recover", values={"month": "202611"})


def refused_again(cast: Cast) -> Ask:
    ask = complete_that_is_refused(cast)
    ask()
    return ask


def late_entry_into_expired_run(cast: Cast) -> Ask:
    run = _recovery(cast)
    cast.done("member", run, "settle_time")
    done_at = cast.now + timedelta(hours=1)
    _expire(cast, run)
    return _ask(
        cast, "mail", engine.complete_step, run, step="recover", values={"month": "202611"},
        performed_at=done_at, note="바로 복구했지만 늦게 적습니다.",
    )  # fmt: skip


def _expire(cast: Cast, run: Run) -> None:
    cast.now += 2 * DAY
    for due in Deadline.objects.filter(run=run, state="pending").order_by("due_at"):
        engine.pass_deadline(run, deadline_id=due.pk, now=cast.now)


def approve(cast: Cast) -> Ask:
    return _ask(cast, "site2", engine.approve, _external(cast), step="approve")


def reject(cast: Cast) -> Ask:
    return _ask(cast, "site2", engine.reject, _external(cast), step="approve", reason="목적 보완")


def refuse_finally(cast: Cast) -> Ask:
    return _ask(
        cast, "site2", engine.reject, _external(cast), step="approve", reason="불가", final=True
    )


def amend_values(cast: Cast) -> Ask:
    run = _external(cast)
    cast.approve("site2", run, "approve")
    return _ask(
        cast, "member", engine.amend_values, run,
        values={"users": ["other@partner.example"]}, reason="사람이 바뀌었습니다.",
    )  # fmt: skip


def withdraw_rows(cast: Cast) -> Ask:
    run = _sync(cast)
    cast.try_open("member2", "service_sync", service="email", changes=["lee, 이소라, 신규"])
    return _ask(cast, "member2", engine.withdraw_rows, run, rows=("lee, 이소라, 신규",))


def go_back(cast: Cast) -> Ask:
    run = _sync(cast, until="run_sync")
    cast.done("site", run, "record_result", result="failed")
    return _ask(cast, "site", engine.go_back, run, way="sync_again", reason="실패해서 다시")


def counter(cast: Cast) -> Ask:
    run = proposed(cast)
    values = {"counter_start": "2026-11-20T22:00+09:00", "counter_end": "2026-11-21T04:00+09:00"}
    return _ask(
        cast, "chair", engine.go_back, run, way="counter", reason="행사", values=values,
        submission=SUBMISSION,
    )  # fmt: skip


def reconfirm(cast: Cast) -> Ask:
    run = scheduled(cast)
    ask = {"step": "confirm_schedule", "reason": "임시공휴일 확인"}
    return _ask(cast, "support", engine.reconfirm, run, submission=SUBMISSION, **ask)


def cancel_run(cast: Cast) -> Ask:
    return _ask(cast, "member", engine.cancel_run, _sync(cast), reason="필요 없어졌습니다.")


def reopen_run(cast: Cast) -> Ask:
    run = _recovery(cast)
    cast.done("member", run, "settle_time")
    cast.done("mail", run, "recover", month="202611")
    cast.done("member", run, "user_confirms")
    return _ask(
        cast, "member", engine.reopen_run, run, steps=("user_confirms",), reason="빠진 메일"
    )


def record_incident(cast: Cast) -> Ask:
    run = _sync(cast)
    cast.done("site", run, "review")
    slots.claim_outside(
        cast.tenant, service="email", at=cast.now, actor_id=cast.people["site"].pk, now=cast.now
    )
    now = cast.tick()
    return lambda: engine.record_incident(
        run, actor_id=cast.people["site"].pk, now=now, step="run_sync", performed_at=now,
        note="막혔지만 눌렀습니다.",
    )  # fmt: skip


def skip_step(cast: Cast) -> Ask:
    run = _recovery(cast)
    cast.done("member", run, "settle_time")
    cast.done("mail", run, "recover", month="202611")
    return _ask(
        cast, "mail", engine.skip_step, run, step="user_confirms", reason="사용자가 휴가 중입니다."
    )


def acknowledge(cast: Cast) -> Ask:
    run = _sync(cast)
    cast.done("site", run, "review")
    slots.claim_outside(
        cast.tenant, service="approval", at=cast.now, actor_id=cast.people["site"].pk, now=cast.now
    )
    return _ask(cast, "site", engine.acknowledge, run, step="run_sync", text="확인했습니다.")


def override(cast: Cast) -> Ask:
    run = cast.open("mail", "godomall_mx", domain="old.example")
    cast.done("mail", run, "look_up_ns", name_servers=["ns1.godo.example"])
    cast.done("mail", run, "note_mx", current_mx=[], mx_values=["10 mx1.tigris.example"])
    cast.done("mail", run, "write_inquiry")
    cast.done("mail", run, "sent", inquiry_number="1")
    cast.done("mail", run, "wait_answer", reply="등록 완료")
    cast.look(run, "old.example", "wrong")
    return _ask(
        cast, "manager", engine.override, run, step="verify_mx", rule="MxMatches", reason="전파 중"
    )


def remind(cast: Cast) -> Ask:
    run = _recovery(cast)
    due = Deadline.objects.filter(run=run, action="remind").order_by("due_at")[0]
    return lambda: engine.pass_deadline(run, deadline_id=due.pk, now=due.due_at)


def expire(cast: Cast) -> Ask:
    run = _recovery(cast)
    due = Deadline.objects.get(run=run, action="expire")
    return lambda: engine.pass_deadline(run, deadline_id=due.pk, now=due.due_at)


def claim_outside(cast: Cast) -> Ask:
    now = cast.tick()
    return lambda: slots.claim_outside(
        cast.tenant, service="email", at=now, actor_id=cast.people["site"].pk, now=now
    )


def give_back(cast: Cast) -> Ask:
    run = _sync(cast, until="run_sync")
    cast.done("site", run, "record_result", result="failed")
    claim = Claim.objects.get(key__startswith="sync:")
    now = cast.tick()
    return lambda: slots.give_back(
        cast.tenant, claim_id=claim.pk, actor_id=cast.people["chair"].pk, now=now,
        reason="제품에 [동기화]가 아직 있습니다.",
    )  # fmt: skip


SITUATIONS: tuple[Callable[[Cast], Ask], ...] = (
    open_run, open_that_joins, open_that_is_refused, complete_with_deadlines, complete_with_claim,
    complete_that_changes_roles, complete_that_is_refused, refused_again,
    late_entry_into_expired_run, approve, reject, refuse_finally, amend_values, withdraw_rows,
    skip_step, go_back, counter, reconfirm, cancel_run, reopen_run, record_incident,
    acknowledge, override, remind, expire, claim_outside, give_back,
)  # fmt: skip
