"""`manage.py verify` names run and invariant for whatever was changed behind the engine's back."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.chain import Entry
from audit.erase import erase
from helpdesk.models import Membership
from procedures import engine, store
from procedures.models import Claim, Deadline, Delivery, Run, RunStep
from tests.factories import Company, at, company

pytestmark = pytest.mark.django_db
NINE = at("2026-11-02T09:00")


@pytest.fixture
def hanbit() -> Company:
    return company()


@pytest.fixture
def run(hanbit: Company) -> Run:
    opened = engine.open_run(
        hanbit.tenant,
        procedure="mail_recovery",
        actor_id=hanbit["member"].pk,
        now=NINE,
        values={"mailbox": "lee@hanbit.example", "deleted_at": "2026-11-02T08:00+09:00"},
    )
    assert opened.run is not None
    return opened.run


def verify(*arguments: str) -> str:
    out = io.StringIO()
    call_command("verify", *arguments, stdout=out)
    return out.getvalue()


def broken() -> list[str]:
    out = io.StringIO()
    with pytest.raises(CommandError) as stopped:
        call_command("verify", stdout=out)
    assert stopped.value.returncode == 1
    return out.getvalue().splitlines()


def test_an_untouched_run_is_what_its_events_tell(run: Run) -> None:
    assert "1 runs" in verify()
    assert "1 runs" in verify("--tenant", "hanbit")


def test_a_cancelled_run_is_what_its_events_tell(hanbit: Company, run: Run) -> None:
    actor = hanbit["site_admin"].pk
    now = NINE + timedelta(hours=1)
    assert engine.cancel_run(run, actor_id=actor, now=now, reason="found it").done
    assert "1 runs" in verify()


def _close(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(state="cancelled")


def _finish_steps(run: Run) -> None:
    RunStep.objects.filter(run=run).update(state="completed")
    Deadline.objects.filter(run=run).update(state="cancelled")


def _hold(run: Run) -> None:
    _close(run)
    Claim.objects.create(tenant=run.tenant, key="domain_change", run=run, until="end", at=NINE)


def _claim_twice(run: Run) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX claim_once")
    for _ in range(2):
        Claim.objects.create(tenant=run.tenant, key="sync", run=run, until="forever", at=NINE)


@pytest.mark.parametrize(
    ("change", "invariant", "told"),
    [
        (_close, "I1", "the run is cancelled, its events say open"),
        (_close, "I24", "yet the deadline"),
        (_finish_steps, "I1", "is completed, the events say pending"),
        (_finish_steps, "I25", "no step can be done"),
        (lambda run: run.steps.all().delete(), "I1", "is absent"),
        (lambda run: Run.objects.update(event_number=9), "I2", "where 9 are counted"),
        (_hold, "I24", "yet the claim domain_change is held"),
        (_claim_twice, "I6", "the claim sync is in force 2 times"),
        (lambda run: Delivery.objects.update(number=99), "I16", "a delivery of event 99"),
    ],
)
def test_what_was_changed_is_named(
    run: Run, change: Callable[[Run], object], invariant: str, told: str
) -> None:
    change(run)
    lines = [line for line in broken() if f": {invariant}: " in line]
    assert any(told in line for line in lines), lines
    if invariant != "I6":
        assert run.reference in lines[0]


@pytest.mark.parametrize(
    ("role", "told"), [("mail_admin", "a mail admin"), ("site_admin", "a site admin")]
)
def test_a_tenant_left_without_its_admin_is_named(hanbit: Company, role: str, told: str) -> None:
    Membership.objects.filter(role=role).delete()
    # Never having had one is no fault; having lost the one that history knows is.
    assert "0 runs" in verify()
    body = {"role": role, "email": "somebody@hanbit.example"}
    store.append_to_tenant(hanbit.tenant, [Entry("membership.taken", "user", 1, body)], NINE)
    assert broken() == [f"tenant hanbit: I34: there was {told}, none is left"]


def test_an_erased_run_is_counted_and_not_folded(run: Run) -> None:
    assert erase(run.stream, 1, NINE)
    assert "1 not folded" in verify()


def test_a_tenant_that_is_none_is_an_error() -> None:
    with pytest.raises(CommandError, match="no tenant"):
        verify("--tenant", "nobody")
