"""The demo queue: arranged by commands over the demo runs, once, and its history proves."""

from io import StringIO

import pytest
from django.core.management import call_command

from audit.verify import verify
from procedures.heads import read_heads
from procedures.models import Deadline
from tickets.queue.models import SavedView, Ticket

pytestmark = pytest.mark.django_db


def said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_the_demo_queue_is_plausible_and_arranged_once() -> None:
    assert "no demo data" in said("demo_tickets")
    said("demo")
    said("demo_tickets")
    held = Ticket.objects.count()
    assert held >= 6
    assert {one.assignee.name for one in Ticket.objects.all() if one.assignee} == {
        "문지호", "강은비",
    }  # fmt: skip
    assert Deadline.objects.filter(state="fired", action="alarm").exists()
    assert SavedView.objects.count() == 2
    assert "already" in said("demo_tickets")
    assert Ticket.objects.count() == held
    assert list(verify(heads=read_heads())) == []
