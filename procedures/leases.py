"""Rows that a worker holds for a while: taken once, given back, tried again later, or dead."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Now

logger = logging.getLogger(__name__)

ATTEMPTS = 8
# The wait after each failed attempt; the sum is about twelve hours.
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 60, 180, 480))
ERROR_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Held:
    """A row that is leased: its id and the token without which nothing about it is written."""

    pk: int
    token: int


# Carries one leased row out: id, token, now.
Hand = Callable[[int, int, datetime], None]


def never() -> bool:
    """Say that nobody asked to stop."""
    return False


def in_(span: timedelta) -> ExpressionWrapper:
    """Return the time a span from now, by the clock of the database."""
    return ExpressionWrapper(Now() + Value(span), output_field=DateTimeField())


def take(rows: QuerySet[Any], *, limit: int, span: timedelta) -> list[Held]:
    """Lease up to ``limit`` pending rows, in the order given, each to one taker only.

    Attempts are counted here, so that work which kills its worker counts too. What was
    tried often enough is declared dead instead.
    """
    free = Q(lease_until=None) | Q(lease_until__lte=Now())
    rows = rows.filter(free, state="pending")
    # Looking first keeps an idle worker from taking SQLite's only write lock.
    if not rows.exists():
        return []
    with transaction.atomic():
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        found = list(rows.values_list("pk", "attempts", "token")[:limit])
        spent = [pk for pk, attempts, _token in found if attempts >= ATTEMPTS]
        taken = [Held(pk, token + 1) for pk, attempts, token in found if attempts < ATTEMPTS]
        kept = rows.model.objects
        kept.filter(pk__in=spent).update(state="dead", lease_until=None, error="worker was lost")
        kept.filter(pk__in=[one.pk for one in taken]).update(
            lease_until=in_(span), token=F("token") + 1, attempts=F("attempts") + 1
        )
    for pk in spent:
        logger.error("%s %s is dead: its worker was lost each time", rows.model.__name__, pk)
    return taken


def mine(model: Any, held: Held) -> QuerySet[Any]:
    """Return the row as long as nobody else has taken it since and it is not settled."""
    rows: QuerySet[Any] = model.objects.filter(pk=held.pk, token=held.token, state="pending")
    return rows


def give_back(model: Any, rows: Sequence[Held]) -> None:
    """Return rows that were not begun; their attempt does not count."""
    for held in rows:
        mine(model, held).update(lease_until=None, attempts=F("attempts") - 1)


def failed(model: Any, held: Held, error: Exception) -> None:
    """Note a failure: wait longer each time, and after the last attempt declare it dead."""
    told = f"{type(error).__name__}: {error}"[:ERROR_LIMIT].replace("\x00", "")
    row = mine(model, held)
    attempts = row.values_list("attempts", flat=True).first()
    if attempts is None:
        return
    name = f"{model.__name__} {held.pk}"
    if attempts >= ATTEMPTS:
        row.update(state="dead", lease_until=None, error=told)
        logger.error("%s is dead after %d attempts: %s", name, attempts, told)
        return
    row.update(lease_until=in_(BACKOFF[attempts - 1]), error=told)
    logger.warning("%s failed, attempt %d of %d: %s", name, attempts, ATTEMPTS, told)


def hand_out(
    model: Any, rows: Sequence[Held], now: datetime, hand: Hand, stop: Callable[[], bool]
) -> int:
    """Hand leased rows over one by one; give the rest back when asked to stop."""
    for number, held in enumerate(rows):
        if stop():
            give_back(model, rows[number:])
            return 0
        try:
            hand(held.pk, held.token, now)
        except KeyboardInterrupt:
            give_back(model, rows[number:])
            raise
    return len(rows)


def revive(model: Any) -> int:
    """Let dead rows be tried again from the start; return how many."""
    dead = model.objects.filter(state="dead")
    return int(dead.update(state="pending", attempts=0, lease_until=None, error=""))
