"""Reports that the text of a procedure is wrong: made, answered by its owner, read."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, Q, QuerySet

from helpdesk import history
from helpdesk.counts import MOST
from helpdesk.models import Tenant, User, VendorMembership, VendorRole
from helpdesk.vendor.standing import require
from procedures.definition import Procedure
from procedures.models import Notice
from tickets.tracking.models import TextReport

ANSWER = "vendor.answer_text_reports"
_NEW = TextReport.State.NEW


class AnsweredAlready(Exception):
    """Somebody else was first; what they said stays."""


def report(
    tenant: Tenant,
    procedure: Procedure,
    *,
    step: str,
    sentence: str,
    wrong: str,
    reporter: User,
    submission: UUID,
    now: datetime,
) -> TextReport:
    """Keep a report; the same submission again is the same report.

    The tenant's event tells which text it is about; the words go with the reporter's account.
    """
    try:
        with transaction.atomic():
            locked = history.lock_tenant(tenant.pk)
            made = TextReport.objects.create(
                tenant=locked,
                reporter=reporter,
                submission=submission,
                procedure=procedure.key,
                version=procedure.number,
                step=step,
                sentence=sentence,
                wrong=wrong,
                at=now,
            )
            body = {"report": made.pk, "procedure": procedure.key, "step": step}
            history.append(locked, [history.told_by("text.reported", reporter, body)], now=now)
    except IntegrityError:
        return TextReport.objects.get(reporter=reporter, submission=submission)
    return made


def answer(found: TextReport, *, state: str, words: str, actor: User, now: datetime) -> None:
    """Accept or decline a report, once. Raises AnsweredAlready, PermissionDenied."""
    with transaction.atomic():
        locked = history.lock_tenant(found.tenant_id)
        require(actor, ANSWER)
        new = TextReport.objects.filter(pk=found.pk, state=_NEW)
        if not new.update(state=state, answer=words, answered_at=now, answered_by=actor):
            raise AnsweredAlready
        body = {"report": found.pk, "state": state}
        entry = history.told_by("text_report.answered", actor, body)
        history.append(locked, [entry], now=now)


def answers_to(user: User, tenant: Tenant) -> QuerySet[TextReport]:
    """Return the answers that a person has not marked as read yet."""
    rows = TextReport.objects.filter(reporter=user, tenant=tenant, read_at=None)
    return rows.exclude(state=_NEW).order_by("-answered_at")


def waiting_for(user: User, tenant: Tenant) -> QuerySet[TextReport]:
    """Return the reports of a company that wait for a person who answers them."""
    owner = VendorMembership.objects.filter(user=user, role=VendorRole.MANAGER)
    return TextReport.objects.filter(Exists(owner), tenant=tenant, state=_NEW)


def unread(user: User, tenant: Tenant) -> int:
    """Count what waits on a person's page of notices, up to some, these included; one query."""
    told = Notice.objects.filter(recipient=user, run__tenant=tenant, read_at=None)
    owner = VendorMembership.objects.filter(user=user, role=VendorRole.MANAGER)
    mine = Q(reporter=user, read_at=None) & ~Q(state=_NEW)
    reports = TextReport.objects.filter(mine | (Q(state=_NEW) & Exists(owner)), tenant=tenant)
    both = told.values("pk").union(reports.values("pk"), all=True)
    return len(both[: MOST + 1])
