"""What somebody was told within a tenant, newest first."""

from helpdesk.models import Tenant, User
from procedures.models import Notice

PAGE = 50


def notices_of(
    user: User, tenant: Tenant, *, before: int | None = None
) -> tuple[list[Notice], int | None]:
    """Return a page of notices, and where older ones begin."""
    rows = Notice.objects.filter(recipient=user, run__tenant=tenant)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("run").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def unread_count(user: User, tenant: Tenant) -> int:
    """Count what has not been read, up to a page of it."""
    unread = Notice.objects.filter(recipient=user, run__tenant=tenant, read_at=None)
    return len(unread.values_list("pk", flat=True)[: PAGE + 1])
