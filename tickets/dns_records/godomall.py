"""Where the name servers are Godomall's: the linked run that asks them, and its text."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid5

from django.db import transaction

from helpdesk import history
from helpdesk.models import Tenant, User
from procedures import engine, store
from procedures.models import Run
from procedures.present.language import say
from procedures.probes import lie_in, suffixes_of

PROCEDURE = "godomall_mx"


def runs_for(parent: Run) -> dict[str, Run]:
    """Return the newest linked run for each domain; the subject of such a run is its domain."""
    rows = Run.objects.filter(parent=parent, procedure=PROCEDURE).order_by("pk")
    return {run.subject: run for run in rows}


def are_theirs(tenant: Tenant, servers: Sequence[str]) -> bool:
    """Say whether a domain lies with Godomall, as far as it is configured which servers are."""
    suffixes = suffixes_of(tenant)
    return bool(suffixes) and lie_in(servers, suffixes)


def inquiry(tenant: Tenant, domain: str) -> str:
    """Write the inquiry in the reader's language; empty while no MX is configured."""
    version = store.newest_version(PROCEDURE)
    if version is None or not tenant.expected_mx:
        return ""
    step = next(one for one in store.procedure_of(version).steps if one.copy)
    values: Mapping[str, Any] = {"domain": domain, "mx_values": "\n".join(tenant.expected_mx)}
    return say(step.copy, values)


def start(parent: Run, domain: str, *, actor: User, now: datetime) -> Run | None:
    """Open the linked run for a domain, or return the one that is open already.

    The tenant is locked, so that two people who press at once open one. None where it is
    refused. Raises NotPossible, InvalidInput and Busy.
    """
    with transaction.atomic():
        tenant = history.lock_tenant(parent.tenant_id)
        before = runs_for(parent).get(domain)
        if before is not None and before.state == "open":
            return before
        asked = uuid5(parent.uid, f"{domain}:{before.pk if before else 0}")
        result = engine.open_run(
            tenant,
            procedure=PROCEDURE,
            actor_id=actor.pk,
            now=now,
            values={"domain": domain},
            submission=asked,
            parent=parent,
        )
    return result.run
