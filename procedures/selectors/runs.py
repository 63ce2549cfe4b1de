"""What the page of a run reads beside the run itself: its history, linked runs, counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from audit.kept import told
from audit.models import Body, Event
from procedures.models import Probe, Refusal, Run

# A page of history; the export holds all of it.
HISTORY_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a stream; of an erased ``body`` there is what was kept of it, perhaps nothing."""

    number: int
    kind: str
    actor_kind: str
    actor_id: int | None
    at: datetime
    performed_at: datetime | None
    body: Mapping[str, Any]


def history(stream: str, limit: int = HISTORY_LIMIT) -> list[Happened]:
    """Read the newest events of a stream, newest first; one query."""
    body = Body.objects.filter(stream=OuterRef("stream"), number=OuterRef("number"))
    rows = list(
        Event.objects.filter(stream=stream)
        .annotate(text=Subquery(body.values("body")[:1]))
        .order_by("-number")[:limit]
    )
    bodies = told((row.number, row.text or "") for row in rows)
    return [
        Happened(
            row.number,
            row.kind,
            row.actor_kind,
            row.actor_id,
            row.at,
            row.performed_at,
            bodies[row.number],
        )
        for row in rows
    ]


def newest_body(stream: str, kind: str) -> Mapping[str, Any]:
    """Read the body of a stream's newest event of a kind; {} where there is none, or it is gone."""
    numbers = Event.objects.filter(stream=stream, kind=kind).order_by("-number").values("number")
    body = Body.objects.filter(stream=stream, number=Subquery(numbers[:1])).first()
    return json.loads(body.body) if body and body.body else {}


def refusal_counts(stream: str) -> dict[int, int]:
    """Map the number of a recorded refusal to how often it was repeated within its minute."""
    rows = Refusal.objects.filter(stream=stream, count__gt=1).values_list("number", "count")
    return dict(rows)


def linked_runs(run: Run, visible: QuerySet[Run]) -> QuerySet[Run]:
    """Return the run this one came from and those that came from it, where visible."""
    # By two keys: joined with their children, all runs of the tenant were looked at.
    return visible.filter(Q(parent=run) | Q(pk=run.parent_id)).order_by("id")


def newest_probes(run: Run, kind: str) -> dict[str, Probe]:
    """Map each domain to what the DNS said last for this run; one query."""
    rows = Probe.objects.filter(run=run, kind=kind).order_by("-at", "-id")[:50]
    return {row.domain: row for row in reversed(rows)}
