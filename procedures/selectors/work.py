"""What somebody has to do, and on whom their requests wait: a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Case, F, IntegerField, Min, Q, QuerySet, Value, When

from helpdesk.models import Tenant, User
from helpdesk.zones import zone_at
from procedures.access import own_runs, runs_of
from procedures.models import Deadline, Run

# More than anybody does in a week; a longer list is the list of runs.
MOST = 200
URGENT = timedelta(hours=24)
WEEK = timedelta(days=7)
When_ = Literal["urgent", "today", "week", "later", "waiting"]
GROUPS: tuple[When_, ...] = ("urgent", "today", "week", "later", "waiting")


@dataclass(frozen=True, slots=True)
class Task:
    """An open run, by when something must be done, and whether it waits for this person.

    ``hard``: at that time it expires or becomes an alarm; else it is a day that was planned.
    """

    run: Run
    due: datetime | None
    hard: bool
    mine: bool
    waits_for: tuple[str, ...]

    def overdue(self, now: datetime) -> bool:
        """Say whether the time has passed."""
        return self.hard and self.due is not None and self.due < now


@dataclass(slots=True)
class Work:
    """Tasks by when they are to be done."""

    groups: dict[When_, list[Task]] = field(default_factory=lambda: {key: [] for key in GROUPS})
    more: bool = False

    def add(self, group: When_, task: Task) -> None:
        """Put a task where it belongs."""
        self.groups[group].append(task)


def work_of(user: User, tenant: Tenant, roles: frozenset[str], now: datetime) -> Work:
    """Return what waits for a person, and what they wait for, in two queries."""
    runs = list(_open_runs(user, tenant, roles)[: MOST + 1])
    work = Work(more=len(runs) > MOST)
    planned = _planned(runs, now)
    for run in runs[:MOST]:
        task = _task(run, user, roles, planned.get(run.pk))
        work.add(_group(task, tenant, now), task)
    for tasks in work.groups.values():
        tasks.sort(key=lambda task: (task.due is None, task.due or task.run.opened_at))
    return work


def _open_runs(user: User, tenant: Tenant, roles: frozenset[str]) -> QuerySet[Run]:
    pending = Q(deadlines__state=Deadline.State.PENDING, deadlines__action__in=("expire", "alarm"))
    told = Q()
    for role in sorted(roles):
        told |= Q(waiting_roles__contains=role)
    own = own_runs(user)
    return (
        runs_of(user, tenant, roles)
        .filter(state="open")
        .filter(told | own)
        .select_related("requester")
        .annotate(
            due=Min("deadlines__due_at", filter=pending),
            asked=Case(When(own, then=Value(1)), default=Value(0), output_field=IntegerField()),
        )
        .order_by(F("due").asc(nulls_last=True), "-opened_at", "-id")
    )


def _planned(runs: list[Run], now: datetime) -> dict[int, datetime]:
    """Return the last reminder of the steps that are next: the day for which they are planned."""
    steps = {run.pk: run.current_steps.split(",") for run in runs}
    rows = Deadline.objects.filter(
        run__in=list(steps), state=Deadline.State.PENDING, action="remind", due_at__gt=now
    ).values_list("run_id", "step", "due_at")
    found: dict[int, datetime] = {}
    for run, step, due in rows:
        if step in steps[run]:
            found[run] = max(due, found.get(run, due))
    return found


def _task(run: Run, user: User, roles: frozenset[str], planned: datetime | None) -> Task:
    waits_for = tuple(role for role in run.waiting_roles.split(",") if role)
    mine = set(roles)
    if run.asked:  # type: ignore[attr-defined]
        # Who asked may confirm as the requester; whose mailbox it is, as the owner.
        mine |= {"requester", "owner"} if _is_owner(run, user) else {"requester"}
    hard: datetime | None = run.due  # type: ignore[attr-defined]
    return Task(run, hard or planned, hard is not None, bool(mine & set(waits_for)), waits_for)


def _is_owner(run: Run, user: User) -> bool:
    return run.subject.lower() == user.email.lower()


def _group(task: Task, tenant: Tenant, now: datetime) -> When_:
    if not task.mine:
        return "waiting"
    if task.due is None:
        return "today"
    if task.hard and task.due - now <= URGENT:
        return "urgent"
    zone = zone_at(tenant, now)
    if task.due.astimezone(zone).date() <= now.astimezone(zone).date():
        return "today"
    return "week" if task.due - now <= WEEK else "later"
