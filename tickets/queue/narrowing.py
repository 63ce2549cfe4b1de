"""The conditions of the queue's filters: each on runs, none that reads what is not served."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from helpdesk.permissions import TENANT, VENDOR
from procedures.models import Deadline, Run, RunStep
from tickets.queue.asked import Asked
from tickets.queue.holders import held
from tickets.queue.scope import Scope

# Whoever else a step names is of the company: who asked, and whose mailbox it is.
COMPANY = (*TENANT, "requester", "owner")
# At its time an open run expires or becomes an alarm; a reminder only says that it comes.
HARD = ("expire", "alarm")


def overrun() -> QuerySet[Deadline]:
    """Return the alarms that have gone off while their step is still to be done."""
    step = RunStep.objects.filter(
        run=OuterRef("run"), key=OuterRef("step"), round=OuterRef("round"), state="pending"
    )
    return Deadline.objects.filter(Exists(step), state="fired", action="alarm")


def pending() -> QuerySet[Deadline]:
    """Return the deadlines to come."""
    return Deadline.objects.filter(state="pending")


def narrow(scope: Scope, asked: Asked) -> QuerySet[Run]:
    """Return the runs of a scope that fit."""
    runs = scope.runs()
    if asked.state != "all":
        runs = runs.filter(state=asked.state)
    if asked.procedure:
        runs = runs.filter(procedure=asked.procedure)
    if asked.company:
        known = {one.slug: one.pk for one in scope.companies}
        runs = runs.filter(tenant=known[asked.company]) if asked.company in known else runs.none()
    if asked.q:
        runs = runs.filter(_text(scope, asked.q))
    return _due(_held(_waiting(runs, asked.waiting), scope, asked.assignee), scope, asked.due)


def _text(scope: Scope, text: str) -> Q:
    """Fit the number, the company's name, or what it is about where the person may read that."""
    found = Q(reference__istartswith=text) | Q(tenant__name__icontains=text)
    return found | Q(subject__icontains=text, tenant__in=list(scope.served))


def _waiting(runs: QuerySet[Run], whom: str) -> QuerySet[Run]:
    if not whom:
        return runs
    if whom == "nobody":
        return runs.filter(waiting_roles="")
    roles = VENDOR if whom == "vendor" else COMPANY
    runs = runs.alias(told=Concat(Value(","), F("waiting_roles"), Value(",")))
    one_of = Q()
    for role in roles:
        # Between commas: a tenant_manager is no manager.
        one_of |= Q(told__contains=f",{role},")
    return runs.filter(one_of)


def _held(runs: QuerySet[Run], scope: Scope, whose: str) -> QuerySet[Run]:
    if not whose:
        return runs
    by = held(scope.now).filter(run=OuterRef("pk"))
    if whose == "nobody":
        return runs.exclude(Exists(by))
    if whose == "me":
        return runs.filter(Exists(by.filter(assignee=scope.user)))
    if not (whose.isascii() and whose.isdigit() and len(whose) <= 18):
        return runs.none()
    return runs.filter(Exists(by.filter(assignee=int(whose))))


def _due(runs: QuerySet[Run], scope: Scope, when: str) -> QuerySet[Run]:
    if not when:
        return runs
    if when == "overdue":
        late = pending().filter(run=OuterRef("pk"), action__in=HARD, due_at__lt=scope.now)
        return runs.filter(Exists(late) | Exists(overrun().filter(run=OuterRef("pk"))))
    days = 1 if when == "today" else 7
    coming = pending().filter(scope.within_days("due_at", "run__tenant", days))
    return runs.filter(Exists(coming.filter(run=OuterRef("pk"))))
