"""Deadlines are fired once each, whoever sweeps, whatever breaks, however late."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from audit.models import Body, Event
from procedures import deadlines, engine, leases, sweeps
from procedures.change import NotPossible
from procedures.models import Deadline, Delivery, Notice, Run
from tests import factories
from tests.conftest import FreshDatabase

ROOT = Path(__file__).resolve().parent.parent.parent
DELETED = factories.at("2026-11-23T09:00")
HOUR = timedelta(hours=1)
# A lease that has ended when it is given.
OVER = timedelta(seconds=-1)


def recovery(company: factories.Company, now: datetime = DELETED) -> Run:
    """Open the recovery of a mail that was deleted just now."""
    result = engine.open_run(
        company.tenant,
        procedure="mail_recovery",
        actor_id=company["member"].pk,
        now=now,
        values={"mailbox": "member@hanbit.example", "deleted_at": now.isoformat()},
    )
    assert result.run is not None, result.refusal
    return result.run


def kinds(run: Run) -> list[str]:
    """Return the kinds of events that time has written."""
    events = Event.objects.filter(stream=run.stream, cause__startswith="deadline:")
    return list(events.order_by("number").values_list("kind", flat=True))


@pytest.fixture
def company(db: None) -> factories.Company:
    return factories.company()


def test_nothing_is_fired_a_microsecond_early(company: factories.Company) -> None:
    run = recovery(company)
    due = DELETED + 12 * HOUR
    assert deadlines.sweep(due - timedelta(microseconds=1)) == 0
    assert kinds(run) == []
    assert deadlines.sweep(due) == 1
    assert kinds(run) == ["deadline.reminded"]


def test_what_was_fired_is_not_fired_again(company: factories.Company) -> None:
    run = recovery(company)
    for _ in range(3):
        deadlines.sweep(DELETED + 12 * HOUR)
    assert kinds(run) == ["deadline.reminded"]


def test_a_run_expires_by_itself(company: factories.Company) -> None:
    run = recovery(company)
    deadlines.sweep(DELETED + 24 * HOUR + timedelta(minutes=1))
    assert str(Run.objects.get(pk=run.pk).state) == "expired"
    assert not Deadline.objects.filter(run=run, state="pending").exists()


def test_after_three_days_each_timer_fires_once_marked_late(company: factories.Company) -> None:
    run = recovery(company)
    late = DELETED + timedelta(days=3)
    while deadlines.sweep(late):
        pass
    assert kinds(run) == ["deadline.reminded"] * 3 + ["run.expired"]
    bodies = [
        json.loads(body.body)
        for body in Body.objects.filter(stream=run.stream).order_by("number")
        if '"action"' in body.body
    ]
    assert [body["late"] for body in bodies] == [True] * 4


def test_a_broken_row_does_not_stop_the_others(
    company: factories.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = recovery(company), recovery(company, DELETED + timedelta(minutes=1))
    fire = engine.pass_deadline

    def breaks(run: Run, **kw: object) -> engine.Result:
        if run.pk == broken.pk:
            raise ValueError("broken on purpose")
        return fire(run, **kw)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "pass_deadline", breaks)
    deadlines.sweep(DELETED + 13 * HOUR)
    assert kinds(sound) == ["deadline.reminded"]
    row = Deadline.objects.get(run=broken, attempts=1)
    assert (row.state, row.error) == ("pending", "ValueError: broken on purpose")
    assert row.lease_until is not None
    assert deadlines.sweep(DELETED + 13 * HOUR) == 0, "it waits before it is tried again"


def test_a_row_that_always_breaks_is_dead_after_eight_attempts_and_shown(
    company: factories.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery(company)

    def breaks(run: Run, **kw: object) -> engine.Result:
        raise ValueError("poison")

    monkeypatch.setattr(engine, "pass_deadline", breaks)
    for _ in range(leases.ATTEMPTS):
        assert deadlines.sweep(DELETED + 12 * HOUR) == 1
        Deadline.objects.update(lease_until=None)
    assert deadlines.sweep(DELETED + 12 * HOUR) == 0
    dead = Deadline.objects.get(state="dead")
    assert dead.attempts == 8
    shown = StringIO()
    call_command("worker", "--status", stdout=shown)
    assert "1 dead" in shown.getvalue()
    assert "poison" in shown.getvalue()
    monkeypatch.undo()
    call_command("worker", "--revive", stdout=StringIO())
    assert deadlines.sweep(DELETED + 12 * HOUR) == 1
    assert Deadline.objects.get(pk=dead.pk).state == "fired"


def test_a_row_whose_worker_is_lost_each_time_is_dead_too(company: factories.Company) -> None:
    recovery(company)
    due = Deadline.objects.filter(due_at__lte=DELETED + 12 * HOUR)
    for _ in range(leases.ATTEMPTS):
        assert len(leases.take(due, limit=5, span=OVER)) == 1
    assert leases.take(due, limit=5, span=OVER) == []
    assert Deadline.objects.get(state="dead").error == "worker was lost"


def test_a_leased_row_is_not_leased_twice(company: factories.Company) -> None:
    recovery(company)
    due = Deadline.objects.filter(due_at__lte=DELETED + 12 * HOUR)
    assert len(leases.take(due, limit=5, span=HOUR)) == 1
    assert leases.take(due, limit=5, span=HOUR) == []


def test_who_lost_the_lease_writes_nothing(company: factories.Company) -> None:
    run = recovery(company)
    due = Deadline.objects.filter(due_at__lte=DELETED + 12 * HOUR)
    (paused,) = leases.take(due, limit=5, span=OVER)
    (other,) = leases.take(due, limit=5, span=HOUR)
    assert other.token == paused.token + 1
    deadlines.fire(paused.pk, paused.token, DELETED + 12 * HOUR)
    leases.failed(Deadline, paused, ValueError("late"))
    assert kinds(run) == []
    assert Deadline.objects.get(pk=paused.pk).error == ""
    deadlines.fire(other.pk, other.token, DELETED + 12 * HOUR)
    assert kinds(run) == ["deadline.reminded"]


def test_a_deadline_of_an_ended_run_is_cancelled_quietly(
    company: factories.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery(company)

    def ended(run: Run, **kw: object) -> engine.Result:
        raise NotPossible("not_due")

    monkeypatch.setattr(engine, "pass_deadline", ended)
    deadlines.sweep(DELETED + 12 * HOUR)
    row = Deadline.objects.get(due_at=DELETED + 12 * HOUR)
    assert (row.state, row.error) == ("cancelled", "")


def test_asked_to_stop_it_gives_back_what_it_has_not_begun(company: factories.Company) -> None:
    recovery(company)
    assert deadlines.sweep(DELETED + 12 * HOUR, stop=lambda: True) == 0
    row = Deadline.objects.get(due_at=DELETED + 12 * HOUR)
    assert (row.lease_until, row.attempts, row.state) == (None, 0, "pending")


def test_once_fires_tells_and_sends(company: factories.Company) -> None:
    run = recovery(company)
    with time_machine.travel(DELETED + timedelta(days=3), tick=False):
        call_command("worker", "--once")
    assert str(Run.objects.get(pk=run.pk).state) == "expired"
    assert not Delivery.objects.exclude(state="sent").exists()
    admin = company["mail_admin"]
    reminders = Notice.objects.filter(recipient=admin, template="deadline_remind")
    assert reminders.count() == 1, "reminders of one run are told together"
    assert len(reminders.get().params["texts"]) == 3
    sent = [m for m in mail.outbox if m.to == [admin.email] and "알림 3건" in str(m.subject)]
    assert len(sent) == 1


def test_without_deliveries_nothing_is_sent(company: factories.Company) -> None:
    recovery(company)
    with time_machine.travel(DELETED + 12 * HOUR, tick=False):
        call_command("worker", "--once", "--no-deliveries")
    assert mail.outbox == []
    assert Delivery.objects.filter(state="pending").exists()


def test_a_database_that_is_away_is_waited_for(
    company: factories.Company, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from procedures.management.commands import worker

    calls: list[datetime] = []

    def away(now: datetime, **kw: object) -> int:
        calls.append(now)
        if len(calls) == 1:
            raise OperationalError("connection refused")
        os.kill(os.getpid(), signal.SIGTERM)
        return 0

    monkeypatch.setattr(deadlines, "sweep", away)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    with caplog.at_level("INFO"):
        call_command("worker", "--interval", "0.01")
    assert len(calls) == 2
    assert "the database cannot be used, again in 1 s: connection refused" in caplog.text


def test_sigterm_ends_a_real_worker_within_ten_seconds(fresh_db: FreshDatabase) -> None:
    company = factories.company()
    run = recovery(company, timezone.now() - 13 * HOUR)
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--interval", "0.2"], cwd=ROOT, env=fresh_db.env
    )
    try:
        ends = time.monotonic() + 60
        while not Notice.objects.filter(run=run, template="deadline_remind").exists():
            assert time.monotonic() < ends, "the worker did nothing"
            assert worker.poll() is None
            time.sleep(0.2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    finally:
        worker.kill()
        worker.wait()
    assert kinds(run) == ["deadline.reminded"]


def test_work_that_fails_stops_neither_other_work_nor_the_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def broken(now: datetime, stop: Callable[[], bool]) -> None:
        raise PermissionError("read-only file system")

    def away(now: datetime, stop: Callable[[], bool]) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(sweeps, "_sweeps", [broken, lambda now, stop: done.append("other")])
    sweeps.run_all(factories.at("2026-11-23T09:00"), lambda: False)
    assert done == ["other"]
    assert "read-only file system" in caplog.text
    monkeypatch.setattr(sweeps, "_sweeps", [away])
    with pytest.raises(OperationalError):
        sweeps.run_all(factories.at("2026-11-23T09:00"), lambda: False)
