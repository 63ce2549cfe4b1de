"""The engine as a contender: real runs of P6, completed by `procedures.engine.complete_step`."""

import multiprocessing
import os
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

STEPS = ("settle_time", "recover", "user_confirms")
DELETED_AGO = timedelta(hours=2)


def configure(url: str, folder: str) -> None:
    """Point this process at a database before anything of Django is loaded."""
    os.environ.update(
        DATABASE_URL=url, HELPDESK_VAR=folder, DJANGO_SETTINGS_MODULE="helpdesk.settings"
    )
    Path(folder, "static").mkdir(exist_ok=True)
    import django

    django.setup()


def build(workers: int) -> None:
    """Migrate, publish, refresh the calendar; a tenant and a mail admin for each worker."""
    from django.core.management import call_command

    from helpdesk.models import Membership, Tenant, User

    with Path(os.devnull).open("w") as quiet:
        for command in (["migrate", "--verbosity=0"], ["publish"], ["calendar", "--refresh"]):
            call_command(*command, stdout=quiet)
    for worker in range(1, workers + 1):
        tenant = Tenant.objects.create(
            slug=slug(worker), name=f"Company {worker}", main_domain=f"company{worker}.example"
        )
        user = User.objects.create_user(f"admin@company{worker}.example", name=f"Person {worker}")
        for role in ("member", "mail_admin"):
            Membership.objects.create(tenant=tenant, user=user, role=role)


def build_apart(url: str, folder: str, workers: int) -> None:
    """Build a database in a process of its own, so that the caller stays free of Django."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_build, args=(url, folder, workers))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("the database could not be built")


def _build(url: str, folder: str, workers: int) -> None:
    configure(url, folder)
    build(workers)


def slug(worker: int) -> str:
    """Name the tenant of a worker."""
    return f"company-{worker}"


class Engine:
    """Completes steps through the engine: locks, roles, gates, event, deliveries, deadlines."""

    def __init__(self, worker: int) -> None:
        from helpdesk.models import Tenant

        self.tenant = Tenant.objects.get(slug=slug(worker))
        self.user_id = self.tenant.memberships.values_list("user_id", flat=True)[0]
        self.ready: deque[tuple[Any, str]] = deque()

    def prepare(self, units: int) -> None:
        """Open as many runs as that many completions need."""
        while len(self.ready) < units:
            run = self.open_one()
            self.ready.extend((run, step) for step in STEPS)

    def open_one(self) -> Any:
        """Open one run; its first step is completed by opening it."""
        from procedures import engine

        now = datetime.now(UTC)
        result = engine.open_run(
            self.tenant,
            procedure="mail_recovery",
            actor_id=self.user_id,
            now=now,
            values={
                "mailbox": "kim@company.example",
                "deleted_at": deleted_at(now),
                "hints": "From the bank, on Monday",
            },
            submission=uuid4(),
        )
        assert result.done, result.refusal
        return result.run

    def unit(self) -> None:
        """Complete one step."""
        from procedures import engine

        run, step = self.ready.popleft()
        now = datetime.now(UTC)
        result = engine.complete_step(
            run,
            step=step,
            values=typed(step, run.opened_at),
            actor_id=self.user_id,
            now=now,
            submission=uuid4(),
        )
        assert result.done, result.refusal


def typed(step: str, opened: datetime) -> dict[str, str]:
    """Return what a person types at a step."""
    if step == "settle_time":
        # Confirmed as it was taken in.
        return {"deleted_at": deleted_at(opened), "deleted_from": "", "deleted_to": ""}
    if step == "recover":
        # A month that is over in every zone.
        return {"month": f"{opened - timedelta(days=40):%Y%m}"}
    return {}


def deleted_at(opened: datetime) -> str:
    """Return when the mail was deleted, to the minute as people type it."""
    return (opened - DELETED_AGO).replace(second=0, microsecond=0).isoformat()
