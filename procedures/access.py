"""Who may see a run: object or 404, in one query."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Lower
from django.http import Http404

from helpdesk.access import serves, stood_in, visit_by
from helpdesk.models import Leaver, Membership, Tenant, User
from helpdesk.permissions import may, roles_of
from helpdesk.prepared import Prepared
from procedures.models import Participant, Run, Value

SEES_ANY = roles_of("run.see")
SEES_OWN = roles_of("run.see", "own")


def _as_stored(email: str) -> str:
    """Write an address as the JSON text of a stored value has it, in lower case."""
    return f'"{email.lower()}"'


def own_runs(user: User) -> Q:
    """Return the condition that a run is the person's: asked for, joined, or their mailbox."""
    return _own(user.pk, _as_stored(user.email))


def _own(user: int, mailbox: str) -> Q:
    joined = Participant.objects.filter(run=OuterRef("pk"), user=user)
    newest = Value.objects.filter(run=OuterRef("run"), field="mailbox", pk__gt=OuterRef("pk"))
    theirs = (
        Value.objects.annotate(text=Lower(Cast("value", TextField())))
        .filter(run=OuterRef("pk"), field="mailbox", text=mailbox)
        .exclude(Exists(newest))
    )
    return Q(requester=user) | Q(Exists(joined)) | Q(Exists(theirs))


def runs_of(user: User, tenant: Tenant, roles: frozenset[str]) -> QuerySet[Run]:
    """Return the runs of a tenant that a person with these roles may see."""
    runs = Run.objects.filter(tenant=tenant)
    return runs if may(roles, "run.see_all") else runs.filter(own_runs(user))


def visible_runs(user: User, slug: str, reference: str, now: datetime) -> QuerySet[Run]:
    """Return the one run of this reference if a person sees it, else none.

    ``visit_id`` of the run is the visit by which alone the person sees it; ``requester_left``
    says that whoever asked for it was deactivated since.
    """
    return _visible(user.pk, _as_stored(user.email), slug, reference, now)


def _visible(user: int, mailbox: str, slug: str, reference: str, now: datetime) -> QuerySet[Run]:
    member = Membership.objects.filter(user=user, tenant=OuterRef("tenant_id"))
    admin = member.filter(role__in=SEES_ANY)
    plain = member.filter(role__in=SEES_OWN)
    lent = stood_in(user, now).filter(tenant=OuterRef("tenant_id"))
    sees_any = Q(Exists(admin)) | Q(Exists(lent)) | serves(user, now, "tenant_id")
    seen = sees_any | (Q(Exists(plain)) & _own(user, mailbox))
    runs = Run.objects.select_related("tenant", "requester", "parent")
    leaver = Leaver.objects.filter(user=OuterRef("requester_id"), tenant=OuterRef("tenant_id"))
    runs = runs.annotate(visit_id=visit_by(user, now, "tenant_id"), requester_left=Exists(leaver))
    return runs.filter(seen, tenant__slug=slug, reference=reference)


_SEEN = Prepared(
    lambda **given: _visible(**given)[:1],
    user=int, mailbox=str, slug=str, reference=str, now=datetime,
)  # fmt: skip


def run_or_404(user: User, slug: str, reference: str, now: datetime) -> tuple[Tenant, Run]:
    """Return a run and its tenant, as ``visible_runs`` has it; the run is not locked."""
    run = _SEEN.first(
        user=user.pk, mailbox=_as_stored(user.email), slug=slug, reference=reference, now=now
    )
    if run is None:
        raise Http404
    return run.tenant, run
