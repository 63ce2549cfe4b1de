"""What a person has said about runs: given out to them, or erased at their request."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from audit.models import Body
from helpdesk.identity import Identity
from helpdesk.models import User
from procedures.models import Run
from procedures.personal.beside import Beside
from tickets.conversation import space
from tickets.conversation.models import Attachment, Comment, Conversation, Draft, Look

PREFIX = "talk"


def places(streams: Collection[str]) -> dict[str, tuple[int, int]]:
    """Map conversations to the tenant and the run they are about."""
    uids = [stream.partition(":")[2] for stream in streams]
    rows = Run.objects.filter(uid__in=uids).values_list("uid", "tenant_id", "pk")
    return {f"{PREFIX}:{uid}": (tenant, run) for uid, tenant, run in rows}


def lock(streams: Iterable[str]) -> list[Conversation]:
    """Lock conversations in the order of their runs."""
    uids = [stream.partition(":")[2] for stream in streams]
    rows = Conversation.objects.filter(run__uid__in=uids).select_related("run")
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("run_id"))


def streams_of(run: Run) -> list[str]:
    """Name the conversation of a run."""
    return [f"{PREFIX}:{run.uid}"]


def forget_person(who: Identity, now: datetime) -> int:
    """Let a person's files, drafts and looks go, and their name in files and drafts of others."""
    Draft.objects.filter(user=who.user_id).delete()
    Look.objects.filter(user=who.user_id).delete()
    own = Attachment.objects.filter(comment__author=who.user_id, erased_at=None)
    changed = space.forget(own.order_by("tenant_id", "pk"), now)
    named = Attachment.objects.filter(erased_at=None).exclude(comment__author=who.user_id)
    for row in named.order_by("pk").iterator(chunk_size=500):
        if (name := who.scrub(row.name)) != row.name:
            Attachment.objects.filter(pk=row.pk).update(name=name[:200])
            changed += 1
    for draft in Draft.objects.exclude(user=who.user_id).iterator(chunk_size=500):
        if (text := who.scrub(draft.text)) != draft.text:
            Draft.objects.filter(pk=draft.pk).update(text=text)
            changed += 1
    return changed


def forget_run(run: Run, now: datetime) -> int:
    """Let the files of a run's comments go, and what somebody still wanted to say."""
    files = Attachment.objects.filter(comment__run=run, erased_at=None)
    return space.forget(files.order_by("pk"), now) + Draft.objects.filter(run=run).delete()[0]


TALKS = Beside(PREFIX, places, lock, streams_of, forget_person, forget_run)


def comments_of(user: User) -> list[dict[str, Any]]:
    """Return a person's own comments with the names of their files, oldest first."""
    own = Comment.objects.filter(author=user).select_related("run__tenant").order_by("pk")
    return [
        {
            "tenant": row.run.tenant.slug,
            "run": row.run.reference,
            "at": row.at.isoformat().replace("+00:00", "Z"),
            "internal": row.internal,
            "text": _text(row),
            "removed": row.removed_at is not None,
            "files": [
                {"name": one.name, "size": one.size, "sha256": one.sha256}
                for one in row.attachments.all()
                if one.erased_at is None
            ],
        }
        for row in own.prefetch_related("attachments").iterator(chunk_size=500)
    ]


def _text(row: Comment) -> str:
    body = Body.objects.filter(stream=f"{PREFIX}:{row.run.uid}", number=row.number).first()
    return str(json.loads(body.body).get("text", "")) if body and body.body else ""


def drafts_of(user: User) -> list[dict[str, Any]]:
    """Return what a person has typed and not sent."""
    own = Draft.objects.filter(user=user).order_by("pk")
    rows = own.values_list("run__tenant__slug", "run__reference", "text", "at")
    return [
        {"tenant": tenant, "run": run, "text": text, "at": at.isoformat().replace("+00:00", "Z")}
        for tenant, run, text, at in rows
    ]
