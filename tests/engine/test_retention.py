"""What has served its time is deleted, at the boundary and in batches; runs and events never."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import models
from pytest_django import Settings

from audit.models import Event
from helpdesk import retention as batches
from helpdesk.models import Invitation, SignInLink
from procedures import deliveries, engine, retention
from procedures.models import Delivery, Notice, Probe, Refusal, Run
from tests.factories import Company, at, company
from tickets.models import Draft

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02T09:00")
TICK = timedelta(microseconds=1)
DAYS = {
    "notices": 10, "deliveries": 11, "refusals": 12, "probes": 13, "links": 14,
    "invitations": 15, "sessions": 16, "places": 17, "drafts": 18,
}  # fmt: skip


@pytest.fixture
def hanbit(settings: Settings) -> Company:
    settings.RETENTION_DAYS = dict(DAYS)
    return company()


@pytest.fixture
def run(hanbit: Company) -> Run:
    opened = engine.open_run(
        hanbit.tenant, procedure="mail_recovery", actor_id=hanbit["member"].pk, now=NOW,
        values={"mailbox": "lee@hanbit.example", "deleted_at": "2026-11-02T08:00+09:00"},
    )  # fmt: skip
    assert opened.run is not None
    return opened.run


def draft(run: Run, moment: datetime) -> models.Model:
    return Draft.objects.create(user=run.requester, run=run, text="아직", at=moment)


def notice(run: Run, moment: datetime) -> models.Model:
    return Notice.objects.create(
        run=run, number=1, recipient=run.requester, template="x", at=moment, read_at=moment
    )


def delivery(run: Run, moment: datetime) -> models.Model:
    return Delivery.objects.create(
        run=run, number=1, channel="mail", template="x", state="sent", next_at=moment,
        sent_at=moment, recipient=run.requester,
    )  # fmt: skip


def refusal(run: Run, moment: datetime) -> models.Model:
    return Refusal.objects.create(
        stream=run.stream, actor=run.requester, digest="x", number=1, first_at=moment,
        last_at=moment,
    )  # fmt: skip


def probe(run: Run, moment: datetime) -> models.Model:
    return Probe.objects.create(
        tenant=run.tenant, kind="mx", domain="x.example", outcome="ok", at=moment
    )


def link(run: Run, moment: datetime) -> models.Model:
    return SignInLink.objects.create(
        user=run.requester, digest="x", expires_at=moment + timedelta(days=99), used_at=moment
    )


def invitation(run: Run, moment: datetime) -> models.Model:
    return Invitation.objects.create(
        tenant=run.tenant, email="x@x.example", name="x", digest="x", created_at=moment,
        expires_at=moment,
    )  # fmt: skip


def session(run: Run, moment: datetime) -> models.Model:
    return Session.objects.create(session_key="x" * 32, session_data="", expire_date=moment)


def place(run: Run, moment: datetime) -> models.Model:
    made = UserSession.objects.create(
        user=run.requester, ip="192.0.2.1", user_agent="x", session_key="x", data={}
    )
    UserSession.objects.filter(pk=made.pk).update(last_seen_at=moment)
    return made


MAKERS: dict[str, Callable[[Run, datetime], models.Model]] = {
    "notices": notice, "deliveries": delivery, "refusals": refusal, "probes": probe,
    "links": link, "invitations": invitation, "sessions": session, "places": place, "drafts": draft,
}  # fmt: skip


@pytest.mark.parametrize("name", MAKERS)
def test_a_row_goes_when_its_days_are_over_and_not_before(run: Run, name: str) -> None:
    row = MAKERS[name](run, NOW)
    over = NOW + timedelta(days=DAYS[name])
    assert retention.sweep(over)[name] == 0
    assert type(row)._default_manager.filter(pk=row.pk).exists()
    assert retention.sweep(over + TICK)[name] == 1
    assert not type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", MAKERS)
def test_nought_days_keep_it_for_ever(run: Run, settings: Settings, name: str) -> None:
    settings.RETENTION_DAYS = {**DAYS, name: 0}
    row = MAKERS[name](run, NOW)
    assert name not in retention.sweep(NOW + timedelta(days=9_999))
    assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_what_nobody_has_read_or_sent_stays(run: Run) -> None:
    Notice.objects.create(run=run, number=1, recipient=run.requester, template="x", at=NOW)
    waiting = Delivery.objects.filter(state="pending").count()
    assert waiting
    retention.sweep(NOW + timedelta(days=9_999))
    assert Notice.objects.count() == 1
    assert Delivery.objects.filter(state="pending").count() == waiting


def test_what_an_open_run_rests_on_stays(run: Run) -> None:
    row = Probe.objects.create(
        tenant=run.tenant, run=run, kind="mx", domain="x.example", outcome="ok", at=NOW
    )
    assert retention.sweep(NOW + timedelta(days=99))["probes"] == 0
    done = engine.cancel_run(run, actor_id=run.requester_id, now=NOW, reason="끝")
    assert done.done
    assert retention.sweep(NOW + timedelta(days=99))["probes"] == 1
    assert not Probe.objects.filter(pk=row.pk).exists()


def test_runs_and_events_are_never_deleted_and_verify(run: Run) -> None:
    engine.cancel_run(run, actor_id=run.requester_id, now=NOW, reason="끝")
    while deliveries.sweep(NOW + timedelta(minutes=1)):
        pass
    events = Event.objects.count()
    retention.sweep(NOW + timedelta(days=9_999), batches=99)
    assert Run.objects.filter(pk=run.pk).exists()
    assert Event.objects.count() == events
    call_command("verify", stdout=io.StringIO())
    call_command("verify_audit", stdout=io.StringIO())


def test_a_sweep_takes_one_small_batch(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    for _ in range(5):
        refusal(run, NOW)
    later = NOW + timedelta(days=99)
    assert [retention.sweep(later)["refusals"] for _ in range(4)] == [2, 2, 1, 0]


def test_a_dry_run_counts_and_deletes_nothing(run: Run) -> None:
    for maker in MAKERS.values():
        maker(run, NOW - timedelta(days=9_999))
    out = io.StringIO()
    call_command("sweep_retention", "--dry-run", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines == [f"{name}: kept {days} days, 1 would be deleted" for name, days in DAYS.items()]
    call_command("sweep_retention", stdout=out)
    assert out.getvalue().count("1 deleted") == len(DAYS)


def test_the_worker_sweeps(run: Run) -> None:
    refusal(run, NOW - timedelta(days=9_999))
    call_command("worker", "--once")
    assert not Refusal.objects.exists()
