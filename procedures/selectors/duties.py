"""What the pages about people ask of runs: somebody's open ones, and roles about to go."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.models import Tenant, User
from procedures.models import Participant, Run, RunStep, Value

MOST = 50
CHANGE = "mail_admin_change"
PERFORMING = ("perform", "support_performs")


def open_runs_of(tenant: Tenant, person: User) -> QuerySet[Run]:
    """Return a person's open runs, newest first."""
    joined = Participant.objects.filter(run=OuterRef("pk"), user=person)
    runs = Run.objects.filter(Q(requester=person) | Q(Exists(joined)), tenant=tenant, state="open")
    return runs.select_related("requester").order_by("-opened_at", "-id")[:MOST]


def removed_mail_admins(tenant: Tenant) -> set[str]:
    """Return the addresses that open changes of mail admins have removed in the product.

    The roles here follow when the run ends. At most two queries.
    """
    steps = RunStep.objects.filter(
        run__tenant=tenant, run__state="open", run__procedure=CHANGE, key__in=PERFORMING
    )
    newest = {(run, key): state for run, key, state in steps.order_by("round").values_list(
        "run_id", "key", "state"
    )}  # fmt: skip
    performed = {run for (run, _key), state in newest.items() if state == "completed"}
    if not performed:
        return set()
    values = Value.objects.filter(run__in=performed, field="remove").order_by("id")
    removed = dict(values.values_list("run_id", "value"))
    return {str(address).lower() for value in removed.values() for address in value or ()}
