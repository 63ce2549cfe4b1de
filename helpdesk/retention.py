"""Delete what has served its time, in small batches; what is kept for how long is a setting."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from helpdesk.models import Invitation, SignInLink

BATCH = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row: ``old`` returns those whose time ended before a moment."""

    name: str
    old: Callable[[datetime], QuerySet]


def _old_links(before: datetime) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(Q(used_at__lt=before) | Q(expires_at__lt=before))


def _old_invitations(before: datetime) -> QuerySet[Invitation]:
    ended = Q(used_at__lt=before) | Q(revoked_at__lt=before) | Q(expires_at__lt=before)
    return Invitation.objects.filter(ended)


def _old_sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


def _old_places(before: datetime) -> QuerySet[UserSession]:
    """Where people were signed in: address and browser, once the session is over."""
    return UserSession.objects.filter(last_seen_at__lt=before)


# The names are those of settings.RETENTION_DAYS.
KINDS = (
    Kind("links", _old_links),
    Kind("invitations", _old_invitations),
    Kind("sessions", _old_sessions),
    Kind("places", _old_places),
)


def days_of(kind: Kind) -> int:
    """Return how many days rows of a kind are kept; 0 keeps them for ever."""
    days: Mapping[str, int] = settings.RETENTION_DAYS
    return days[kind.name]


def sweep(
    kinds: Iterable[Kind], now: datetime, *, batches: int = 1, dry_run: bool = False
) -> dict[str, int]:
    """Delete at most ``batches`` small batches of each kind; return how many rows went.

    With ``dry_run`` return how many there are, and delete nothing.
    """
    found: dict[str, int] = {}
    for kind in kinds:
        days = days_of(kind)
        if not days:
            continue
        rows = kind.old(now - timedelta(days=days))
        gone = rows.count() if dry_run else _delete(rows, batches)
        found[kind.name] = found.get(kind.name, 0) + gone
    return found


def _delete(rows: QuerySet, batches: int) -> int:
    gone = 0
    for _ in range(batches):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            break
        model: type[Model] = rows.model
        # A batch is a transaction of its own, so that nobody waits for all of them.
        with transaction.atomic():
            gone += model._default_manager.filter(pk__in=keys).delete()[0]
    return gone
