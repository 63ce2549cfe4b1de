"""Look at the DNS of a run, outside of any transaction, and keep what was found in one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from helpdesk.models import Tenant, User
from procedures import leases, probes, store
from procedures.leases import Held
from procedures.models import Probe, Run
from procedures.rules import mx
from tickets.conversation import stream
from tickets.conversation.models import Conversation
from tickets.dns_records import asking, findings
from tickets.dns_records.access import first_ones, probed_step
from tickets.dns_records.asking import SeenDomain
from tickets.dns_records.expected import wanted
from tickets.dns_records.models import DnsCheck, DnsWatch

# What comes by itself has its own budget, so that nobody's button waits for it.
AUTOMATIC = 60
WINDOW = timedelta(hours=1)


class LeaseLost(Exception):
    """Another worker took the watch meanwhile; what was seen is not kept."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a run's domains just now, not kept yet."""

    run: Run
    tenant: Tenant
    seen: list[SeenDomain]
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A look that was kept, the one before it, and the conversation, still locked."""

    check: DnsCheck
    before: DnsCheck | None
    talk: Conversation


def look(run: Run, now: datetime) -> Look:
    """Ask about every record of the run's domains; takes at most DNS_TIMEOUT seconds."""
    tenant = Tenant.objects.get(pk=run.tenant_id)
    step = probed_step(store.procedure_of(run.version_id))
    domains = first_ones(probes.domains_of(run, step))
    records = {domain: wanted(tenant, domain) for domain in domains}
    seen = asking.look(probes.new_asker(), records, settings.DNS_CHECK_RESOLVERS)
    return Look(run, tenant, seen, now)


def keep(
    seen: Look, *, actor: User | None, held: Held | None = None, due_at: datetime | None = None
) -> Kept:
    """Store a look, the MX for the gates included; in the caller's transaction.

    ``held`` is the watch that was due. Raises LeaseLost when another worker has it now.
    """
    run = seen.run
    talk = stream.lock(run)
    if held is not None and not leases.mine(DnsWatch, held).exists():
        raise LeaseLost
    before = DnsCheck.objects.filter(run=run).order_by("-id").first()
    past = before.findings if before else []
    found = findings.of_look(seen.seen, past, seen.at)
    check = DnsCheck.objects.create(
        tenant=seen.tenant,
        run=run,
        at=seen.at,
        actor=actor,
        watch_id=held.pk if held else None,
        due_at=due_at,
        outcome=findings.outcome_of(found),
        findings=found,
        changes=findings.changes_between(past, found),
    )
    Probe.objects.bulk_create([_probe(seen, one, actor) for one in seen.seen])
    return Kept(check, before, talk)


def _probe(seen: Look, one: SeenDomain, actor: User | None) -> Probe:
    """Note the MX as the gates read it, judged by all that each server said."""
    record = one.records[0]
    replies = [reply.values for reply in record.servers.values()]
    lines = {line for values in replies for line in values or ()}
    expected = list(record.wanted.expected)
    return Probe(
        tenant=seen.tenant,
        run=seen.run,
        kind="mx",
        domain=one.domain,
        outcome=mx.outcome(expected, replies),
        expected=expected,
        found=[f"{priority} {name or '.'}" for priority, name in mx.parse_records(lines)],
        at=seen.at,
        actor=actor,
    )


def newest(run: Run) -> DnsCheck | None:
    """Return the newest look at a run's DNS."""
    rows = DnsCheck.objects.filter(run=run).select_related("actor")
    return rows.order_by("-id").first()


def budget_opens(tenant_id: int, now: datetime) -> datetime | None:
    """Return when the next look may come by itself; None when it may now."""
    recent = DnsCheck.objects.filter(tenant=tenant_id, actor=None, at__gt=now - WINDOW)
    times = list(recent.order_by("-at").values_list("at", flat=True)[:AUTOMATIC])
    return times[-1] + WINDOW if len(times) >= AUTOMATIC else None


def body_of(check: DnsCheck) -> dict[str, Any]:
    """Say in an event what a look found: verdicts, no text of strangers."""
    return {
        "outcome": check.outcome,
        "records": {
            record["key"]: record["verdict"] for record in findings.records_of(check.findings)
        },
    }
