"""The open runs that somebody asked for or joined, for whoever sees them leave."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.models import Tenant, User
from procedures.models import Participant, Run

MOST = 50


def open_runs_of(tenant: Tenant, person: User) -> QuerySet[Run]:
    """Return a person's open runs, newest first."""
    joined = Participant.objects.filter(run=OuterRef("pk"), user=person)
    runs = Run.objects.filter(Q(requester=person) | Q(Exists(joined)), tenant=tenant, state="open")
    return runs.select_related("requester").order_by("-opened_at", "-id")[:MOST]
