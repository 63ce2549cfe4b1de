"""Gather what the product knows of one person, and of nobody else, as plain JSON."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import OuterRef, Q, QuerySet, Subquery

from audit.models import Body, Event
from helpdesk.models import (
    Assignment,
    Invitation,
    Membership,
    Substitute,
    SupportVisit,
    Tenant,
    User,
    VendorMembership,
)
from procedures import store
from procedures.models import Decision, Notice, Participant, Run, Value

FORMAT = 1
# Of an event they acted in: which step, and what they said. What the rules answered may rest
# on others, and stays in the history.
OWN = ("step", "round", "values", "rows", "note", "reason", "acknowledgement", "way")


# What somebody above keeps of a person, under a name of its own.
Part = Callable[[User], list[dict[str, Any]]]
_more: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    """Let every export hold this, too."""
    _more[name] = part


def export_person(user: User, now: datetime) -> dict[str, Any]:
    """Return everything about a person, oldest first; times are UTC in ISO form."""
    return {
        "format": FORMAT,
        "exported_at": _iso(now),
        "profile": _profile(user),
        "memberships": _memberships(user),
        "sign_in": _sign_in(user, now),
        "runs_requested": _runs(user),
        "runs_joined": _joined(user),
        "values_given": list(_values(user)),
        "decisions": _decisions(user),
        "events_acted": list(_events(user)),
        "notices": _notices(user),
        **{name: part(user) for name, part in _more.items()},
    }


def _profile(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "active": user.is_active,
        "created_at": _iso(user.created_at),
        "last_sign_in": _iso(user.last_login),
    }


def _memberships(user: User) -> dict[str, Any]:
    roles = Membership.objects.filter(user=user).order_by("pk")
    invitations = Invitation.objects.filter(Q(user=user) | Q(email__iexact=user.email))
    stands = Substitute.objects.filter(Q(absent=user) | Q(stand_in=user))
    return {
        "roles": _rows(roles, tenant="tenant__slug", role="role", since="created_at"),
        "vendor_roles": _rows(VendorMembership.objects.filter(user=user), role="role"),
        "assigned_to": _rows(Assignment.objects.filter(user=user), tenant="tenant__slug"),
        "invitations": _rows(
            invitations.order_by("pk"),
            tenant="tenant__slug", email="email", name="name", sent_at="created_at",
            accepted_at="used_at", revoked_at="revoked_at",
        ),
        "stand_ins": [
            {
                "tenant": one.tenant.slug,
                "as": "absent" if one.absent_id == user.pk else "stand_in",
                "from": _iso(one.starts_at),
                "until": _iso(one.ended_at or one.ends_at),
            }
            for one in stands.select_related("tenant").order_by("pk")
        ],
        "support_visits": _rows(
            SupportVisit.objects.filter(user=user).order_by("pk"),
            tenant="tenant__slug", reason="reason", starts_at="starts_at", ended_at="ended_at",
        ),
    }  # fmt: skip


def _sign_in(user: User, now: datetime) -> dict[str, Any]:
    return {
        "addresses": _rows(
            EmailAddress.objects.filter(user=user).order_by("pk"),
            email="email", verified="verified",
        ),
        "second_factors": _rows(
            Authenticator.objects.filter(user=user).order_by("pk"),
            type="type", since="created_at", last_used="last_used_at",
        ),
        "sessions": [
            {"expires_at": _iso(row.expire_date)}
            for row in Session.objects.filter(expire_date__gt=now).order_by("expire_date")
            if str(row.get_decoded().get("_auth_user_id")) == str(user.pk)
        ],
    }  # fmt: skip


def _runs(user: User) -> list[dict[str, Any]]:
    return _rows(
        Run.objects.filter(requester=user).order_by("pk"),
        tenant="tenant__slug", reference="reference", procedure="procedure", subject="subject",
        state="state", opened_at="opened_at", closed_at="closed_at",
    )  # fmt: skip


def _joined(user: User) -> list[dict[str, Any]]:
    rows = Participant.objects.filter(user=user).order_by("pk")
    return _rows(rows, tenant="run__tenant__slug", run="run__reference", at="at")


def _values(user: User) -> Iterable[dict[str, Any]]:
    own = Value.objects.filter(actor=user).select_related("run__tenant").order_by("pk")
    for row in own.iterator(chunk_size=500):
        yield {
            "tenant": row.run.tenant.slug,
            "run": row.run.reference,
            "field": row.field,
            "value": _own_part(row),
            "at": _iso(row.at),
        }


def _own_part(row: Value) -> Any:
    """Return a value without the rows that others had collected in it before."""
    collects = store.procedure_of(row.run.version_id).joins == row.field
    if not collects or not isinstance(row.value, list):
        return row.value
    before = Value.objects.filter(run=row.run_id, field=row.field, pk__lt=row.pk)
    others = {one for rows in before.values_list("value", flat=True) for one in rows or ()}
    return [one for one in row.value if one not in others]


def _decisions(user: User) -> list[dict[str, Any]]:
    return _rows(
        Decision.objects.filter(actor=user).order_by("pk"),
        tenant="run__tenant__slug", run="run__reference", step="step", kind="kind",
        reason="reason", at="at",
    )  # fmt: skip


def _events(user: User) -> Iterable[dict[str, Any]]:
    acted = Event.objects.filter(actor_id=user.pk).order_by("at", "stream", "number")
    names = _names_of(acted)
    body = Body.objects.filter(stream=OuterRef("stream"), number=OuterRef("number"))
    told = acted.annotate(text=Subquery(body.values("body")[:1]))
    for event in told.iterator(chunk_size=500):
        said: Mapping[str, Any] = json.loads(event.text or "{}")
        own = {key: said[key] for key in OWN if key in said}
        if event.kind in ("run.joined", "values.amended"):
            # The list as it became holds what others had given, too.
            own.pop("values", None)
        yield {
            "about": names.get(event.stream, event.stream.partition(":")[0]),
            "number": event.number,
            "kind": event.kind,
            "at": _iso(event.at),
            "performed_at": _iso(event.performed_at),
            "said": own,
        }


def _names_of(events: QuerySet[Event]) -> dict[str, str]:
    """Map streams to the slug of their tenant and the reference of their run."""
    streams = events.order_by().values_list("stream", flat=True).distinct()
    uids = [stream.partition(":")[2] for stream in streams if not stream.startswith("vendor")]
    names = {one.stream: one.slug for one in Tenant.objects.filter(uid__in=uids)}
    runs = Run.objects.filter(uid__in=uids).select_related("tenant")
    return names | {one.stream: f"{one.tenant.slug} {one.reference}" for one in runs}


def _notices(user: User) -> list[dict[str, Any]]:
    return _rows(
        Notice.objects.filter(recipient=user).order_by("pk"),
        tenant="run__tenant__slug", run="run__reference", about="template", at="at",
        read_at="read_at",
    )  # fmt: skip


def _rows(rows: QuerySet[Any], **columns: str) -> list[dict[str, Any]]:
    """Read columns under the names that the export gives them."""
    found = rows.values_list(*columns.values())
    return [dict(zip(columns, map(_plain, row), strict=True)) for row in found]


def _plain(value: Any) -> Any:
    return _iso(value) if isinstance(value, datetime) else value


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
