"""What happens when time passes: each due deadline is fired once, whatever the others do."""

from collections.abc import Callable
from datetime import datetime, timedelta

from procedures import engine, leases
from procedures.change import NotPossible
from procedures.leases import Hand, Held, never
from procedures.models import Deadline

LEASE = timedelta(minutes=2)


def sweep(
    now: datetime,
    *,
    limit: int = 50,
    hand: Hand | None = None,
    stop: Callable[[], bool] = never,
) -> int:
    """Fire what is due, the longest due first; return how many rows were taken.

    ``hand`` carries a leased row out, default here and now; ``stop`` is asked before each.
    """
    due = Deadline.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    held = leases.take(due, limit=limit, span=LEASE)
    return leases.hand_out(Deadline, held, now, hand or fire, stop)


def fire(deadline_id: int, token: int, now: datetime) -> None:
    """Fire one leased deadline; a failure is noted on its row and stops nobody else.

    A taker whose lease has gone to another finds the deadline settled, or waits for the
    lock of the run and finds it settled then; the token guards what it notes itself.
    """
    held = Held(deadline_id, token)
    row = leases.mine(Deadline, held).select_related("run").first()
    if row is None:
        return
    try:
        engine.pass_deadline(row.run, deadline_id=deadline_id, now=now)
    except NotPossible as error:
        if error.code != "not_due":
            leases.failed(Deadline, held, error)
            return
        # The run has ended or moved on: there is nothing left to be fired.
        leases.mine(Deadline, held).update(state="cancelled", settled_at=now, lease_until=None)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one row, the next is due too
        leases.failed(Deadline, held, error)
