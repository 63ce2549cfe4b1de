"""What is new about runs since somebody last looked, and how far they have looked."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from helpdesk.models import Assignment, Membership, User, VendorMembership
from helpdesk.permissions import roles_of
from procedures.models import Run
from tickets.conversation.models import Look


def reads_internal(user: User) -> Q:
    """Return the condition on runs that a person whom they are shown reads what is internal.

    At the vendor, and not merely as a member of the company.
    """
    roles = roles_of("talk.see_internal")
    vendor = VendorMembership.objects.filter(user=user, role__in=roles)
    member = Membership.objects.filter(user=user, tenant=OuterRef("tenant"))
    assigned = Assignment.objects.filter(user=user, tenant=OuterRef("tenant"))
    return Q(Exists(vendor)) & (~Q(Exists(member)) | Q(Exists(assigned)))


def counts(user: User, runs: Sequence[Run]) -> dict[int, int]:
    """Map each run to how many of its events and of its conversation's are new to a person.

    One query, however many runs. The runs are those that the person may see; what is internal
    is counted only for the vendor's people.
    """
    known = _known(user, Run.objects.filter(pk__in=[run.pk for run in runs]))
    columns = ("pk", "event_number", "talked", "kept", "looked__events", "looked__talk", "reads")
    found = {}
    for pk, events, talked, kept, seen_events, seen_talk, reads in known.values_list(*columns):
        told = (talked or 0) - (0 if reads else kept or 0)
        found[pk] = max(events - (seen_events or 0), 0) + max(told - (seen_talk or 0), 0)
    return found


def _known(user: User, runs: QuerySet[Run]) -> QuerySet[Run]:
    return runs.annotate(
        looked=FilteredRelation("looks", condition=Q(looks__user=user)),
        talked=F("conversation__event_number"),
        kept=F("conversation__internal_number"),
        reads=reads_internal(user),
    )


def mark(user: User, run: Run, *, talk: int, events: int, at: datetime) -> None:
    """Note how far a person has read, never less far than before; in the caller's transaction."""
    row = _row(user, run, at)
    row.talk, row.events = max(row.talk, talk), max(row.events, events)
    row.at = max(row.at, at)
    row.save(update_fields=["talk", "events", "at"])


def mark_own(user: User, run: Run, at: datetime) -> None:
    """Leave one's own remark out of what is new to oneself; in the caller's transaction."""
    row = _row(user, run, at)
    row.talk += 1
    row.save(update_fields=["talk"])


def _row(user: User, run: Run, at: datetime) -> Look:
    """Lock how far somebody has read; begun when they never looked."""
    Look.objects.bulk_create([Look(user=user, run=run, at=at)], ignore_conflicts=True)
    return Look.objects.select_for_update(of=("self",)).get(user=user, run=run)
