"""What must hold of conversations: files are there and whole, rows and events fit together."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from audit.models import Event
from helpdesk.models import Tenant
from procedures.invariants import Broken
from procedures.models import Notice
from tickets.conversation import vault
from tickets.conversation.commenting import MENTIONED
from tickets.conversation.models import Attachment, Comment, Conversation, FileSpace


def check(tenant: Tenant | None) -> Iterator[Broken]:
    """Yield what does not hold, of one company or of all; every file is read."""
    files, comments = Attachment.objects.filter(erased_at=None), Comment.objects.all()
    if tenant is not None:
        files, comments = files.filter(tenant=tenant), comments.filter(run__tenant=tenant)
    yield from _files(files)
    yield from _room(files, tenant)
    yield from _comments(comments)
    yield from _notices(comments)


def _files(files: QuerySet[Attachment]) -> Iterator[Broken]:
    """Compare each file on the disk with its row."""
    for row in files.select_related("comment__run").order_by("pk").iterator(chunk_size=500):
        where = f"run {row.comment.run.reference}, attachment {row.pk}"
        found = vault.digest_of(row.uid)
        if found is None:
            yield Broken("I29", where, "its file is missing")
        elif found != (row.sha256, row.size):
            yield Broken("I29", where, "its file is not the one that was sent")
        if row.tenant_id != row.comment.run.tenant_id:
            yield Broken("I14", where, "it counts for another company than its run's")


def _room(files: QuerySet[Attachment], tenant: Tenant | None) -> Iterator[Broken]:
    """Compare what a company is said to have used with its files."""
    used = files.filter(tenant=OuterRef("tenant")).values("tenant").annotate(sum=Sum("size"))
    spaces = FileSpace.objects.annotate(sum=Coalesce(used.values("sum")[:1], 0))
    if tenant is not None:
        spaces = spaces.filter(tenant=tenant)
    for row in spaces.exclude(used=F("sum")).select_related("tenant"):
        where = f"tenant {row.tenant.slug}"
        yield Broken("I29", where, f"{row.used} bytes are counted, its files are {row.sum}")
    known = FileSpace.objects.filter(tenant=OuterRef("tenant"))
    for slug in files.exclude(Exists(known)).values_list("tenant__slug", flat=True).distinct():
        yield Broken("I29", f"tenant {slug}", "its files are not counted")


def _comments(comments: QuerySet[Comment]) -> Iterator[Broken]:
    """Look for comments that no event tells of."""
    streams = dict[int, str]()
    for row in Conversation.objects.filter(run__in=comments.values("run")).select_related("run"):
        streams[row.run_id] = row.stream
    told = set(
        Event.objects.filter(Q(kind="comment.added"), stream__in=set(streams.values())).values_list(
            "stream", "number", "actor_id"
        )
    )
    rows = comments.values_list("run_id", "run__reference", "number", "author_id")
    for run, reference, number, author in rows.iterator(chunk_size=2_000):
        if (streams.get(run, ""), number, author) not in told:
            yield Broken("I2", f"run {reference}", f"no event tells of comment {number}")


def _notices(comments: QuerySet[Comment]) -> Iterator[Broken]:
    """Look for notices of comments that do not exist."""
    same = Comment.objects.filter(run=OuterRef("run"), number=OuterRef("number"))
    stray = Notice.objects.filter(template=MENTIONED, run__in=comments.values("run"))
    for reference, number in stray.exclude(Exists(same)).values_list("run__reference", "number"):
        yield Broken("I16", f"run {reference}", f"a notice of comment {number}, which is none")
