"""Write what was said or arranged about a run into the run's conversation, one event each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.chain import Entry
from helpdesk import history
from helpdesk.models import User
from procedures.models import Run
from tickets.conversation.models import Conversation


def lock(run: Run) -> Conversation:
    """Lock the conversation of a run, begun when there is none; in the caller's transaction.

    Lock a tenant or a run before it, never after.
    """
    Conversation.objects.bulk_create([Conversation(run=run)], ignore_conflicts=True)
    rows = Conversation.objects.select_for_update(of=("self",), no_key=True)
    found = rows.get(run=run)
    # The run at hand names the stream; reading it again would cost a statement.
    found.run = run
    return found


def record(
    run: Run,
    kind: str,
    body: Mapping[str, Any],
    *,
    actor: User | None,
    now: datetime,
    internal: bool,
    cause: str = "",
) -> int:
    """Record one event (``noun.past``) and return its number; in the caller's transaction.

    ``internal`` events are for the vendor's people alone. Without an actor it was the system,
    and ``cause`` says what moved it.
    """
    return append(lock(run), kind, body, actor=actor, now=now, internal=internal, cause=cause)


def append(
    talk: Conversation,
    kind: str,
    body: Mapping[str, Any],
    *,
    actor: User | None,
    now: datetime,
    internal: bool,
    cause: str = "",
) -> int:
    """Record one event in a conversation that the caller has locked; return its number."""
    told = {**body, "internal": internal}
    if actor is None:
        entry = Entry(kind, "system", None, told, cause=cause)
    else:
        entry = history.told_by(kind, actor, told)
    if internal:
        talk.append_unseen(entry, now)
    else:
        history.append(talk, [entry], now=now)
    return talk.event_number
