"""One opening: a new run, the run that collects already, or a refusal on the tenant's stream."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from helpdesk.access import is_member
from helpdesk.models import Tenant
from procedures import commands as c
from procedures import refusals, store
from procedures.change import Change, Loaded, NotPossible, Refusal
from procedures.decide import opening, who
from procedures.models import Claim, Run
from procedures.outcome import Result, SubmissionReused
from procedures.reasons import roles_text

# Carries a command out on a run within the transaction that is open.
Carry = Callable[[Run, c.Command, store.Ask, datetime, str], Result]


def held_by(tenant_id: int, change: Change) -> Claim | None:
    """Return what is in force of the claims that a change would take."""
    keys = [claim.key for claim in change.claims_taken]
    rows = Claim.objects.filter(tenant_id=tenant_id, key__in=keys, released_at=None)
    return rows.select_related("run").first()


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening with everything it needs, tried up to three times."""

    tenant: Tenant
    version_id: int
    uid: UUID
    requester_id: int
    ask: store.Ask
    values: Mapping[str, Any]
    digest: str
    parent: Run | None
    carry: Carry

    def attempt(self, now: datetime, *, again: bool) -> Result:
        """Open, join, refuse, or answer as before.

        Only a second attempt looks for the same submission: the first would have met its
        unique row. What met a claim or a refusal looks at once: it may be its own doing.
        """
        if self.ask.lock_tenant:
            store.lock_tenant(self.tenant.pk)
        loaded = store.prepare(
            self.tenant.pk, self.version_id, self.uid, self.requester_id, self.ask, now
        )
        change = self._not_for(loaded) or opening.open_run(loaded, self.values, now)
        if change.refusal:
            before = self._before(loaded)
            return self._stored(before) if before else self._refuse(loaded, change, now)
        if change.claims_taken:
            held = held_by(self.tenant.pk, change)
            if held is not None:
                before = self._before(loaded)
                return self._stored(before) if before else self._meet(loaded, held, now)
        before = self._before(loaded) if again or loaded.procedure.joins else None
        if before:
            return self._stored(before)
        year = loaded.facts.local_date(now).year
        loaded.run.reference = store.next_reference(self.tenant.pk, loaded.procedure.prefix, year)
        loaded.run.parent = self.parent
        change.events[0] = replace(
            change.events[0],
            body={**change.events[0].body, "reference": loaded.run.reference},
        )
        assert self.ask.command_id is not None
        links = store.insert(loaded, change, now, self.ask.command_id, self.digest)
        return Result(loaded.run, links[-1].number)

    def _not_for(self, loaded: Loaded) -> Change | None:
        """Refuse who may not ask for another. Raises NotPossible for who is no member."""
        if self.requester_id == loaded.actor.id:
            return None
        if not who.may_open_for(loaded.actor.roles):
            told = {"roles": roles_text(who.OPEN_FOR)}
            return opening.refused(loaded, Refusal("not_open_for", told))
        if not is_member(self.tenant, self.requester_id):
            raise NotPossible("requester_unknown")
        return None

    def _before(self, loaded: Loaded) -> Run | None:
        """Find the run that this submission opened, or joined, before."""
        opened = Run.objects.filter(uid=self.uid).first()
        if opened or not loaded.procedure.joins or self.ask.command_id is None:
            return opened
        return store.joined_before(loaded, self.ask.command_id)

    def _stored(self, run: Run) -> Result:
        if store.command_digest(run.stream, self.ask.command_id) != self.digest:
            raise SubmissionReused
        return Result(run, run.event_number, repeated=True)

    def _meet(self, loaded: Loaded, held: Claim, now: datetime) -> Result:
        """Join the run that holds the claim, or say which one it is."""
        run = held.run
        field = loaded.procedure.joins
        if run is None or not field or not held.until.startswith("step:"):
            reference = run.reference if run else ""
            refusal = Refusal("open_run_exists", {"reference": reference})
            return self._refuse(loaded, opening.refused(loaded, refusal), now)
        rows = opening.first_values(_as_before(loaded), self.values)[field]
        # The lock is taken inside; a join that comes too late raises Lost and opens anew.
        try:
            ask = _join_ask(self.ask, run)
            join = c.Join(tuple(rows), self.requester_id)
            result = self.carry(run, join, ask, now, self.digest)
        except NotPossible as error:
            if error.code != "not_collecting":
                raise
            raise store.Lost from error
        return replace(result, joined=True)

    def _refuse(self, loaded: Loaded, change: Change, now: datetime) -> Result:
        """Record a refused opening on the tenant's stream."""
        tenant = store.lock_tenant(self.tenant.pk)
        if refusals.counted_on(tenant.stream, loaded.actor.id, change, now):
            return Result(None, tenant.event_number, change.refusal)
        links = store.append_to_tenant(tenant, change.events, now)
        refusals.remember(tenant.stream, loaded.actor.id, change, links[0].number, now)
        return Result(None, links[0].number, change.refusal)


def _as_before(loaded: Loaded) -> Loaded:
    """Return the loaded run as it was before its first step was completed."""
    return replace(loaded, values={}, value_at={})


def _join_ask(ask: store.Ask, run: Run) -> store.Ask:
    procedure = store.procedure_of(run.version_id)
    return replace(ask, needs=store.needs_of(procedure.steps), lock_tenant=False)
