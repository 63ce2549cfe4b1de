"""Take a ticket, give it to a colleague, release it: against what was seen, told in the talk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from helpdesk.models import User
from helpdesk.permissions import may
from helpdesk.vendor.standing import vendor_roles
from procedures.models import Notice, Run
from tickets.conversation import stream
from tickets.queue.holders import does_serve, holder_of
from tickets.queue.models import Ticket

COMMAND = "ticket.assign"
NOTICE = "ticket_assigned"


@dataclass
class Held(Exception):
    """Somebody holds the ticket who was not shown as its holder; None: nobody any more."""

    holder: User | None


class NotServing(Exception):
    """Who was named does not serve the company now."""


def take(run: Run, *, actor: User, seen: int | None, now: datetime) -> None:
    """Take a ticket; ``seen`` is who held it on the page. Raises Held, NotServing."""
    give(run, actor, actor=actor, seen=seen, now=now)


def give(run: Run, person: User, *, actor: User, seen: int | None, now: datetime) -> None:
    """Give a ticket to somebody who serves the company, and tell them.

    Raises Held where somebody else holds it than was seen, NotServing, PermissionDenied.
    Whoever holds it already keeps it, and nothing is recorded.
    """
    with transaction.atomic():
        talk = stream.lock(run)
        _require(run, actor, now)
        holder = holder_of(run.pk, now)
        if holder is not None and holder.pk == person.pk:
            return
        if (holder.pk if holder else None) != seen:
            raise Held(holder)
        if not does_serve(person, run.tenant, now):
            raise NotServing
        _write(run, person, actor, now)
        told = {"to": _named(person), "from": _named(holder)}
        number = stream.append(talk, "ticket.assigned", told, actor=actor, now=now, internal=True)
        if person.pk != actor.pk:
            _tell(run, number, person, actor, now)


def release(run: Run, *, actor: User, seen: int | None, now: datetime) -> None:
    """Leave a ticket to nobody. Raises Held where somebody else holds it than was seen."""
    with transaction.atomic():
        talk = stream.lock(run)
        _require(run, actor, now)
        holder = holder_of(run.pk, now)
        if holder is None:
            return
        if holder.pk != seen:
            raise Held(holder)
        _write(run, None, actor, now)
        told = {"from": _named(holder)}
        stream.append(talk, "ticket.released", told, actor=actor, now=now, internal=True)


def _require(run: Run, actor: User, now: datetime) -> None:
    """Raise PermissionDenied unless the person may still arrange this company's tickets."""
    roles = vendor_roles(actor)
    # Who looks after every company may hand its tickets out without serving it.
    far = may(roles, "vendor.configure")
    if not may(roles, COMMAND) or not (far or does_serve(actor, run.tenant, now)):
        raise PermissionDenied


def _write(run: Run, person: User | None, actor: User, now: datetime) -> None:
    new = {"assignee": person, "assigned_at": now, "assigned_by": actor}
    Ticket.objects.update_or_create(run=run, defaults=new)


def _named(person: User | None) -> dict[str, Any] | None:
    return None if person is None else {"id": person.pk, "name": person.get_full_name()}


def _tell(run: Run, number: int, person: User, actor: User, now: datetime) -> None:
    """Put it among the person's notices; the number is that of the talk's event."""
    params = {"actor": actor.pk, "reason": actor.get_full_name()}
    Notice.objects.create(
        run=run, number=number, recipient=person, template=NOTICE, params=params, at=now
    )
