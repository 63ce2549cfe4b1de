"""Identical refusals of one person within a minute are counted, not repeated."""

import hashlib
import json
from datetime import datetime, timedelta

from django.db.models import F

from procedures.change import Change, Loaded
from procedures.models import Refusal

WINDOW = timedelta(minutes=1)


def digest_of(change: Change) -> str:
    """Hash what makes refusals identical: step, code and the verdicts' codes."""
    assert change.refusal is not None
    refusal = change.refusal
    codes = [(one.gate.rule.name, one.verdict.level, one.verdict.code) for one in refusal.judged]
    body = json.dumps([refusal.step, refusal.code, codes])
    return hashlib.sha256(body.encode()).hexdigest()


def counted(loaded: Loaded, change: Change, now: datetime) -> bool:
    """Count a refusal on a run; say whether it was the same again."""
    return counted_on(loaded.run.stream, loaded.actor.id, change, now)


def counted_on(stream: str, actor_id: int | None, change: Change, now: datetime) -> bool:
    """Count a refusal on a stream; say whether it was the same again."""
    if actor_id is None:
        return False
    same = Refusal.objects.filter(
        stream=stream,
        actor_id=actor_id,
        digest=digest_of(change),
        first_at__gt=now - WINDOW,
        first_at__lte=now,
    )
    return bool(same.update(count=F("count") + 1, last_at=now))


def remember(stream: str, actor_id: int | None, change: Change, number: int, now: datetime) -> None:
    """Start counting from the refusal that was written as an event."""
    if actor_id is not None:
        Refusal.objects.create(
            stream=stream,
            actor_id=actor_id,
            digest=digest_of(change),
            number=number,
            first_at=now,
            last_at=now,
        )
