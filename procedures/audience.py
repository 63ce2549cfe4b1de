"""Who is meant by an audience: roles, the people of a run, or one person, as they are now."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.access import holders_of
from helpdesk.models import Assignment, Membership, Role, User, VendorMembership, VendorRole
from procedures.models import Participant, Run, Value

logger = logging.getLogger(__name__)


def people_of(run: Run, audience: Iterable[str], now: datetime) -> dict[str, set[int]]:
    """Return the ids of the active people behind each word of an audience, stand-ins included.

    Nobody is meant who can no longer see the run: whoever left the tenant, or a vendor
    person who does not serve it any more.
    """
    return {word: set(_meant(run, word, now).values_list("pk", flat=True)) for word in audience}


def _meant(run: Run, word: str, now: datetime) -> QuerySet[User]:
    people = _who_may_see(run.tenant_id)
    if word in Role.values:
        return people.filter(holders_of(run.tenant_id, word, now))
    if word in VendorRole.values:
        served = Assignment.objects.filter(tenant=run.tenant_id)
        serving = VendorMembership.objects.filter(role=word, user__in=served.values("user"))
        return people.filter(pk__in=serving.values("user"))
    if word == "requester":
        joined = Participant.objects.filter(run=run)
        return people.filter(Q(pk=run.requester_id) | Q(pk__in=joined.values("user")))
    if word == "owner":
        return people.filter(email__iexact=_mailbox(run))
    if word.startswith("user:") and word[5:].isdecimal():
        return people.filter(pk=int(word[5:]))
    logger.error("nobody is known as %r; run %s tells the others", word, run.pk)
    return people.none()


def _who_may_see(tenant_id: int) -> QuerySet[User]:
    member = Membership.objects.filter(user=OuterRef("pk"), tenant=tenant_id)
    serving = Assignment.objects.filter(user=OuterRef("pk"), tenant=tenant_id)
    vendor = VendorMembership.objects.filter(user=OuterRef("pk"))
    allowed = Q(Exists(member)) | (Q(Exists(serving)) & Q(Exists(vendor)))
    return User.objects.filter(allowed, is_active=True)


def _mailbox(run: Run) -> str:
    newest = Value.objects.filter(run=run, field="mailbox").order_by("-id").first()
    return str(newest.value) if newest and newest.value else ""
