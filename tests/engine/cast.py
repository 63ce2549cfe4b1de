"""A tenant with its people and a clock that moves a minute an act, for telling runs."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from audit.models import Body, Event
from helpdesk.models import Assignment, Membership, Tenant, User, VendorMembership
from procedures import engine
from procedures.change import NotPossible
from procedures.models import Probe, Run, RunStep
from tests.catalog.facts import kst

MONDAY = kst("2026-11-02T09:00")
MINUTE = timedelta(minutes=1)
MX = ["10 mx1.tigris.example"]
TENANT_PEOPLE = {
    "site": "site_admin",
    "site2": "site_admin",
    "mail": "mail_admin",
    "mail2": "mail_admin",
    "member": "member",
    "member2": "member",
    "chair": "tenant_manager",
}
VENDOR_PEOPLE = {"support": "support", "support2": "support", "manager": "manager"}


@dataclass
class Cast:
    """A tenant with its people; every act takes place a minute after the one before."""

    tenant: Tenant
    people: dict[str, User]
    now: datetime = MONDAY

    def try_open(self, who: str, procedure: str, **values: Any) -> engine.Result:
        """Ask for a run; ``submission`` and ``requester`` are taken out of the values."""
        named = values.pop("submission", None)
        requester = values.pop("asked", None)
        return engine.open_run(
            self.tenant,
            procedure=procedure,
            actor_id=self.people[who].pk,
            requester_id=self.people[requester].pk if requester else None,
            now=self.tick(),
            values=values,
            submission=named,
        )

    def open(self, who: str, procedure: str, **values: Any) -> Run:
        """Open a run or fail."""
        result = self.try_open(who, procedure, **values)
        assert result.done, result.refusal
        assert result.run is not None
        return result.run

    def do(
        self, who: str, run: Run, step: str, *, acknowledge: str = "", **values: Any
    ) -> engine.Result:
        """Try to complete a step with these values."""
        return engine.complete_step(
            run,
            actor_id=self.people[who].pk,
            now=self.tick(),
            step=step,
            values=values,
            acknowledgement=acknowledge,
        )

    def done(self, who: str, run: Run, step: str, **kw: Any) -> None:
        """Complete a step or fail."""
        result = self.do(who, run, step, **kw)
        assert result.done, result.refusal

    def refused(self, who: str, run: Run, step: str, **kw: Any) -> str:
        """Try a step that is refused; return why: the code, or the blocked rules' codes."""
        return why(self.do(who, run, step, **kw))

    def approve(self, who: str, run: Run, step: str, **kw: Any) -> engine.Result:
        """Try to approve."""
        return self.ask(engine.approve, who, run, step=step, **kw)

    def ask(self, command: Any, who: str, run: Run, **kw: Any) -> engine.Result:
        """Ask for any command a minute later; ``now`` sets the clock instead."""
        self.now = kw.pop("now", None) or self.tick()
        result: engine.Result = command(run, actor_id=self.people[who].pk, now=self.now, **kw)
        return result

    def look(self, run: Run, domain: str, outcome: str = "right") -> None:
        """Note what the DNS is said to have answered just now."""
        Probe.objects.create(
            run=run,
            tenant=self.tenant,
            kind="mx",
            domain=domain,
            at=self.now,
            outcome=outcome,
            expected=MX,
            found=MX,
        )

    def tick(self) -> datetime:
        """Move the clock by a minute."""
        self.now += MINUTE
        return self.now


def make_cast() -> Cast:
    """Make a tenant with its people and those of the vendor who serve it."""
    tenant = Tenant.objects.create(
        slug="hankuk",
        name="한국상사",
        main_domain="old.example",
        expected_mx=MX,
        name_server_suffixes=["godo.example"],
        services=["email", "approval"],
    )
    people = {}
    for name, role in TENANT_PEOPLE.items():
        people[name] = User.objects.create_user(email=f"{name}@old.example", name=name)
        Membership.objects.create(user=people[name], tenant=tenant, role=role)
    for name, role in VENDOR_PEOPLE.items():
        people[name] = User.objects.create_user(email=f"{name}@vendor.example", name=name)
        VendorMembership.objects.create(user=people[name], role=role)
        Assignment.objects.create(user=people[name], tenant=tenant)
    return Cast(tenant, people)


def why(result: engine.Result) -> str:
    """Return why it was refused: a gate's code where a gate blocks, else the engine's."""
    assert result.refusal is not None, "it was not refused"
    blocks = [one for one in result.refusal.judged if one.verdict.level == "blocked"]
    return "+".join(one.verdict.code for one in blocks) or result.refusal.code


def outcome(ask: Callable[[], engine.Result]) -> str:
    """Ask, and say how it ended: empty when done, else why not."""
    try:
        result = ask()
    except NotPossible as error:
        return error.code
    return "" if result.done else why(result)


def state(run: Run) -> str:
    """Read the state a run has now."""
    return str(Run.objects.get(pk=run.pk).state)


def kinds(stream: str) -> list[str]:
    """List the kinds of a stream's events in order."""
    return list(
        Event.objects.filter(stream=stream).order_by("number").values_list("kind", flat=True)
    )


def last_body(stream: str) -> dict[str, Any]:
    """Read the body of a stream's newest event."""
    body: dict[str, Any] = json.loads(Body.objects.filter(stream=stream).latest("number").body)
    return body


def steps(run: Run) -> dict[str, tuple[int, str]]:
    """Map each step to its newest round and state."""
    rows = RunStep.objects.filter(run=run).order_by("round")
    return {row.key: (row.round, str(row.state)) for row in rows}
