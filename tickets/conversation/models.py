"""Rows of the conversation about a run."""

from collections.abc import Iterator

from django.db import models

from audit.chain import Head
from audit.models import StreamHead
from helpdesk.models import Tenant
from procedures.models import Run


class Conversation(StreamHead):
    """What is said and arranged about one run, a stream of events of its own.

    Apart from the run's own stream, so that a remark never stands in the way of a step, and
    what is internal to the vendor leaves no gap in the numbers that a company sees.
    """

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="conversation")

    def __str__(self) -> str:
        """Name the stream."""
        return self.stream

    @property
    def stream(self) -> str:
        """Name the stream of the conversation's events."""
        return f"talk:{self.run.uid}"


def heads(tenant: Tenant | None) -> Iterator[tuple[str, Head]]:
    """Yield where each conversation ends; of one tenant when it is given."""
    rows = Conversation.objects.all() if tenant is None else of_tenant(tenant)
    columns = rows.values_list("run__uid", "event_number", "event_mac", "event_at")
    for uid, number, mac, at in columns.iterator(chunk_size=2_000):
        yield f"talk:{uid}", Head(number, mac, at)


def of_tenant(tenant: Tenant) -> models.QuerySet[Conversation]:
    """Return the conversations about a tenant's runs."""
    return Conversation.objects.filter(run__tenant=tenant)
