"""One page of a tenant's runs: filtered, newest first, found by key and never by offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from helpdesk.models import User
from procedures.access import own_runs
from procedures.models import Run

PAGE = 50
COUNT_LIMIT = 1_000


def read_moment(text: str) -> datetime:
    """Read a time out of an address, in UTC; raise ValueError for one without an offset.

    So does one that is none in UTC: the first hours of the year 1 east of Greenwich.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins or ends: the row's opening and id, as they stand in an address."""

    opened_at: datetime
    id: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Read what ``str`` wrote; None for anything else."""
        moment, _, number = text.rpartition("_")
        if not (number.isascii() and number.isdigit() and len(number) <= 18):
            return None
        try:
            return cls(read_moment(moment), int(number))
        except ValueError:
            return None

    def __str__(self) -> str:
        """Write the place for an address."""
        return f"{self.opened_at.isoformat()}_{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, where the next and the one before begin, and how many there are."""

    runs: Sequence[Run]
    older: Place | None
    newer: Place | None
    count: int

    @property
    def more_than_counted(self) -> bool:
        """Say whether there are more rows than anybody counts."""
        return self.count > COUNT_LIMIT


def narrow(
    runs: QuerySet[Run], user: User, *, state: str, procedure: str, mine: bool, text: str
) -> QuerySet[Run]:
    """Apply the filters of the list; an empty one filters nothing."""
    if state:
        runs = runs.filter(state=state)
    if procedure:
        runs = runs.filter(procedure=procedure)
    if mine:
        runs = runs.filter(own_runs(user))
    if text:
        runs = runs.filter(Q(reference__istartswith=text) | Q(subject__icontains=text))
    return runs


def page_of(runs: QuerySet[Run], before: Place | None, after: Place | None) -> Page:
    """Return the page older than ``before``, or newer than ``after``, or the newest."""
    rows = list(_rows(runs.select_related("requester"), before, after))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if after and not before:
        rows.reverse()
        older, newer = bool(rows), more
    else:
        older, newer = more, before is not None
    # One row more than the limit tells that there are more, and costs no long count.
    count = len(runs.values_list("pk", flat=True)[: COUNT_LIMIT + 1])
    return Page(
        runs=rows,
        older=_place(rows[-1]) if older and rows else None,
        newer=_place(rows[0]) if newer and rows else None,
        count=count,
    )


def _rows(runs: QuerySet[Run], before: Place | None, after: Place | None) -> QuerySet[Run]:
    # The time alone bounds the rows as well, so that the index is entered at the place: with the
    # two alternatives only, PostgreSQL walks to it from the newest run.
    if before:
        past = Q(opened_at__lt=before.opened_at) | Q(id__lt=before.id)
        runs = runs.filter(past, opened_at__lte=before.opened_at)
        return runs.order_by("-opened_at", "-id")[: PAGE + 1]
    if after:
        next_ = Q(opened_at__gt=after.opened_at) | Q(id__gt=after.id)
        runs = runs.filter(next_, opened_at__gte=after.opened_at)
        return runs.order_by("opened_at", "id")[: PAGE + 1]
    return runs.order_by("-opened_at", "-id")[: PAGE + 1]


def _place(run: Run) -> Place:
    return Place(run.opened_at, run.pk)
