"""Tell one run of the past: open it, do its steps, let its deadlines pass in between."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from procedures import engine
from procedures.demo.people import Company
from procedures.models import Deadline, Delivery, Probe, Run

_SECOND = timedelta(seconds=1)


class Teller:
    """One run in the making; every act is a call of the engine with a time gone by."""

    def __init__(self, company: Company, end: datetime) -> None:
        self.company = company
        self.end = end
        self.run: Run | None = None
        self.at = end

    def open(
        self, procedure: str, by: str, at: datetime, values: Mapping[str, Any], asked: str = ""
    ) -> "Teller":
        """Open the run; ``asked`` names for whom the opener asks."""
        self.at = at
        people = self.company.people
        result = engine.open_run(
            self.company.tenant,
            procedure=procedure,
            actor_id=people[by].pk,
            requester_id=people[asked or by].pk,
            now=at,
            values=values,
            submission=uuid4(),
        )
        self._expect(result)
        self.run = result.run
        return self

    def step(self, key: str, by: str, after: timedelta, **kw: Any) -> "Teller":
        """Complete a step some time after the last act."""
        return self._act(engine.complete_step, by, after, step=key, **kw)

    def approve(self, key: str, by: str, after: timedelta, **kw: Any) -> "Teller":
        """Approve."""
        return self._act(engine.approve, by, after, step=key, **kw)

    def reject(self, key: str, by: str, after: timedelta, **kw: Any) -> "Teller":
        """Reject."""
        return self._act(engine.reject, by, after, step=key, **kw)

    def cancel(self, by: str, after: timedelta, reason: str) -> "Teller":
        """Cancel."""
        return self._act(engine.cancel_run, by, after, reason=reason)

    def refused(self, key: str, by: str, after: timedelta, **kw: Any) -> "Teller":
        """Try a step that a rule refuses; the refusal is part of the story."""
        return self._act(engine.complete_step, by, after, refused=True, step=key, **kw)

    def probe(self, domain: str, outcome: str, found: tuple[str, ...], by: str) -> "Teller":
        """Note what the DNS is said to have answered just now."""
        assert self.run is not None
        Probe.objects.create(
            tenant=self.company.tenant,
            run=self.run,
            kind="mx",
            domain=domain,
            outcome=outcome,
            expected=self.company.tenant.expected_mx,
            found=list(found),
            at=self.at,
            actor=self.company.people[by],
        )
        return self

    def wait(self, until: datetime | None = None) -> "Teller":
        """Let time pass: fire what becomes due until then."""
        assert self.run is not None
        limit = min(until or self.end, self.end)
        while True:
            due = Deadline.objects.filter(run=self.run, state="pending", due_at__lte=limit)
            first = due.order_by("due_at", "id").first()
            if first is None:
                break
            # Moments already past when the deadline was made are told with the next act.
            at = max(first.due_at, self.at) + _SECOND
            engine.pass_deadline(self.run, deadline_id=first.pk, now=min(at, self.end))
        self.at = max(self.at, limit)
        return self

    def quiet(self) -> None:
        """Mark what is older than three days as told; the rest fills the notices."""
        old = Delivery.objects.filter(
            run=self.run, state="pending", next_at__lt=self.end - timedelta(days=3)
        )
        old.update(state="sent", sent_at=self.end)

    def _act(self, command: Any, by: str, after: timedelta, **kw: Any) -> "Teller":
        refused = kw.pop("refused", False)
        self.wait(self.at + after)
        result = command(
            self.run, actor_id=self.company.people[by].pk, now=self.at, submission=uuid4(), **kw
        )
        self._expect(result, refused=refused)
        return self

    def _expect(self, result: engine.Result, *, refused: bool = False) -> None:
        if result.done is refused:
            raise AssertionError(f"the story went another way: {result.refusal}")
