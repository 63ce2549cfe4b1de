"""Today's slots of a limit, service by service: free or used, and when the next one opens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from helpdesk.models import Tenant
from helpdesk.zones import zone_at
from procedures.definition import Field, Gate, Procedure
from procedures.present.language import say
from procedures.present.values import word
from procedures.present.verdicts import card
from procedures.rules import DailyLimit
from procedures.rules.facts import Facts
from procedures.selectors.ledger import keys_in_force

type Card = dict[str, Any]


def slots_today(tenant: Tenant, procedure: Procedure, now: datetime) -> list[Card]:
    """Judge the daily limit for each service now; empty for a procedure without one."""
    gate = _limit_gate(procedure)
    if gate is None:
        return []
    rule = gate.rule
    assert isinstance(rule, DailyLimit)
    one = procedure.field_by_key[rule.service]
    used = keys_in_force(tenant, now.astimezone(zone_at(tenant, now)).date())
    cards = []
    for code in services_of(tenant, one, used):
        facts = Facts(
            now=now,
            performed_at=now,
            zone=zone_at(tenant, now),
            values={rule.service: code},
            slots=used,
            sync_scope=tenant.sync_scope,
        )
        verdict = rule.judge(facts)
        shown = card(verdict, rule.texts[verdict.code], gate)
        cards.append({**shown, "title": word(one, code), "service": code})
    return cards


def _limit_gate(procedure: Procedure) -> Gate | None:
    gates = (gate for step in procedure.steps for gate in step.gates)
    return next((gate for gate in gates if isinstance(gate.rule, DailyLimit)), None)


def services_of(tenant: Tenant, one: Field, used: Iterable[str] = ()) -> list[str]:
    """List the services of a tenant: those configured, else those of the procedure."""
    known = [str(code).lower() for code in tenant.services] or [c.value for c in one.choices]
    strange = sorted({key.split(":")[1] for key in used} - set(known))
    return [*dict.fromkeys(known), *strange]


def service_name(procedure: Procedure | None, code: str) -> str:
    """Name a service as the procedure does."""
    one = procedure.field_by_key.get("service") if procedure else None
    found = next((c for c in one.choices if c.value == code), None) if one else None
    return say(found.label) if found else code
