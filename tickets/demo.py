"""A plausible queue over the demo runs: some taken, some given, one outage that runs too long."""

from datetime import datetime, timedelta
from uuid import uuid4

from helpdesk.models import Tenant, User
from procedures import engine
from procedures.models import Deadline, Run
from procedures.rules.wording import iso
from tickets.queue import assigning, saved
from tickets.queue.asked import Asked

_H = timedelta(hours=1)
_D = timedelta(days=1)


def arrange(now: datetime) -> int:
    """Tell the story of the queue up to now; return how many tickets somebody holds."""
    moon, kang, boss = (_person(key) for key in ("support.moon", "support.kang", "manager.bae"))
    _long_outage(now, moon, kang)
    runs = list(
        Run.objects.filter(tenant__demo=True, state="open")
        .select_related("tenant", "requester")
        .order_by("opened_at", "pk")
    )
    given = 0
    for number, run in enumerate(runs):
        # In the order of opening, an hour or so after the last thing that happened.
        at = min((run.event_at or run.opened_at) + _H, now)
        if run.procedure == "domain_change":
            assigning.take(run, actor=moon, seen=None, now=at)
        elif number % 3 == 0:
            assigning.give(run, kang, actor=boss, seen=None, now=at)
        elif number % 3 == 1:
            assigning.take(run, actor=moon, seen=None, now=at)
        else:
            continue
        given += 1
    saved.save(moon, "도메인 변경", Asked(procedure="domain_change"), is_default=False)
    saved.save(moon, "오늘 할 일", Asked(assignee="me", due="today"), is_default=False)
    return given


def _person(key: str) -> User:
    return User.objects.get(email=f"{key}@vendor-demo.example")


def _long_outage(now: datetime, moon: User, kang: User) -> None:
    """Bring the second company's change of domain to an outage that passed its eight hours."""
    company = Tenant.objects.get(slug="saebom", demo=True)
    people = {one.user.email.partition("@")[0]: one.user for one in company.memberships.all()}
    asked, head = people["oh.seyeon"], people["shin.arin"]
    start = now - 9 * _H
    at = start - 20 * _D
    opened = engine.open_run(
        company,
        procedure="domain_change",
        actor_id=moon.pk,
        requester_id=asked.pk,
        now=at,
        submission=uuid4(),
        values={
            "requester": asked.email,
            "received": iso(at - _H),
            "current_main": company.main_domain,
            "new_main": "saebom-studio.example",
            "rollback_plan": "재개 전에 문제가 생기면 MX를 되돌려 기존 도메인으로 재개합니다.",
            "uses_group_mail": "false",
        },
    )
    run = opened.run
    assert run is not None, opened.refusal
    plan = {"work_start": iso(start), "work_end": iso(start + 7 * _H)}
    confirmed = start - 10 * _D
    _step(run, "set_dns", moon, at + _H)
    _step(run, "check_dns", moon, at + 2 * _H)
    _step(run, "propose", moon, at + 3 * _H, values=plan)
    done = engine.approve(run, step="agree", actor_id=head.pk, now=at + _D, submission=uuid4())
    assert done.done, done.refusal
    _step(run, "confirm_schedule", kang, confirmed, values=plan)
    for number, key in enumerate(("notify_users", "check_group_mail", "prepare"), start=1):
        _step(run, key, moon, confirmed + number * _H)
    _step(run, "start_work", moon, start)
    _pass(run, now)


def _step(run: Run, key: str, who: User, at: datetime, **kw: object) -> None:
    """Complete a step at its time where the run has it to do; a caution is acknowledged."""
    run = Run.objects.get(pk=run.pk)
    if key not in run.current_steps.split(","):
        return
    _pass(run, at)
    told = {"acknowledgement": "설정을 아직 받지 못해 전화로 확인했습니다."}
    done = engine.complete_step(
        run, step=key, actor_id=who.pk, now=at, submission=uuid4(), **told, **kw
    )
    assert done.done, done.refusal


def _pass(run: Run, until: datetime) -> None:
    """Fire what had become due by then."""
    while True:
        due = Deadline.objects.filter(run=run, state="pending", due_at__lte=until)
        first = due.order_by("due_at", "pk").first()
        if first is None:
            return
        head = Run.objects.values_list("event_at", flat=True).get(pk=run.pk)
        at = max(first.due_at + timedelta(seconds=1), head or first.due_at)
        engine.pass_deadline(run, deadline_id=first.pk, now=min(at, until))
