"""How much room a company's files have: one locked row, so that many at once never pass it."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tickets.conversation import vault
from tickets.conversation.models import Attachment, FileSpace


class Full(Exception):
    """The files do not fit any more; ``left`` is how many bytes would."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


def quota() -> int:
    """Return how many bytes a company may keep."""
    return int(settings.ATTACHMENT_QUOTA_MB) * 1024 * 1024


def lock(tenant_id: int) -> FileSpace:
    """Lock what a company has used; lock it after its runs and before their conversations."""
    FileSpace.objects.bulk_create([FileSpace(tenant_id=tenant_id)], ignore_conflicts=True)
    return FileSpace.objects.select_for_update(of=("self",), no_key=True).get(tenant_id=tenant_id)


def take(tenant_id: int, size: int) -> None:
    """Take room for files, in the caller's transaction; raises Full."""
    row = lock(tenant_id)
    left = quota() - row.used
    if size > left:
        raise Full(max(left, 0))
    row.used += size
    row.save(update_fields=["used"])


def forget(files: Iterable[Attachment], now: datetime) -> int:
    """Give room back and let files go once the caller's transaction stands; how many they were.

    The caller has locked the space of each company concerned, or the files are of one.
    """
    gone = [one for one in files if one.erased_at is None]
    for tenant_id in sorted({one.tenant_id for one in gone}):
        row = lock(tenant_id)
        row.used -= sum(one.size for one in gone if one.tenant_id == tenant_id)
        row.save(update_fields=["used"])
    keys = [one.pk for one in gone]
    Attachment.objects.filter(pk__in=keys).update(erased_at=now, name="")
    uids = [one.uid for one in gone]
    transaction.on_commit(lambda: vault.drop(uids))
    return len(gone)
