"""Take what names a person, or all that was typed, out of a run's rows; its course stays."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models

from audit.chain import Entry, Head, head_after, link
from audit.store import audit_key, insert_links
from procedures.models import (
    Claim,
    Decision,
    Delivery,
    Evidence,
    Notice,
    Run,
    RunStep,
    Value,
)
from procedures.store.dialect import postgres

type Change = Callable[[str, Any], Any]
# Each column that holds what somebody typed, or words made of it.
TYPED: dict[type[models.Model], tuple[str, ...]] = {
    Value: ("value",),
    Evidence: ("body",),
    Decision: ("reason",),
    RunStep: ("note", "covered"),
    Claim: ("note", "release_reason"),
    Notice: ("params",),
    Delivery: ("params", "error"),
}


def lock_runs(keys: Iterable[int]) -> list[Run]:
    """Lock runs in the order of their keys; on SQLite the transaction itself is the lock."""
    runs = Run.objects.filter(pk__in=list(keys)).order_by("pk")
    if postgres():
        runs = runs.select_for_update(of=("self",), no_key=True)
    return list(runs)


def rewrite(run: Run, change: Change) -> int:
    """Let ``change`` look at every typed value of a run; return how many rows it changed."""
    changed = 0
    for model, columns in TYPED.items():
        for row in model._default_manager.filter(run=run).order_by("pk"):
            new = {name: change(name, getattr(row, name)) for name in columns}
            if any(getattr(row, name) != value for name, value in new.items()):
                model._default_manager.filter(pk=row.pk).update(**new)
                changed += 1
    subject = change("subject", run.subject)
    if subject != run.subject:
        run.subject = subject[:200]
        run.save(update_fields=["subject"])
        changed += 1
    return changed


def forget_words_of(run: Run, actor_id: int) -> None:
    """Empty the notes and reasons that one person wrote about a run; decisions stay."""
    Decision.objects.filter(run=run, actor=actor_id).update(reason="")
    RunStep.objects.filter(run=run, actor=actor_id).update(note="")
    Claim.objects.filter(run=run, actor=actor_id).update(note="")
    Claim.objects.filter(run=run, released_by=actor_id).update(release_reason="")
    for model in (Notice, Delivery):
        for row in model._default_manager.filter(run=run):
            if row.params.get("actor") == actor_id and row.params.get("reason"):
                params = {**row.params, "reason": ""}
                model._default_manager.filter(pk=row.pk).update(params=params)


def forget_event(run: Run, number: int, at: datetime, place: tuple[str, int] | None) -> None:
    """Empty what one event wrote beside itself: values, notes, reasons, messages.

    Rows are found by the event's time, and those of a step by ``place``, its key and round.
    """
    written = models.Q(at=at)
    if place is not None:
        written |= models.Q(step=place[0], round=place[1])
        RunStep.objects.filter(run=run, key=place[0], round=place[1]).update(note="", covered=None)
    Value.objects.filter(run=run, at=at).update(value=None)
    Evidence.objects.filter(written, run=run).update(body={})
    Decision.objects.filter(written, run=run).update(reason="")
    Claim.objects.filter(run=run, at=at).update(note="")
    for model in (Notice, Delivery):
        model._default_manager.filter(run=run, number=number).update(params={})


def forget_messages_to(recipient_id: int) -> int:
    """Remove what one person was told; return how many rows went."""
    gone = Notice.objects.filter(recipient=recipient_id).delete()[0]
    return gone + Delivery.objects.filter(recipient=recipient_id).delete()[0]


def append_to_run(run: Run, entry: Entry, now: datetime) -> None:
    """Append one event to the stream of a run that the caller has locked."""
    new = link(
        audit_key(), run.stream, Head(run.event_number, run.event_mac, run.event_at), entry, now
    )
    with connection.cursor() as cursor:
        insert_links(cursor, [new], connection.vendor)
    head = head_after(new)
    run.event_number, run.event_mac, run.event_at = head.number, head.mac, head.at
    run.save(update_fields=["event_number", "event_mac", "event_at"])
