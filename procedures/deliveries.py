"""The outbox: find whom an event concerns, note it in the app, and send the mails."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from helpdesk.models import User
from procedures import leases, mail
from procedures.audience import people_of
from procedures.leases import Hand, Held, never
from procedures.mail import describe
from procedures.models import Delivery, Notice

LEASE = timedelta(minutes=5)
# Of these one message tells all that wait: after days of silence nobody gets a storm.
COLLECTED = "deadline_remind"
GONE = "the recipient has no active account"

__all__ = ["describe", "send", "sweep"]


def sweep(
    now: datetime,
    *,
    limit: int = 20,
    hand: Hand | None = None,
    stop: Callable[[], bool] = never,
) -> int:
    """Carry out what waits in the outbox, oldest first; return how many rows were taken."""
    waiting = Delivery.objects.filter(next_at__lte=now).order_by("next_at", "pk")
    held = leases.take(waiting, limit=limit, span=LEASE)
    return leases.hand_out(Delivery, held, now, hand or send, stop)


def send(delivery_id: int, token: int, now: datetime) -> None:
    """Carry out one leased delivery; a failure is noted on its row and stops nobody else."""
    held = Held(delivery_id, token)
    # Renewed, since those before it in the batch may have taken long.
    if not leases.mine(Delivery, held).update(lease_until=leases.in_(LEASE)):
        return
    row = leases.mine(Delivery, held).select_related("run__tenant", "recipient").first()
    if row is None:
        return
    try:
        if row.channel == "fanout":
            _tell(held, now)
        else:
            _mail(row, held, now)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one row, the others go on
        leases.failed(Delivery, held, error)


def _mail(row: Delivery, held: Held, now: datetime) -> None:
    """Send a mail, then note it: when that note is lost, the same mail goes out again."""
    if mail.address_of(row) is None:
        leases.mine(Delivery, held).update(state="dead", error=GONE, lease_until=None)
        return
    mail.message_of(row).send()
    leases.mine(Delivery, held).update(state="sent", sent_at=now, lease_until=None, error="")


def _tell(held: Held, now: datetime) -> None:
    """Write a notice and a mail for each person an event concerns, all or nothing."""
    with transaction.atomic():
        rows = leases.mine(Delivery, held)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(of=("self",))
        row = rows.select_related("run__tenant").first()
        if row is None:
            return
        together = _together(row, now)
        concerned = _concerned(together, now)
        for person, told in concerned.items():
            _write(person, told, now)
        for address in _addresses_besides(together, concerned):
            _write_to(address, together, now)
        settled = Delivery.objects.filter(pk__in=[one.pk for one in together], state="pending")
        # A new token, so that a worker which holds one of them writes nothing more about it.
        settled.update(state="sent", sent_at=now, lease_until=None, error="", token=F("token") + 1)


def _together(row: Delivery, now: datetime) -> list[Delivery]:
    """Return the delivery, and with a reminder all that wait for the same run; oldest first."""
    if row.template != COLLECTED:
        return [row]
    others = Delivery.objects.filter(
        run=row.run, template=COLLECTED, channel="fanout", state="pending", next_at__lte=now
    ).exclude(pk=row.pk)
    if connection.vendor == "postgresql":
        # One that another worker is telling right now is left to it.
        others = others.select_for_update(skip_locked=True, of=("self",))
    return sorted([row, *others.select_related("run")], key=lambda one: (one.number, one.pk))


def _concerned(rows: list[Delivery], now: datetime) -> dict[int, list[Delivery]]:
    """Map each person to what they are told; nobody is told of what they did themselves."""
    told: dict[int, list[Delivery]] = {}
    known: dict[str, set[int]] = {}
    for row in rows:
        words = [word for word in row.audience.split(",") if word]
        new = [word for word in words if word not in known]
        known |= people_of(row.run, new, now)
        meant = {person for word in words for person in known[word]}
        for person in sorted(meant - {row.params.get("actor")}):
            told.setdefault(person, []).append(row)
    return told


def _addresses_besides(rows: list[Delivery], people: Iterable[int]) -> list[str]:
    """Return the addresses that a company wants reminded besides who is told anyway."""
    wanted = rows[-1].run.tenant.reminder_addresses if rows[-1].template == COLLECTED else []
    if not wanted:
        return []
    told = set(User.objects.filter(pk__in=people).values_list("email", flat=True))
    return [address for address in wanted if address not in told]


def _write_to(address: str, told: list[Delivery], now: datetime) -> None:
    """Write a mail to an address that no person here has; its fan-out is told once."""
    last = told[-1]
    same = {"run_id": last.run_id, "number": last.number, "template": last.template}
    params = {**_collected(told), "to": address}
    Delivery.objects.create(**same, channel="mail", params=params, next_at=now)


def _collected(told: list[Delivery]) -> dict[str, Any]:
    """Say in one message what several wait to say."""
    params: dict[str, Any] = dict(told[-1].params)
    if len(told) > 1:
        params["texts"] = [row.params["text"] for row in told]
    return params


def _write(person: int, told: list[Delivery], now: datetime) -> None:
    """Write one notice and one mail; both are unique by event, template and person."""
    last = told[-1]
    params = _collected(told)
    same = {"run_id": last.run_id, "number": last.number, "template": last.template}
    Notice.objects.bulk_create(
        [Notice(**same, recipient_id=person, params=params, at=now)], ignore_conflicts=True
    )
    message = Delivery(**same, channel="mail", recipient_id=person, params=params, next_at=now)
    Delivery.objects.bulk_create([message], ignore_conflicts=True)
