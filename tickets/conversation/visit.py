"""Who comes to a conversation: the run or 404, how far it goes, and who may read what."""

from datetime import datetime

from django.db.models import BooleanField, Case, Exists, F, FilteredRelation, Q, Value, When
from django.http import Http404

from helpdesk.access import serves
from helpdesk.models import Tenant, User, VendorMembership
from helpdesk.permissions import roles_of
from procedures.access import visible_runs
from procedures.models import Run
from procedures.views.run import found_by


def talk_or_404(user: User, slug: str, ref: str, now: datetime) -> tuple[Tenant, Run]:
    """Return a run with how far its conversation goes for this person, in one query.

    ``reads_internal`` says that they read what the vendor's people say among themselves, and
    ``talk_told`` counts the events they are told of.
    """
    vendor = VendorMembership.objects.filter(user=user, role__in=roles_of("talk.see_internal"))
    reads = Q(Exists(vendor)) & serves(user, now, "tenant_id")
    runs = visible_runs(user, slug, ref, now).annotate(
        reads_internal=Case(
            When(reads, then=Value(True)), default=Value(False), output_field=BooleanField()
        ),
        talked=F("conversation__event_number"),
        kept=F("conversation__internal_number"),
        looked=FilteredRelation("looks", condition=Q(looks__user=user)),
        looked_at=F("looked__at"),
        looked_talk=F("looked__talk"),
        looked_events=F("looked__events"),
    )
    run = runs.first()
    if run is None:
        raise Http404
    return run.tenant, run


# Hands a view its run with its conversation, or answers 404.
of_talk = found_by(talk_or_404)


def reads_internal(run: Run) -> bool:
    """Say whether whoever asked for the run reads internal comments."""
    return bool(run.reads_internal)  # type: ignore[attr-defined]


def told(run: Run) -> int:
    """Count the events of the conversation that whoever asked for the run is told of."""
    kept = 0 if reads_internal(run) else run.kept or 0  # type: ignore[attr-defined]
    return (run.talked or 0) - kept  # type: ignore[attr-defined]


def mark_of(run: Run) -> str:
    """Return how far the run and its conversation go, as pages carry it."""
    return f"{told(run)}-{run.event_number}"


def new_of(run: Run) -> int:
    """Count what is new since whoever asked for the run last looked."""
    events = run.event_number - (run.looked_events or 0)  # type: ignore[attr-defined]
    talk = told(run) - (run.looked_talk or 0)  # type: ignore[attr-defined]
    return max(events, 0) + max(talk, 0)


def visible_comments(run: Run) -> Q:
    """Return the condition on comments that whoever asked for the run may read them."""
    return Q(run=run) if reads_internal(run) else Q(run=run, internal=False)
