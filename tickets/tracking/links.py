"""Links by which a run is followed without signing in: made, shown once, revoked, found."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from helpdesk.models import User
from procedures.models import Run
from tickets.conversation import stream
from tickets.tracking.models import TrackingLink

# 256 bits of chance: nobody guesses one.
TOKEN_BYTES = 32
AFTER_CLOSE = timedelta(days=30)
PROCEDURES = frozenset({"domain_change"})


def make_link(run: Run, *, actor: User, now: datetime) -> str:
    """Make a link and return its token, which is stored nowhere; the one before dies."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        talk = stream.lock(run)
        replaced = _end(run, actor, now)
        TrackingLink.objects.create(run=run, digest=digest(token), made_at=now, made_by=actor)
        stream.append(
            talk, "link.made", {"replaced": bool(replaced)}, actor=actor, now=now, internal=False
        )
    return token


def revoke_link(run: Run, *, actor: User, now: datetime) -> bool:
    """Let the link in force die; say whether there was one."""
    with transaction.atomic():
        talk = stream.lock(run)
        if not _end(run, actor, now):
            return False
        stream.append(talk, "link.revoked", {}, actor=actor, now=now, internal=False)
    return True


def _end(run: Run, actor: User, now: datetime) -> int:
    in_force = TrackingLink.objects.filter(run=run, revoked_at=None)
    return in_force.update(revoked_at=now, revoked_by=actor)


def link_of(run: Run) -> TrackingLink | None:
    """Return the link of a run that is in force."""
    return TrackingLink.objects.filter(run=run, revoked_at=None).select_related("made_by").first()


def find(token: str, now: datetime) -> TrackingLink | None:
    """Return the link of a token with its run; None when unknown, revoked or too old."""
    recent = Q(run__closed_at=None) | Q(run__closed_at__gt=now - AFTER_CLOSE)
    rows = TrackingLink.objects.filter(recent, digest=digest(token), revoked_at=None)
    return rows.select_related("run", "run__tenant").first()


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
