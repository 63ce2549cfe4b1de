"""What is known before the question: the calendar, and of a tenant what is stored about it."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from helpdesk.models import Tenant
from procedures import calendar_facts, store
from procedures.definition import Step
from procedures.models import Probe as ProbeRow
from procedures.models import Run
from procedures.rules import facts as f
from procedures.store.load import new_run_facts

SEOUL = ZoneInfo("Asia/Seoul")
PROBE_GOOD_FOR = timedelta(minutes=15)
_NO_RUN = UUID(int=0)


def facts_alone(step: Step, at: datetime) -> f.Facts:
    """Return what holds without a tenant: Seoul, the vendor's calendar, no limit used."""
    needs = store.needs_of((step,))
    calendar = calendar_facts.current_calendar() if "calendar" in needs else None
    return f.Facts(now=at, performed_at=at, zone=SEOUL, calendar=calendar, slots=frozenset())


def facts_of_tenant(tenant: Tenant, step: Step, at: datetime) -> f.Facts:
    """Return what is stored about a tenant; nothing is locked, nothing written."""
    needs = store.needs_of((step,))
    run = Run(uid=_NO_RUN, tenant_id=tenant.pk)
    ask = store.Ask(actor_id=None, needs=needs, since=at)
    _actor, facts, _declaration, _people = new_run_facts(run, ask, at)
    probes = _fresh_probes(tenant, at) if needs & {"probes", "expected_mx"} else {}
    return facts.but(now=at, performed_at=at, probes=probes, actor=None)


def _fresh_probes(tenant: Tenant, at: datetime) -> dict[str, f.Probe]:
    rows = ProbeRow.objects.filter(
        tenant=tenant, kind="mx", at__lte=at, at__gte=at - PROBE_GOOD_FOR
    ).order_by("at")
    return {
        row.domain: f.Probe(row.domain, row.at, row.outcome, tuple(row.expected), tuple(row.found))
        for row in rows
    }
