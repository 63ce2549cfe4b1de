"""A run that is being opened: made in memory with the facts of its tenant, then inserted."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from audit.chain import Link
from audit.store import link_statements
from procedures.change import Change, Loaded
from procedures.models import ProcedureVersion, Run, RunStep
from procedures.store.asking import Ask, procedure_of
from procedures.store.commit import chain, write_parts
from procedures.store.dialect import Batch, bind, vendor
from procedures.store.driver import open_cursor
from procedures.store.load import new_run_facts
from procedures.store.tenants import apply_to_tenant

_COLUMNS = (
    "uid", "tenant_id", "reference", "procedure", "version_id", "subject", "requester_id",
    "opened_at", "closed_at", "current_steps", "waiting_roles", "parent_id", "state",
    "event_number", "event_mac", "event_at",
)  # fmt: skip


def newest_version(key: str) -> int | None:
    """Return the id of the newest published version of a procedure."""
    versions = ProcedureVersion.objects.filter(key=key).order_by("-number")
    return versions.values_list("pk", flat=True).first()


def prepare(
    tenant_id: int, version_id: int, uid: UUID, requester_id: int, ask: Ask, now: datetime
) -> Loaded:
    """Make a run in memory, with every step pending and the facts its first gates read."""
    procedure = procedure_of(version_id)
    run = Run(
        uid=uid,
        tenant_id=tenant_id,
        procedure=procedure.key,
        version_id=version_id,
        requester_id=requester_id,
        opened_at=now,
    )
    actor, facts, declaration, people = new_run_facts(run, ask, now)
    return Loaded(
        run=run,
        procedure=procedure,
        actor=actor,
        steps={step.key: RunStep(key=step.key) for step in procedure.steps},
        values={},
        value_at={},
        facts=facts,
        people=people,
        self_declaration=declaration,
    )


def next_reference(tenant_id: int, prefix: str, year: int) -> str:
    """Take the next reference of a tenant, such as ``DC-2026-0042``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procedures_counter (tenant_id, prefix, year, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (tenant_id, prefix, year) "
            "DO UPDATE SET last = procedures_counter.last + 1 RETURNING last",
            [tenant_id, prefix, year],
        )
        return f"{prefix}-{year}-{cursor.fetchone()[0]:04d}"


def insert(
    loaded: Loaded, change: Change, now: datetime, command_id: UUID, digest: str
) -> list[Link]:
    """Write a new run with everything that hangs on it."""
    run = loaded.run
    links = chain(loaded, change.events, now, command_id, digest)
    values = [getattr(run, name) for name in _COLUMNS]
    marks = ", ".join(["%s"] * len(_COLUMNS))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO procedures_run ({', '.join(_COLUMNS)}) VALUES ({marks}) RETURNING id",
            [
                bind(str(v) if name == "state" else v)
                for name, v in zip(_COLUMNS, values, strict=True)
            ],
        )
        run.pk = cursor.fetchone()[0]
    # Every step is written as it is after opening: the first one is completed already.
    change.steps_added = list(loaded.steps.values())
    change.steps_changed = []
    batch = Batch()
    batch.parts += link_statements(links, vendor())
    write_parts(batch, loaded, change, links, now)
    with open_cursor() as cursor:
        batch.run(cursor)
    apply_to_tenant(loaded, change, now)
    return links
