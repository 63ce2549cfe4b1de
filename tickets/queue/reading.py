"""One page of the queue with everything its rows show, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from helpdesk.models import User
from procedures.models import Deadline, Run
from tickets.conversation.unread import counts
from tickets.queue import judging
from tickets.queue.asked import Asked
from tickets.queue.counting import LIMIT, capped_counts
from tickets.queue.holders import holders_of
from tickets.queue.judging import Known
from tickets.queue.narrowing import HARD, narrow, overrun, pending
from tickets.queue.order import Place, parts_of, span_of
from tickets.queue.scope import Scope


@dataclass(frozen=True, slots=True)
class Due:
    """What comes by itself next: when, what (remind, expire, alarm), whether it is overdue."""

    at: datetime
    action: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket of the page."""

    run: Run
    known: Known
    due: Due | None
    level: str
    holder: User | None
    unread: int


@dataclass(frozen=True, slots=True)
class Page:
    """The tickets of a page, where those around it begin, and how many fit each list.

    None stands for a list that was not counted.
    """

    rows: list[Row]
    before: Place | None
    after: Place | None
    counts: list[int | None] = field(default_factory=list)


def page_of(
    scope: Scope,
    asked: Asked,
    others: Iterable[Asked] = (),
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> Page:
    """Read a page; the counts are of what is asked, then of ``others``."""
    runs = narrow(scope, asked)
    span = span_of(parts_of(asked.order, runs, asked.due), after, before)
    counts = _counts(scope, runs, list(others))
    return Page(rows_of(scope, span.runs), span.before, span.after, counts)


def _counts(scope: Scope, runs: QuerySet[Run], others: list[Asked]) -> list[int | None]:
    """Count the list at hand, and the others while there are few enough to look through.

    A view that fits little among very many would be read to its end for its number alone.
    """
    count, of_all = capped_counts([runs, scope.runs().filter(state="open")])
    if of_all > LIMIT:
        return [count, *(None for _other in others)]
    return [count, *capped_counts([narrow(scope, other) for other in others])]


def rows_of(scope: Scope, keys: list[int]) -> list[Row]:
    """Read these tickets, in this order."""
    found = Run.objects.filter(pk__in=keys).select_related("tenant", "requester").in_bulk()
    runs = [found[pk] for pk in keys if pk in found]
    if not runs:
        return []
    opened = [run for run in runs if run.state == "open"]
    known = judging.known_of(runs, scope.now)
    slots = judging.slots_of({run.tenant_id for run in opened})
    levels = judging.levels(opened, known, slots, scope.now)
    holders = holders_of(keys, scope.now)
    # Of a company that is not served nothing is read, so that nothing is unread.
    unread = counts(scope.user, [run for run in runs if scope.serves(run.tenant_id)])
    dues = dues_of(keys, scope.now)
    return [
        Row(
            run=run,
            known=known[run.pk],
            due=dues.get(run.pk) if run.state == "open" else None,
            level=levels.get(run.pk, ""),
            holder=holders.get(run.pk),
            unread=unread.get(run.pk, 0),
        )
        for run in runs
    ]


def dues_of(keys: list[int], now: datetime) -> dict[int, Due]:
    """Map each run to what is due next, an alarm that has gone off before all else; two queries."""
    found: dict[int, Due] = {}
    gone_off = overrun().filter(run__in=keys).order_by("due_at", "pk")
    to_come = pending().filter(run__in=keys).order_by("due_at", "pk")
    for one in gone_off:
        found.setdefault(one.run_id, Due(one.due_at, one.action, overdue=True))
    for one in to_come:
        found.setdefault(one.run_id, Due(one.due_at, one.action, overdue=_late(one, now)))
    return found


def _late(one: Deadline, now: datetime) -> bool:
    return one.action in HARD and one.due_at < now
