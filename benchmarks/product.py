"""The engine as a contender: real runs of P6, completed by `procedures.engine.complete_step`."""

import os
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

STEPS = ("settle_time", "recover", "user_confirms")
DELETED_AGO = timedelta(hours=2)


def configure(url: str, folder: str) -> None:
    """Point this process at a database before anything of Django is loaded."""
    os.environ.update(
        DATABASE_URL=url, HELPDESK_VAR=folder, DJANGO_SETTINGS_MODULE="helpdesk.settings"
    )
    import django

    django.setup()


def build(workers: int) -> None:
    """Migrate, publish, refresh the calendar; a tenant and a mail admin for each worker."""
    from django.core.management import call_command

    from helpdesk.models import Membership, Tenant, User

    with open(os.devnull, "w") as quiet:
        for command in (["migrate", "--verbosity=0"], ["publish"], ["calendar", "--refresh"]):
            call_command(*command, stdout=quiet)
    for worker in range(1, workers + 1):
        tenant = Tenant.objects.create(
            slug=slug(worker), name=f"Company {worker}", main_domain=f"company{worker}.example"
        )
        user = User.objects.create_user(f"admin@company{worker}.example", name=f"Person {worker}")
        for role in ("member", "mail_admin"):
            Membership.objects.create(tenant=tenant, user=user, role=role)


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
                "deleted_from": (now - DELETED_AGO).isoformat(),
                "deleted_to": (now - timedelta(hours=1)).isoformat(),
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
            values=typed(step, now),
            actor_id=self.user_id,
            now=now,
            submission=uuid4(),
        )
        assert result.done, result.refusal


def typed(step: str, now: datetime) -> dict[str, str]:
    """Return what a person types at a step."""
    if step == "settle_time":
        return {
            "deleted_at": (now - DELETED_AGO).isoformat(),
            "deleted_from": "",
            "deleted_to": "",
        }
    if step == "recover":
        # A month that is over in every zone.
        return {"month": f"{now - timedelta(days=40):%Y%m}"}
    return {}
