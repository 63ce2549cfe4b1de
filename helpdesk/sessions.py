"""End the sessions of a person: all of them, all others, or one."""

from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import F
from django.http import HttpRequest

from helpdesk.models import User


@dataclass(frozen=True)
class Sign:
    """A session as its person sees it: where from, when it began, when it was last used."""

    row: UserSession
    seen_at: datetime
    here: bool


def end_sessions(user: User) -> None:
    """End every session of a person at its next request, listed here or not."""
    User.objects.filter(pk=user.pk).update(sessions_epoch=F("sessions_epoch") + 1)
    user.refresh_from_db(fields=["sessions_epoch"])
    for session in UserSession.objects.filter(user=user):
        session.end()


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """End every session but this one, which goes on under a new key."""
    end_sessions(user)
    update_session_auth_hash(request, user)
    note_session(request)


def note_session(request: HttpRequest) -> None:
    """List the session of this request among the person's."""
    UserSession.objects.create_from_request(request)


def sessions_of(user: User, current: str | None) -> list[Sign]:
    """Return the sessions that still live, this one first, then the latest seen; reads only."""
    found = []
    for row in UserSession.objects.filter(user=user).order_by("-created_at", "-pk"):
        # Django's own way of asking deletes what does not fit any more; a list must not.
        stored = SessionStore(row.session_key).load()
        if stored.get(HASH_SESSION_KEY) != user.get_session_auth_hash():
            continue
        seen = stored.get("touched") or stored.get("started") or row.created_at.timestamp()
        found.append(Sign(row, datetime.fromtimestamp(seen, UTC), row.session_key == current))
    return sorted(found, key=lambda one: (not one.here, -one.seen_at.timestamp()))
