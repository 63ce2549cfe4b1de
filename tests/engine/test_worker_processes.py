"""Several real workers at once, and workers that are killed: nothing twice, nothing lost."""

import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from audit.models import Event
from procedures import engine
from procedures.models import Deadline, Delivery, Notice
from tests import factories
from tests.conftest import FreshDatabase

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = 20


def open_runs() -> int:
    """Open recoveries of which the first reminder is due; return the mail admin's id."""
    company = factories.company()
    now = timezone.now() - timedelta(hours=13)
    for number in range(RUNS):
        deleted = now + timedelta(seconds=number)
        result = engine.open_run(
            company.tenant,
            procedure="mail_recovery",
            actor_id=company["member"].pk,
            now=deleted,
            values={"mailbox": f"m{number}@hanbit.example", "deleted_at": deleted.isoformat()},
        )
        assert result.run is not None
    return company["mail_admin"].pk


def start(database: FreshDatabase) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "worker", "--once"]
    return subprocess.Popen(command, cwd=ROOT, env=database.env)


def check(admin: int) -> None:
    """Compare what became of everything that was due with what must."""
    assert Event.objects.filter(kind="deadline.reminded").count() == RUNS
    assert Deadline.objects.filter(state="fired").count() == RUNS
    assert not Delivery.objects.exclude(state="sent").exists()
    notices = Notice.objects.filter(recipient=admin, template="deadline_remind")
    assert Counter(notices.values_list("run", flat=True)).most_common(1)[0][1] == 1
    assert notices.count() == RUNS


def test_four_workers_at_once_do_everything_once(fresh_db: FreshDatabase) -> None:
    admin = open_runs()
    workers = [start(fresh_db) for _ in range(4)]
    assert [worker.wait(120) for worker in workers] == [0] * 4
    # One may have ended while another still held what it had taken; that one has finished too.
    check(admin)
    assert set(Deadline.objects.filter(state="fired").values_list("attempts", flat=True)) == {1}
    told = Delivery.objects.filter(channel="mail", template="deadline_remind")
    assert set(told.values_list("attempts", flat=True)) == {1}


def test_workers_that_are_killed_leave_nothing_half_done(fresh_db: FreshDatabase) -> None:
    admin = open_runs()
    for fired in (3, 12):
        worker = start(fresh_db)
        ends = time.monotonic() + 60
        while worker.poll() is None and Deadline.objects.filter(state="fired").count() < fired:
            assert time.monotonic() < ends
        worker.kill()
        worker.wait()
        Deadline.objects.filter(state="pending").update(lease_until=None)
        Delivery.objects.filter(state="pending").update(lease_until=None)
    events = Event.objects.filter(kind="deadline.reminded").count()
    assert events == Deadline.objects.filter(state="fired").count()
    assert start(fresh_db).wait(120) == 0
    check(admin)
