"""Remove files that belong to nothing: of a transaction that did not stand, or that let them go."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from tickets.conversation import vault
from tickets.conversation.models import Attachment

# Walking the folders costs; what is a day old may wait an hour.
EVERY = timedelta(hours=1)
_BATCH = 500
_last: list[datetime] = []


def sweep(now: datetime, stop: Callable[[], bool]) -> None:
    """Look for orphans once an hour; part of what the worker does at each sweep."""
    if _last and abs(now - _last[0]) < EVERY:
        return
    before, _last[:] = list(_last), [now]
    if remove_orphans(now, stop) is None:
        _last[:] = before


def remove_orphans(now: datetime, stop: Callable[[], bool] = lambda: False) -> int | None:
    """Remove files older than a day that no row names; how many, None when told to stop."""
    gone, batch = 0, list[Path]()
    for path in vault.old_files(now):
        if stop():
            return None
        batch.append(path)
        if len(batch) == _BATCH:
            gone += _remove(batch)
            batch = []
    return gone + _remove(batch)


def _remove(paths: list[Path]) -> int:
    named = {path: uid for path in paths if (uid := _uid(path)) is not None}
    rows = Attachment.objects.filter(uid__in=named.values(), erased_at=None)
    kept = set(rows.values_list("uid", flat=True))
    orphans = [path for path in paths if named.get(path) not in kept]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _uid(path: Path) -> UUID | None:
    try:
        return UUID(path.name) if not path.suffix else None
    except ValueError:
        return None
