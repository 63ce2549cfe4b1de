"""The windows of other tickets, and what the vendor has room for: one statement each."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BooleanField, Case, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast

from helpdesk.access import serves
from helpdesk.models import User
from procedures.models import Run, RunStep
from procedures.models import Value as Stored
from procedures.rules.wording import iso
from tickets.schedule.collisions import Other, Room
from tickets.schedule.models import Capacity
from tickets.schedule.window import PROCEDURE, Window


def vendor_zone() -> ZoneInfo:
    """Return the zone in which the vendor's days and hours are meant."""
    return ZoneInfo(settings.TIME_ZONE)


def room() -> Room:
    """Read what the vendor has room for; one query."""
    row = Capacity.objects.filter(pk=Capacity.ONLY).first()
    if row is None:
        return Room()
    closed = frozenset(int(one) for one in row.closed_weekdays)
    return Room(row.at_once, row.a_day, closed, row.closed_from, row.closed_until)


def others_between(
    begin: datetime, end: datetime, *, reader: User, now: datetime, but: Run
) -> list[Other]:
    """List the proposed and confirmed windows of other open tickets that touch a span.

    One query, whatever the number of weeks and companies. A company has one open change of
    domain at most, so that there are never more rows than companies.
    """
    first = Q(start__lt=f'"{iso(end)}"') & Q(end__gt=f'"{iso(begin)}"')
    # Times are stored in UTC with all digits, so that their text sorts as they do.
    runs = Run.objects.filter(procedure=PROCEDURE, state="open").exclude(pk=but.pk)
    rows = (
        runs.annotate(
            start=_newest("work_start"),
            end=_newest("work_end"),
            proposed=_state("propose"),
            agreed=_state("agree"),
            confirmed=_state("confirm_schedule"),
            served=Case(
                _served(reader, now), default=Value(False), output_field=BooleanField()
            ),
        )
        .filter(first, proposed="completed")
        .order_by("start", "pk")
        .values_list(
            "reference", "tenant__slug", "tenant__name", "start", "end", "agreed", "confirmed",
            "served",
        )
    )  # fmt: skip
    return [_other(row) for row in rows]


def others_around(window: Window, *, reader: User, now: datetime, but: Run) -> list[Other]:
    """List the windows of other tickets on the days of a window and the days beside them."""
    day = timedelta(days=1)
    return others_between(window.start - day, window.end + day, reader=reader, now=now, but=but)


def _served(reader: User, now: datetime) -> Any:
    return When(serves(reader, now, "tenant_id"), then=Value(True))


def _other(row: tuple[Any, ...]) -> Other:
    reference, slug, company, start, end, agreed, confirmed, served = row
    done = "confirmed" if confirmed == "completed" else "agreed" if agreed == "completed" else ""
    return Other(reference, slug, company, _moment(start), _moment(end), done or "proposed", served)


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored.strip('"')).astimezone(UTC)


def _newest(field: str) -> Any:
    rows = Stored.objects.filter(run=OuterRef("pk"), field=field).order_by("-pk")
    return Subquery(rows.annotate(text=Cast("value", TextField())).values("text")[:1])


def _state(key: str) -> Any:
    rows = RunStep.objects.filter(run=OuterRef("pk"), key=key).order_by("-round")
    return Subquery(rows.values("state")[:1])
