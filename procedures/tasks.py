"""The worker's work as tasks of Django, so that an installation may run it on its own queue."""

from datetime import datetime

from django.tasks import task

from procedures import deadlines, deliveries
from procedures.rules.wording import iso


@task
def fire_deadline(deadline_id: int, token: int, now: str) -> None:
    """Fire one leased deadline."""
    deadlines.fire(deadline_id, token, datetime.fromisoformat(now))


@task
def send_delivery(delivery_id: int, token: int, now: str) -> None:
    """Carry out one leased delivery."""
    deliveries.send(delivery_id, token, datetime.fromisoformat(now))


def enqueue_deadline(deadline_id: int, token: int, now: datetime) -> None:
    """Put a leased deadline on the queue; without one it is fired here and now."""
    fire_deadline.enqueue(deadline_id, token, iso(now))


def enqueue_delivery(delivery_id: int, token: int, now: datetime) -> None:
    """Put a leased delivery on the queue; without one it is carried out here and now."""
    send_delivery.enqueue(delivery_id, token, iso(now))
