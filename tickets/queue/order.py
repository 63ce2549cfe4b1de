"""The order of the queue, page by page: found by key and never by offset, from either end.

What is due next comes in three parts, each with an index of its own: alarms that have gone
off, deadlines to come, and what has none, the longest open first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from procedures.models import Deadline, Run
from procedures.selectors.run_list import read_moment
from tickets.queue.narrowing import overrun, pending

PAGE = 50
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins or ends: the part, and the row's time (if it counts) and id in it."""

    part: str
    at: datetime | None
    id: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Read what ``str`` wrote; None for anything else."""
        part, _, rest = text.partition("_")
        moment, _, number = rest.rpartition("_")
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
            return None
        try:
            at = read_moment(moment) if moment else None
        except ValueError:
            return None
        return cls(part, at, int(number))

    def __str__(self) -> str:
        """Write the place for an address."""
        return f"{self.part}_{self.at.isoformat() if self.at else ''}_{self.id}"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an order: its rows, the column of their time, the run's key, and the way."""

    name: str
    rows: QuerySet[Any]
    at: str = ""
    run: str = "pk"
    falling: bool = False

    def take(self, place: Place | None, most: int, *, back: bool) -> list[tuple[Place, int]]:
        """Return places and runs behind a place, or before it when going back; one query."""
        falling = self.falling is not back
        rows = self.rows if place is None else self.rows.filter(self._past(place, falling))
        keys = [name for name in (self.at, "pk") if name]
        rows = rows.order_by(*(F(k).desc() if falling else F(k).asc() for k in keys))
        found = rows.values_list(self.at or "pk", "pk", self.run)[:most]
        return [(Place(self.name, at if self.at else None, pk), run_id) for at, pk, run_id in found]

    def _past(self, place: Place, falling: bool) -> Q:
        word = "lt" if falling else "gt"
        beyond = Q(**{f"pk__{word}": place.id})
        if not self.at:
            return beyond
        # The first condition alone is what an index can begin at.
        return Q(**{f"{self.at}__{word}e": place.at}) & (
            Q(**{f"{self.at}__{word}": place.at}) | beyond
        )


@dataclass(frozen=True, slots=True)
class Span:
    """The runs of a page in order, and where the pages around it begin."""

    runs: list[int]
    before: Place | None
    after: Place | None


def span_of(parts: list[Part], after: Place | None, before: Place | None) -> Span:
    """Return the page behind ``after``, or before ``before``, or the first.

    A place of no such part is that of another order: the first page is shown.
    """
    names = [one.name for one in parts]
    back = before is not None and after is None
    place = before if back else after
    if place is None or place.part not in names or not _fits(parts, place):
        place, back = None, False
    found = _taken(parts[::-1] if back else parts, place, back=back)
    more, found = len(found) > PAGE, found[:PAGE]
    if back:
        found.reverse()
    earlier = more if back else place is not None
    later = back or more
    return Span(
        runs=[run for _place, run in found],
        before=found[0][0] if found and earlier else None,
        after=found[-1][0] if found and later else None,
    )


def _fits(parts: list[Part], place: Place) -> bool:
    return any(one.name == place.part and bool(one.at) == (place.at is not None) for one in parts)


def _taken(parts: list[Part], place: Place | None, *, back: bool) -> list[tuple[Place, int]]:
    """Fill a page and one row more from the parts in turn."""
    found: list[tuple[Place, int]] = []
    begun = place is None
    for part in parts:
        if not begun and place is not None and part.name != place.part:
            continue
        start = None if begun else place
        begun = True
        if len(found) <= PAGE:
            found += part.take(start, PAGE + 1 - len(found), back=back)
    return found


def parts_of(order: str, runs: QuerySet[Run], due: str) -> list[Part]:
    """Return the parts of an order of these runs."""
    return _ORDERS[order](runs, due)


def _newest(runs: QuerySet[Run], due: str) -> list[Part]:
    # Keys are given out in the order of opening, so that none but the primary one is needed.
    return [Part("n", runs, falling=True)]


def _untouched(runs: QuerySet[Run], due: str) -> list[Part]:
    return [Part("u", runs, at="event_at")]


def _next_due(runs: QuerySet[Run], due: str) -> list[Part]:
    of_these = Exists(runs.filter(pk=OuterRef("run_id")))
    alarms = Part("o", _first(overrun(), "fired").filter(of_these), at="due_at", run="run_id")
    later = _first(pending(), "pending").filter(of_these)
    alarmed = overrun().filter(run=OuterRef("run"))
    coming = Part("d", later.exclude(Exists(alarmed)), at="due_at", run="run_id")
    if due:
        return [alarms, coming]
    dated = pending().filter(run=OuterRef("pk"))
    gone_off = overrun().filter(run=OuterRef("pk"))
    rest = Part("r", runs.exclude(Exists(dated)).exclude(Exists(gone_off)))
    return [alarms, coming, rest]


def _first(rows: QuerySet[Deadline], state: str) -> QuerySet[Deadline]:
    """Keep of each run the deadline that comes first, so that no run stands in a list twice."""
    earlier = Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    others = Deadline.objects.filter(run=OuterRef("run"), state=state)
    if state == "fired":
        others = others.filter(action="alarm", step=OuterRef("step"), round=OuterRef("round"))
    return rows.exclude(Exists(others.filter(earlier)))


_ORDERS: Mapping[str, Callable[[QuerySet[Run], str], list[Part]]] = {
    "due": _next_due,
    "newest": _newest,
    "untouched": _untouched,
}
