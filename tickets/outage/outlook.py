"""Outlook users of a change of domain: who is on the list, and who has corrected the settings."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from helpdesk.models import User
from procedures.change import Loaded
from procedures.models import Run
from tickets.conversation import stream
from tickets.outage.models import OutlookAnswer

type Part = dict[str, Any]


def digest(address: str) -> str:
    """Return what is kept of an address with an answer."""
    return sha256(address.strip().lower().encode()).hexdigest()


def users_of(loaded: Loaded) -> list[str]:
    """List the Outlook users of a run in the order in which they were given."""
    return [str(one) for one in loaded.values.get("outlook_users") or ()]


def answers_of(run: Run) -> dict[str, OutlookAnswer]:
    """Map what is kept of addresses to who said so and when; one query."""
    return {
        one.digest: one for one in OutlookAnswer.objects.filter(run=run).select_related("actor")
    }


def is_done(loaded: Loaded) -> bool:
    """Say whether the step that asks for everybody is over."""
    return "outlook_confirmed" in loaded.finished


def waiting(loaded: Loaded) -> list[str]:
    """List who has not confirmed; nobody when the step is over."""
    if is_done(loaded):
        return []
    given = {str(one).lower() for one in loaded.values.get("outlook_done") or ()}
    answered = set(OutlookAnswer.objects.filter(run=loaded.run).values_list("digest", flat=True))
    return [
        one for one in users_of(loaded) if one.lower() not in given and digest(one) not in answered
    ]


def waiting_count(loaded: Loaded) -> int:
    """Count who has not confirmed."""
    return len(waiting(loaded))


def rows_of(loaded: Loaded) -> list[Part]:
    """Shape every Outlook user: address, whether confirmed, by whom and when."""
    answers = answers_of(loaded.run)
    given = {str(one).lower() for one in loaded.values.get("outlook_done") or ()}
    rows = []
    for place, address in enumerate(users_of(loaded), 1):
        answer = answers.get(digest(address))
        rows.append(
            {
                "number": place,
                "address": address,
                "done": answer is not None or address.lower() in given or is_done(loaded),
                "by": answer.actor.get_full_name() if answer else "",
                "at": answer.at if answer else None,
            }
        )
    return rows


def note_answers(
    run: Run, addresses: Iterable[str], *, known: Iterable[str], actor: User, now: datetime
) -> int:
    """Note who has corrected the settings; return how many are new. Strangers are left out."""
    users = list(known)
    wanted = {one.lower() for one in addresses}
    chosen = [(place, one) for place, one in enumerate(users, 1) if one.lower() in wanted]
    if not chosen:
        return 0
    with transaction.atomic():
        talk = stream.lock(run)
        before = set(OutlookAnswer.objects.filter(run=run).values_list("digest", flat=True))
        new = [(place, one) for place, one in chosen if digest(one) not in before]
        OutlookAnswer.objects.bulk_create(
            OutlookAnswer(run=run, digest=digest(one), at=now, actor=actor) for _, one in new
        )
        if new:
            body = {"rows": [place for place, _ in new], "of": len(users)}
            stream.append(talk, "outlook.confirmed", body, actor=actor, now=now, internal=False)
    return len(new)
