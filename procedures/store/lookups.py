"""Small look-ups off the hot path."""

from uuid import UUID

from audit.models import Event
from procedures.change import Loaded
from procedures.models import Value


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
