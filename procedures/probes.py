"""Look at the DNS for a step of a run, outside of any transaction, and keep what was seen."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from helpdesk.models import Tenant
from procedures import store
from procedures.change import NotPossible
from procedures.definition import Step
from procedures.models import Look, Probe, Run, Value
from procedures.name_servers import Asker, Unknown, look_up_mx
from procedures.rules import mx
from procedures.rules.values import load_value

logger = logging.getLogger(__name__)

CHECKS = 30
WINDOW = timedelta(hours=1)

# domain, expected, what was found: outcome and lines to show.
Seen = tuple[str, list[str], str, list[str]]


class TooManyChecks(Exception):
    """The tenant has looked as often as it may within an hour; ``again_at`` says when it may."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(f"again at {again_at.isoformat()}")
        self.again_at = again_at


def check(run: Run, step_key: str, *, now: datetime, actor_id: int | None) -> list[Probe]:
    """Look up the domains that a step rests on and store a probe for each.

    Takes at most DNS_TIMEOUT seconds; call it outside of a transaction. Raises NotPossible
    for a step without a probe and TooManyChecks.
    """
    step = store.procedure_of(run.version_id).step_by_key.get(step_key)
    if step is None or not step.probe:
        raise NotPossible("wrong_kind")
    tenant = Tenant.objects.get(pk=run.tenant_id)
    if actor_id is not None:
        reserve(tenant, now, actor_id)
    domains = domains_of(run, step)
    look: Callable[[Tenant, Sequence[str]], list[Seen]] = (
        _look_mx if step.probe == "mx" else _look_ns
    )
    rows = [
        Probe(
            tenant=tenant,
            run=run,
            kind=step.probe,
            domain=domain,
            outcome=outcome,
            expected=expected,
            found=found,
            at=now,
            actor_id=actor_id,
        )
        for domain, expected, outcome, found in look(tenant, domains)
    ]
    return Probe.objects.bulk_create(rows)


def name_servers(domain: str) -> tuple[str, ...]:
    """Return the names of a domain's name servers; none when unknown or not registered."""
    try:
        authority = new_asker().authority(domain)
    except Unknown:
        return ()
    return () if authority.missing else authority.servers


def new_asker() -> Asker:
    """Return an asker whose time begins now; a page asks with one."""
    # A little is kept back, so that the page as a whole stays within the time.
    timeout = settings.DNS_TIMEOUT * 0.9
    return Asker(settings.DNS_RESOLVERS, timeout=timeout, port=getattr(settings, "DNS_PORT", 53))


def reserve(tenant: Tenant, now: datetime, actor_id: int) -> None:
    """Count a look that somebody asks for; raise TooManyChecks when the hour has had enough.

    Looks count, not domains, and before anybody is asked: the tenant is locked meanwhile, so
    that of many who press at once no more get through than may. What is looked up by itself
    does not count.
    """
    with transaction.atomic():
        store.lock_tenant(tenant.pk)
        looks = _newest_looks(tenant, now)
        if len(looks) >= CHECKS:
            raise TooManyChecks(looks[-1] + WINDOW)
        Look.objects.create(tenant=tenant, actor_id=actor_id, at=now)


def _newest_looks(tenant: Tenant, now: datetime) -> list[datetime]:
    recent = Look.objects.filter(tenant=tenant, at__gt=now - WINDOW).order_by("-at")
    return list(recent.values_list("at", flat=True)[:CHECKS])


def domains_of(run: Run, step: Step) -> list[str]:
    """Return the domains that the values of the run name now for a step with a probe."""
    procedure = store.procedure_of(run.version_id)
    found: list[str] = []
    for key in step.probe_fields:
        newest = Value.objects.filter(run=run, field=key).order_by("-id").first()
        if newest is None or newest.value is None:
            continue
        value = load_value(procedure.field_by_key[key].kind, newest.value)
        found += [value] if isinstance(value, str) else list(value)
    return list(dict.fromkeys(found))


def _look_mx(tenant: Tenant, domains: Sequence[str]) -> list[Seen]:
    expected = expected_mx(tenant)
    seen: list[Seen] = []
    for domain, answers in look_up_mx(new_asker(), domains).items():
        lines = {line for one in answers for line in one or ()}
        found = [f"{priority} {name or '.'}" for priority, name in mx.parse_records(lines)]
        seen.append((domain, expected, mx.outcome(expected, answers), found))
    return seen


def expected_mx(tenant: Tenant) -> list[str]:
    """Return the configured records; what cannot be read counts as not configured."""
    try:
        mx.parse_records(tenant.expected_mx)
    except ValueError:
        logger.error("the MX configured for %s cannot be read", tenant.slug)
        return []
    return list(tenant.expected_mx)


def _look_ns(tenant: Tenant, domains: Sequence[str]) -> list[Seen]:
    suffixes = suffixes_of(tenant)
    seen: list[Seen] = []
    for domain in domains:
        found = list(name_servers(domain))
        if not found:
            outcome = "timeout"
        elif not suffixes:
            outcome = "none"
        else:
            outcome = "right" if lie_in(found, suffixes) else "wrong"
        seen.append((domain, suffixes, outcome, found))
    return seen


def suffixes_of(tenant: Tenant) -> list[str]:
    """Return in which domains Godomall's name servers lie: the tenant's own, or everybody's."""
    return [str(one) for one in tenant.name_server_suffixes or settings.NAME_SERVER_SUFFIXES]


def lie_in(servers: Sequence[str], suffixes: Sequence[str]) -> bool:
    """Say whether there are name servers and each lies in one of the domains."""
    tails = tuple("." + suffix.strip(".").lower() for suffix in suffixes)
    return bool(servers) and all(f".{one}".endswith(tails) for one in servers)
