"""Runs for tests of pages, opened by the engine."""

from datetime import datetime
from typing import Any

from procedures import engine
from procedures.models import Run
from tests.factories import Company


def opened(
    where: Company,
    now: datetime,
    procedure: str = "mail_recovery",
    who: str = "member",
    **values: Any,
) -> Run:
    """Open a run; without values a mailbox whose mail was deleted just now."""
    values = values or {
        "mailbox": where[who].email,
        "deleted_at": now.isoformat(),
    }
    result = engine.open_run(
        where.tenant, procedure=procedure, actor_id=where[who].pk, now=now, values=values
    )
    assert result.run is not None, result.refusal
    return result.run


def sync_requested(where: Company, now: datetime, who: str = "site_admin") -> Run:
    """Ask for a sync of the e-mail service."""
    changes = ["kim, 김하나, 신규"]
    return opened(where, now, "service_sync", who, service="email", changes=changes)


def synced(where: Company, now: datetime, result: str = "") -> Run:
    """Run the sync as the site admin, and record a result."""
    run, admin = sync_requested(where, now), where["site_admin"].pk
    for step in ("review", "run_sync"):
        assert engine.complete_step(run, step=step, actor_id=admin, now=now).done
    if result:
        assert engine.complete_step(
            run, step="record_result", values={"result": result}, actor_id=admin, now=now
        ).done
    return run
