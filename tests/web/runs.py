"""Runs for tests of their pages, each brought to the step that matters."""

from typing import Any

from django.utils import timezone

from procedures import engine
from procedures.models import Run
from tests.factories import Company, company


def korean_company(**values: Any) -> Company:
    """Make a company whose people read Korean."""
    firm = company(**values)
    for user in firm.people.values():
        user.language = "ko"
        user.save()
    return firm


def opened(firm: Company, procedure: str, who: str = "member", **values: Any) -> Run:
    """Open a run at the time of the test's clock."""
    result = engine.open_run(
        firm.tenant,
        procedure=procedure,
        actor_id=firm[who].pk,
        now=timezone.now(),
        values=values,
    )
    assert result.done, result.refusal
    assert result.run is not None
    return result.run


def done(firm: Company, run: Run, who: str, step: str, **kw: Any) -> None:
    """Complete a step at the time of the test's clock."""
    values = kw.pop("values", {})
    result = engine.complete_step(
        run, step=step, values=values, actor_id=firm[who].pk, now=timezone.now(), **kw
    )
    assert result.done, result.refusal


def url(run: Run) -> str:
    """Return the address of a run's page."""
    return f"/t/{run.tenant.slug}/runs/{run.reference}/"


def state(run: Run) -> str:
    """Return the stored state of a run."""
    return str(Run.objects.get(pk=run.pk).state)


def sync(firm: Company, service: str = "email", row: str = "kim, 김하나, 신규") -> Run:
    """Open a sync of a service."""
    return opened(firm, "service_sync", service=service, changes=[row])


def reviewed(firm: Company, service: str = "email") -> Run:
    """Return a sync whose changes were reviewed."""
    run = sync(firm, service)
    done(firm, run, "site_admin", "review")
    return run


def new_admin(firm: Company, who: str = "member") -> Run:
    """Ask for another mail admin; the approval comes next."""
    return opened(
        firm, "mail_admin_change", who, add=["choi@hanbit.example"], current_admin="yes",
        reason="휴가",
    )  # fmt: skip
