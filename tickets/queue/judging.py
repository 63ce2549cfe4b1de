"""How the rules judge the next step of many runs at once, in a fixed number of queries.

Judged is what follows from the run's values, times, the calendar and the DNS; rules about who
acts are judged where somebody does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from helpdesk.zones import zone_at
from procedures import calendar_facts, store
from procedures.definition import Step
from procedures.models import Claim, Decision, Run, RunStep, Value
from procedures.models import Probe as ProbeRow
from procedures.rules.base import WORST
from procedures.rules.facts import Facts, Probe
from procedures.rules.values import load_value

_PROBES_LAST = timedelta(days=1)


@dataclass(slots=True)
class Known:
    """What was read of one run."""

    values: dict[str, Any] = field(default_factory=dict)
    value_at: dict[str, datetime] = field(default_factory=dict)
    steps: dict[str, RunStep] = field(default_factory=dict)
    probes: dict[str, Probe] = field(default_factory=dict)
    overridden: set[tuple[str, int, str]] = field(default_factory=set)

    @property
    def done(self) -> dict[str, datetime]:
        """Map each completed step to when it was performed."""
        return {k: s.performed_at for k, s in self.steps.items() if s.performed_at is not None}


def known_of(runs: Sequence[Run], now: datetime) -> dict[int, Known]:
    """Read values, steps, looks at the DNS and overrides of these runs; four queries."""
    found = {run.pk: Known() for run in runs}
    by_id = {run.pk: run for run in runs}
    newer = Value.objects.filter(
        run=OuterRef("run"), field=OuterRef("field"), pk__gt=OuterRef("pk")
    )
    for row in Value.objects.filter(~Exists(newer), run__in=list(found)):
        one = store.procedure_of(by_id[row.run_id].version_id).field_by_key.get(row.field)
        known = found[row.run_id]
        known.values[row.field] = load_value(one.kind if one else "text", row.value)
        known.value_at[row.field] = row.at
    for step in RunStep.objects.filter(run__in=list(found)).order_by("round"):
        found[step.run_id].steps[step.key] = step
    looks = ProbeRow.objects.filter(run__in=list(found), kind="mx", at__gt=now - _PROBES_LAST)
    for look in looks.order_by("at", "pk"):
        told = (tuple(look.expected), tuple(look.found))
        if look.run_id is not None:
            found[look.run_id].probes[look.domain] = Probe(
                look.domain, look.at, look.outcome, *told
            )
    lifted = Decision.objects.filter(run__in=list(found), kind="override")
    for run_id, step_key, number, rule in lifted.values_list("run_id", "step", "round", "rule"):
        found[run_id].overridden.add((step_key, number, rule))
    return found


def slots_of(tenants: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return the slots of the sync in force, by company; one query."""
    found: dict[int, set[str]] = {pk: set() for pk in tenants}
    held = Claim.objects.filter(
        tenant__in=list(found), key__startswith="sync:", released_at=None
    ).order_by("-pk")[:2_000]
    for tenant_id, key in held.values_list("tenant_id", "key"):
        found[tenant_id].add(key)
    return {pk: frozenset(keys) for pk, keys in found.items()}


def levels(
    runs: Sequence[Run],
    known: dict[int, Known],
    slots: dict[int, frozenset[str]],
    now: datetime,
) -> dict[int, str]:
    """Judge the next steps of open runs: allowed, caution or blocked, the worst of a step counts.

    Of several next steps the one that is possible soonest counts: something can be done.
    """
    calendar = calendar_facts.current_calendar() if runs else None
    found = {}
    for run in runs:
        procedure = store.procedure_of(run.version_id)
        one = known[run.pk]
        facts = Facts(
            now=now,
            performed_at=now,
            zone=zone_at(run.tenant, now),
            requester_id=run.requester_id,
            values=one.values,
            value_at=one.value_at,
            done=one.done,
            recorded={k: s.recorded_at for k, s in one.steps.items() if s.recorded_at is not None},
            calendar=calendar,
            slots=slots.get(run.tenant_id, frozenset()),
            sync_scope=run.tenant.sync_scope,
            expected_mx=tuple(run.tenant.expected_mx),
            name_server_suffixes=tuple(run.tenant.name_server_suffixes),
            domains=tuple(run.tenant.domains),
            country=run.tenant.country,
            probes=one.probes,
        )
        keys = [key for key in run.current_steps.split(",") if key in procedure.step_by_key]
        judged = [_level(procedure.step_by_key[key], one, facts) for key in keys]
        if judged:
            found[run.pk] = min(judged, key=lambda level: WORST[level])
    return found


def _level(step: Step, known: Known, facts: Facts) -> Any:
    """Return the worst verdict of a step; what was overridden is left to care."""
    row = known.steps.get(step.key)
    round_ = row.round if row else 1
    found: list[Any] = ["allowed"]
    for one in step.judge(facts):
        lifted = (step.key, round_, one.gate.rule.name) in known.overridden
        level = one.verdict.level
        found.append("caution" if lifted and level == "blocked" else level)
    return max(found, key=lambda level: WORST[level])
