"""Changes of domain for tests of their dates, each brought to the state that matters."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from procedures import engine
from procedures.models import Probe, Run
from procedures.rules.wording import iso
from tests.factories import Company, at
from tests.web.runs import done, opened

FRIDAY = "2026-09-18T10:00"
FIRST = "2026-10-01"
START, END = at("2026-10-01T22:00"), at("2026-10-02T04:00")
LATER, LATER_END = at("2026-10-06T21:00"), at("2026-10-07T03:00")
MX = ["10 mx1.tigris.example"]


def requested(firm: Company, **more: Any) -> Run:
    """Open the ticket as support, for a mail admin of the company who asked."""
    domain = firm.tenant.main_domain
    values = {
        "requester": firm["mail_admin"].email,
        "received": iso(timezone.now()),
        "current_main": domain,
        "new_main": f"new-{domain}",
        "rollback_plan": "MX를 되돌린다",
        "uses_group_mail": "false",
        **more,
    }
    run = opened(firm, "domain_change", "support", **values)
    done(firm, run, "support", "set_dns")
    look(firm, run)
    done(firm, run, "support", "check_dns", acknowledgement="퍼지는 중")
    return run


def look(firm: Company, run: Run) -> None:
    """Note that the DNS has answered right just now."""
    Probe.objects.create(
        run=run, tenant=firm.tenant, kind="mx", domain=f"new-{firm.tenant.main_domain}",
        at=timezone.now(), outcome="right", expected=MX, found=MX,
    )  # fmt: skip


def propose(firm: Company, run: Run, start: datetime = START, end: datetime = END) -> None:
    """Propose a window as support."""
    values = {"work_start": iso(start), "work_end": iso(end)}
    done(firm, run, "support", "propose", values=values, acknowledgement="알고 있음")


def counter(firm: Company, run: Run, start: datetime = LATER, end: datetime = LATER_END) -> None:
    """Answer by another window as the company's manager."""
    values = {"counter_start": iso(start), "counter_end": iso(end)}
    give(
        engine.go_back,
        firm,
        run,
        "tenant_manager",
        way="counter",
        reason="월말 결산",
        values=values,
    )


def agree(firm: Company, run: Run) -> None:
    """Agree as the company's site admin."""
    give(engine.approve, firm, run, "site_admin", step="agree")


def confirm(firm: Company, run: Run) -> None:
    """Confirm as support."""
    look(firm, run)
    done(firm, run, "support", "confirm_schedule", acknowledgement="확인함")


def give(command: Any, firm: Company, run: Run, who: str, **kw: Any) -> None:
    """Give a command at the time of the test's clock, or fail."""
    result = command(run, actor_id=firm[who].pk, now=timezone.now(), **kw)
    assert result.done, result.refusal


def confirmed(firm: Company, start: datetime = START, end: datetime = END) -> Run:
    """Return a ticket whose window both sides have confirmed."""
    run = requested(firm)
    propose(firm, run, start, end)
    agree(firm, run)
    confirm(firm, run)
    return run


def page(run: Run) -> str:
    """Return the address of the schedule."""
    return f"/t/{run.tenant.slug}/runs/{run.reference}/schedule/"
