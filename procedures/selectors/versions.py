"""Which procedures there are: the newest version of each, in the order of the FAQ."""

from django.db.models import Max, Min

from procedures.models import ProcedureVersion


def newest_versions() -> tuple[int, ...]:
    """Return the ids of the newest versions; the first published comes first."""
    rows = ProcedureVersion.objects.values("key").annotate(first=Min("pk"), newest=Max("pk"))
    return tuple(rows.order_by("first").values_list("newest", flat=True))
