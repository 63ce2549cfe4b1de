"""Visits of vendor people to companies they are not assigned to: opened, seen, ended."""

import json
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Lower
from django.http import HttpRequest

from helpdesk import history
from helpdesk.models import SupportVisit, Tenant, User
from helpdesk.vendor.values import domain

REASON_MIN = 10


def find_tenant(
    text: str, *, domains_only: bool = False, besides: Tenant | None = None
) -> Tenant | None:
    """Find a company by its exact short name, or by one of its domains; one query."""
    wanted = text.strip().lower()
    with suppress(ValidationError):
        wanted = domain(wanted)
    if not wanted:
        return None
    listed = Tenant.objects.annotate(listed=Lower(Cast("multi_domains", TextField())))
    named = Q(main_domain__iexact=wanted) | Q(listed__contains=json.dumps(wanted))
    if not domains_only:
        named |= Q(slug=wanted)
    found = listed.filter(named)
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    return found.order_by("pk").first()


def open_visit(tenant: Tenant, *, user: User, reason: str, now: datetime) -> SupportVisit:
    """Open a visit for a while, where the tenant can read why; an open one is kept.

    The caller has asked ``may(…, "vendor.visit")`` and that the reason says something.
    """
    with transaction.atomic():
        locked = history.lock_tenant(tenant.pk)
        going_on = SupportVisit.objects.filter(
            tenant=locked, user=user, ended_at=None, starts_at__lte=now, ends_at__gt=now
        ).first()
        if going_on is not None:
            return going_on
        ends_at = now + timedelta(minutes=max(settings.SUPPORT_VISIT_MINUTES, 1))
        visit = SupportVisit.objects.create(
            tenant=locked, user=user, reason=reason.strip(), starts_at=now, ends_at=ends_at
        )
        told = {"visit": visit.pk, "reason": visit.reason, "ends_at": ends_at.isoformat()}
        history.append(locked, [history.told_by("support.visit_opened", user, told)], now=now)
    return visit


def end_visit(visit: SupportVisit, *, user: User, now: datetime) -> bool:
    """End a visit early; return False when it was over already."""
    with transaction.atomic():
        locked = history.lock_tenant(visit.tenant_id)
        open_ones = SupportVisit.objects.filter(pk=visit.pk, ended_at=None, ends_at__gt=now)
        if not open_ones.update(ended_at=now, ended_by=user):
            return False
        told = {"visit": visit.pk, "visitor": visit.user_id}
        history.append(locked, [history.told_by("support.visit_ended", user, told)], now=now)
    return True


def note_view(request: HttpRequest, visit_id: int | None, now: datetime) -> None:
    """Put a visit before the page, and record that its first page was opened.

    ``visit_id`` is None for whoever belongs to the tenant or is assigned to it.
    """
    if visit_id is None:
        return
    visit = SupportVisit.objects.select_related("user", "tenant").get(pk=visit_id)
    request.support_visit = visit  # type: ignore[attr-defined]
    if visit.viewed_at is None:
        _record_first_view(visit, now)


def _record_first_view(visit: SupportVisit, now: datetime) -> None:
    with transaction.atomic():
        locked = history.lock_tenant(visit.tenant_id)
        # Two pages opened at once are one first view.
        if SupportVisit.objects.filter(pk=visit.pk, viewed_at=None).update(viewed_at=now):
            told = {"visit": visit.pk, "reason": visit.reason}
            entry = history.told_by("support.visited", visit.user, told)
            history.append(locked, [entry], now=now)
