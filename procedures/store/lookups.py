"""Small look-ups off the hot path."""

from uuid import UUID

from django.db.models import Q

from audit.models import Event
from procedures.change import Loaded
from procedures.models import Run, Value


def command_digest(stream: str, command_id: UUID | None) -> str | None:
    """Return the digest under which a submission was stored on a stream."""
    found = Event.objects.filter(stream=stream, command_id=command_id)
    return found.values_list("command_digest", flat=True).first()


def row_owners(loaded: Loaded) -> dict[str, int | None]:
    """Map each row of a collecting field to whoever added it; a row taken back is nobody's."""
    owners: dict[str, int | None] = {}
    rows = Value.objects.filter(run_id=loaded.run.pk, field=loaded.procedure.joins).order_by("id")
    for value, actor_id in rows.values_list("value", "actor_id"):
        owners = {row: owners.get(row, actor_id) for row in value or ()}
    return owners


def joined_before(loaded: Loaded, command_id: UUID) -> Run | None:
    """Return the run that the actor joined by this submission, among their latest ones."""
    actor = loaded.actor.id
    own = Q(requester_id=actor) | Q(participants__user_id=actor)
    runs = Run.objects.filter(
        own, tenant_id=loaded.run.tenant_id, procedure=loaded.procedure.key
    ).distinct()
    by_stream = {run.stream: run for run in runs.order_by("-id")[:50]}
    found = Event.objects.filter(
        stream__in=list(by_stream), command_id=command_id, kind="run.joined"
    )
    stream = found.values_list("stream", flat=True).first()
    return by_stream[stream] if stream else None
