"""The one door from rows to facts: lock the run, then read all that rules need at once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, models

from procedures import calendar_facts, snapshot
from procedures.change import (
    ClaimFact,
    DeadlineFact,
    DecisionFact,
    EvidenceFact,
    Loaded,
)
from procedures.definition import Procedure, Step
from procedures.models import ProcedureVersion, Run, RunStep
from procedures.rules.facts import Facts, Person, Probe
from procedures.rules.values import load_value
from procedures.store.dialect import bind, postgres, read_rows, read_time, rows_as_json, stored_json

SYSTEM = Person(id=None, email="", name="", roles=frozenset(), kind="system")
# A probe or a slot older than this before performed_at can decide nothing any more.
_LOOK_BACK = timedelta(days=2)
_TENANT_OF_RUN = "JOIN helpdesk_tenant t ON t.id = r.tenant_id"
# Name and SQL of one column of the statement, and which parameters it takes.
Part = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a command needs beyond the run itself."""

    actor_id: int | None
    command_id: UUID | None = None
    needs: frozenset[str] = frozenset()
    lock_tenant: bool = False
    since: datetime | None = None


@dataclass(slots=True)
class Found:
    """A loaded run, and the event that the same submission wrote before, if any."""

    loaded: Loaded
    before: tuple[int, str, str] | None = None
    tenant_row: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=256)
def _procedure(version_id: int) -> Procedure:
    stored = ProcedureVersion.objects.values_list("definition", flat=True).get(pk=version_id)
    return snapshot.from_json(stored)


def procedure_of(version_id: int) -> Procedure:
    """Return a published procedure; versions never change, so it is read once a process."""
    return _procedure(version_id)


def needs_of(steps: Iterable[Step]) -> frozenset[str]:
    """Name the facts from outside the run that the gates of some steps read."""
    names = {name for step in steps for gate in step.gates for name in gate.rule.inputs()}
    names |= {"expected_mx", "probes"} if any(s.probe for s in steps) else set()
    return frozenset(name for name in names if "." not in name)


def load(run: Run, ask: Ask, now: datetime) -> Found:
    """Lock and read a run. Call inside the transaction that will write it.

    Locks in the order tenant, run. On SQLite the transaction itself is the lock.
    """
    if not postgres():
        return read(run, ask, now)
    with connection.cursor() as cursor:
        if ask.lock_tenant:
            cursor.execute(
                "SELECT id FROM helpdesk_tenant WHERE id = %s FOR UPDATE", [run.tenant_id]
            )
        sql, kinds, names = _written(connection.vendor, _needs(run, ask), named=_named(ask))
        cursor.execute(_HOLD + sql + _HELD, [run.pk, *_bound(kinds, ask, now)])
        row = cursor.fetchone()
    if row is None:
        raise Run.DoesNotExist
    found = dict(zip(names, row, strict=False))
    if row[-1] != found["run_event_number"]:
        # While the lock waited somebody else committed: what was read beside it is out of date.
        return read(run, ask, now)
    return _found(found, ask, now)


# The lock sees the newest row, whatever it waited for; the rest is as the statement began.
_HOLD = (
    "WITH held AS MATERIALIZED "
    "(SELECT id, event_number FROM procedures_run WHERE id = %s FOR UPDATE) "
)
_HELD = ", held.event_number FROM held JOIN procedures_run r ON r.id = held.id " + _TENANT_OF_RUN
_UNHELD = " FROM procedures_run r " + _TENANT_OF_RUN + " WHERE r.id = %s"


def read(run: Run, ask: Ask, now: datetime) -> Found:
    """Read a run without locking it, for pages and for what-if."""
    sql, kinds, names = _written(connection.vendor, _needs(run, ask), named=_named(ask))
    with connection.cursor() as cursor:
        cursor.execute(sql + _UNHELD, [*_bound(kinds, ask, now), run.pk])
        row = cursor.fetchone()
    if row is None:
        raise Run.DoesNotExist
    return _found(dict(zip(names, row, strict=True)), ask, now)


def new_run_facts(
    run: Run, ask: Ask, now: datetime
) -> tuple[Person, Facts, bool, tuple[Person, ...]]:
    """Return actor, facts, the self-declaration setting and the people for a run to be opened."""
    sql, kinds, names = _written_new(connection.vendor, ask.needs)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_bound(kinds, ask, now), run.tenant_id])
        values = cursor.fetchone()
    row = dict(zip(names, values, strict=True))
    actor = _actor(row, ask)
    facts = _facts(row, ask, now, actor, {}, {}, {}, [], run)
    return actor, facts, bool(row["t_self_declaration"]), _people(row)


@lru_cache(maxsize=256)
def _written_new(
    vendor: str, needs: frozenset[str]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Write the statement for a run that is not there yet and so owns no claims, no probes."""
    parts: list[Part] = [(f"t_{name}", f"t.{name}", ()) for name in _TENANT]
    parts += _of_actor(named=False)
    parts += [(n, sql.replace("r.id", "0"), kinds) for n, sql, kinds in _of_tenant(needs)]
    columns = ", ".join(sql for _name, sql, _kinds in parts)
    kinds = tuple(kind for _name, _sql, kinds in parts for kind in kinds)
    sql = f"SELECT {columns} FROM helpdesk_tenant t WHERE t.id = %s"
    return sql, kinds, tuple(name for name, _sql, _kinds in parts)


_RUN_FIELDS = tuple(f for f in Run._meta.concrete_fields)
_TENANT = (
    "uid", "slug", "zone", "country", "main_domain", "multi_domains", "sync_scope",
    "self_declaration", "expected_mx", "name_server_suffixes", "known_addresses",
)  # fmt: skip


def _named(ask: Ask) -> bool:
    return ask.command_id is not None


def _needs(run: Run, ask: Ask) -> frozenset[str]:
    return ask.needs | _belongings(run.version_id)


@lru_cache(maxsize=256)
def _belongings(version_id: int) -> frozenset[str]:
    """Name what only some procedures have, so that the others need not be asked for it."""
    procedure = procedure_of(version_id)
    names = set()
    if procedure.open_claims or any(step.claims for step in procedure.steps):
        names.add("claims")
    if procedure.joins:
        names.add("participants")
    return frozenset(names)


@lru_cache(maxsize=256)
def _written(
    vendor: str, needs: frozenset[str], named: bool
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Write the statement once for each set of needs; its text depends on nothing else."""
    parts: list[Part] = [
        *((f"run_{one.attname}", f"r.{one.column}", ()) for one in _RUN_FIELDS),
        *((f"t_{name}", f"t.{name}", ()) for name in _TENANT),
        *(part for part in _of_run() if part[0] not in _SOME or part[0] in needs),
        *_of_actor(named),
        *_of_tenant(needs),
    ]
    columns = ", ".join(sql for _name, sql, _kinds in parts)
    sql = f"SELECT {columns}"
    kinds = tuple(kind for _name, _sql, kinds in parts for kind in kinds)
    return sql, kinds, tuple(name for name, _sql, _kinds in parts)


def _bound(kinds: Iterable[str], ask: Ask, now: datetime) -> list[Any]:
    """Bind the parameters that a statement's parts name."""
    given = {
        "actor": ask.actor_id if ask.actor_id is not None else -1,
        "command": bind(ask.command_id),
        "since": bind((ask.since or now) - _LOOK_BACK),
    }
    return [given[kind] for kind in kinds]


_SOME = frozenset({"claims", "participants"})


def _of_run() -> list[Part]:
    step = "s.id, s.key, s.round, s.state, s.performed_at, s.recorded_at, s.actor_id, u.name"
    value = f"v.field, {stored_json('v.value')}, v.at"
    newest = "SELECT max(id) FROM procedures_value WHERE run_id = r.id GROUP BY field"
    decision = (
        "d.kind, d.step, d.round, d.rule, d.code, d.values_digest, d.actor_id, d.at, d.reason"
    )
    deadline = "l.id, l.step, l.round, l.key, l.action, l.due_at, l.state"
    evidence = f"e.step, e.round, e.kind, {stored_json('e.body')}"
    return [
        (
            "steps",
            rows_as_json(
                step,
                "procedures_runstep s LEFT JOIN helpdesk_user u ON u.id = s.actor_id "
                "WHERE s.run_id = r.id",
            ),
            (),
        ),
        ("values", rows_as_json(value, f"procedures_value v WHERE v.id IN ({newest})"), ()),
        ("decisions", rows_as_json(decision, "procedures_decision d WHERE d.run_id = r.id"), ()),
        (
            "claims",
            rows_as_json(
                "c.id, c.key, c.until",
                "procedures_claim c WHERE c.run_id = r.id AND c.released_at IS NULL",
            ),
            (),
        ),
        ("deadlines", rows_as_json(deadline, "procedures_deadline l WHERE l.run_id = r.id"), ()),
        ("evidence", rows_as_json(evidence, "procedures_evidence e WHERE e.run_id = r.id"), ()),
        (
            "participants",
            rows_as_json("p.user_id", "procedures_participant p WHERE p.run_id = r.id"),
            (),
        ),
    ]


def _of_actor(named: bool) -> list[Part]:
    served = "EXISTS (SELECT 1 FROM helpdesk_assignment a WHERE a.user_id = w.user_id"
    parts: list[Part] = [
        (
            "actor",
            rows_as_json("u.email, u.name, u.is_active", "helpdesk_user u WHERE u.id = %s"),
            ("actor",),
        ),
        (
            "roles",
            rows_as_json(
                "m.role", "helpdesk_membership m WHERE m.tenant_id = t.id AND m.user_id = %s"
            ),
            ("actor",),
        ),
        (
            "vendor",
            rows_as_json(
                "w.role",
                f"helpdesk_vendormembership w WHERE w.user_id = %s AND {served} "
                "AND a.tenant_id = t.id)",
            ),
            ("actor",),
        ),
    ]
    if named:
        stream = "'run:' || r.uid" if postgres() else _sqlite_stream()
        parts.append(
            (
                "before",
                rows_as_json(
                    "b.number, b.command_digest, b.kind",
                    f"audit_event b WHERE b.stream = {stream} AND b.command_id = %s",
                ),
                ("command",),
            )
        )
    return parts


def _sqlite_stream() -> str:
    """Write the stream's name from a UUID that SQLite keeps without dashes."""
    cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return "'run:' || " + " || '-' || ".join(f"substr(r.uid, {a}, {n})" for a, n in cuts)


def _of_tenant(needs: frozenset[str]) -> list[Part]:
    parts: list[Part] = []
    people = (
        "helpdesk_membership m JOIN helpdesk_user u ON u.id = m.user_id WHERE m.tenant_id = t.id"
    )
    if needs & {"people", "mail_admins", "addresses"}:
        people += " AND u.is_active"
        parts.append(("people", rows_as_json("u.id, u.email, u.name, m.role", people), ()))
    if "slots" in needs:
        held = (
            "procedures_claim c WHERE c.tenant_id = t.id AND c.released_at IS NULL "
            "AND c.key LIKE 'sync:%%' AND c.at >= %s"
        )
        parts.append(("slots", rows_as_json("c.key", held), ("since",)))
    if "addresses" in needs:
        held = (
            "procedures_claim c WHERE c.tenant_id = t.id AND c.released_at IS NULL "
            "AND c.key LIKE 'address:%%' AND (c.run_id IS NULL OR c.run_id <> r.id)"
        )
        parts.append(("taken", rows_as_json("c.key", held), ()))
    if "mail_admins" in needs:
        parts.append(("saved", rows_as_json(*_saved_admins()), ()))
    if "countries_elsewhere" in needs:
        newest = (
            "SELECT max(n.id) FROM procedures_value n JOIN procedures_run o ON o.id = n.run_id "
            "WHERE o.tenant_id = t.id AND o.id <> r.id AND o.state = 'open' "
            "AND o.procedure = 'allowed_countries' AND n.field = 'countries' GROUP BY n.run_id"
        )
        asked = f"procedures_value v WHERE v.id IN ({newest})"
        parts.append(("countries", rows_as_json(stored_json("v.value"), asked), ()))
    if needs & {"probes", "expected_mx"}:
        columns = (
            f"o.domain, o.at, o.outcome, {stored_json('o.expected')}, {stored_json('o.found')}"
        )
        parts.append(
            (
                "probes",
                rows_as_json(
                    columns,
                    "procedures_probe o WHERE o.run_id = r.id AND o.kind = 'mx' AND o.at >= %s",
                ),
                ("since",),
            )
        )
    return parts


def _saved_admins() -> tuple[str, str]:
    """Say where changes of mail admins are that other open runs have saved in the product.

    The roles here change when a run ends; the product has changed when it was performed.
    """
    performed = (
        "procedures_runstep s WHERE s.run_id = o.id AND s.state = 'completed' "
        "AND s.key IN ('perform', 'support_performs') AND s.round = "
        "(SELECT max(x.round) FROM procedures_runstep x WHERE x.run_id = o.id AND x.key = s.key)"
    )
    newest = (
        "SELECT max(n.id) FROM procedures_value n JOIN procedures_run o ON o.id = n.run_id "
        "WHERE o.tenant_id = t.id AND o.id <> r.id AND o.state = 'open' "
        "AND o.procedure = 'mail_admin_change' AND n.field IN ('add', 'remove') "
        f"AND EXISTS (SELECT 1 FROM {performed}) GROUP BY n.run_id, n.field"
    )
    columns = f"(SELECT max(s.recorded_at) FROM {performed}), v.field, {stored_json('v.value')}"
    held = f"procedures_value v JOIN procedures_run o ON o.id = v.run_id WHERE v.id IN ({newest})"
    return columns, held


def _found(row: dict[str, Any], ask: Ask, now: datetime) -> Found:
    run = _run(row)
    procedure = procedure_of(run.version_id)
    steps, names = _steps(run, row)
    values, value_at = _values(procedure, row)
    actor = _actor(row, ask)
    evidence = [EvidenceFact(*one) for one in read_rows(row["evidence"])]
    loaded = Loaded(
        run=run,
        procedure=procedure,
        actor=actor,
        steps=steps,
        values=values,
        value_at=value_at,
        facts=_facts(row, ask, now, actor, steps, values, value_at, evidence, run),
        decisions=_decisions(row),
        claims=[ClaimFact(*one) for one in read_rows(row.get("claims"))],
        deadlines=_deadlines(row),
        evidence=evidence,
        participants=frozenset(one[0] for one in read_rows(row.get("participants"))),
        people=_people(row),
        self_declaration=bool(row["t_self_declaration"]),
        names=names,
    )
    before = read_rows(row.get("before"))
    return Found(loaded, tuple(before[0]) if before else None)  # type: ignore[arg-type]


_RUN_NAMES = tuple(one.attname for one in _RUN_FIELDS)
_RUN_COLUMNS = tuple(f"run_{name}" for name in _RUN_NAMES)
# What SQLite keeps as text and psycopg reads by itself.
_RUN_READERS: dict[str, Any] = {
    f"run_{one.attname}": read_time if isinstance(one, models.DateTimeField) else UUID
    for one in _RUN_FIELDS
    if isinstance(one, models.DateTimeField | models.UUIDField)
}


def _run(row: dict[str, Any]) -> Run:
    if not postgres():
        for name, read_one in _RUN_READERS.items():
            row[name] = read_one(row[name])
    return Run.from_db(connection.alias, _RUN_NAMES, [row[name] for name in _RUN_COLUMNS])


# from_db takes values in the order of the model's columns.
_STEP_NAMES = tuple(f.attname for f in RunStep._meta.concrete_fields)


def _steps(run: Run, row: dict[str, Any]) -> tuple[dict[str, RunStep], dict[int, str]]:
    newest: dict[str, list[Any]] = {}
    names: dict[int, str] = {}
    for one in read_rows(row["steps"]):
        if one[1] not in newest or newest[one[1]][2] < one[2]:
            newest[one[1]] = one
        if one[6] is not None:
            names[one[6]] = one[7]
    steps = {}
    for key, (pk, _key, number, state, performed, recorded, actor, _name) in newest.items():
        known = {
            "id": pk,
            "run_id": run.pk,
            "key": key,
            "round": number,
            "state": state,
            "performed_at": read_time(performed),
            "recorded_at": read_time(recorded),
            "actor_id": actor,
            "late": False,
            "note": "",
        }
        values = [known[name] for name in _STEP_NAMES]
        steps[key] = RunStep.from_db(connection.alias, _STEP_NAMES, values)
    return steps, names


def _values(
    procedure: Procedure, row: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, datetime]]:
    values, value_at = {}, {}
    for key, stored, at in read_rows(row["values"]):
        one = procedure.field_by_key.get(key)
        values[key] = load_value(one.kind if one else "text", stored)
        value_at[key] = read_time(at)
    return values, value_at  # type: ignore[return-value]


def _actor(row: dict[str, Any], ask: Ask) -> Person:
    found = read_rows(row["actor"])
    if ask.actor_id is None or not found:
        return SYSTEM
    email, name, active = found[0]
    vendor = {one[0] for one in read_rows(row["vendor"])}
    roles = {one[0] for one in read_rows(row["roles"])} | vendor
    kind = "support" if vendor else "user"
    return Person(ask.actor_id, email, name, frozenset(roles if active else ()), kind)


def _people(row: dict[str, Any]) -> tuple[Person, ...]:
    roles: dict[int, set[str]] = {}
    known: dict[int, tuple[str, str]] = {}
    for pk, email, name, role in read_rows(row.get("people")):
        roles.setdefault(pk, set()).add(role)
        known[pk] = (email, name)
    return tuple(Person(pk, *known[pk], roles=frozenset(roles[pk])) for pk in known)


def _decisions(row: dict[str, Any]) -> list[DecisionFact]:
    found = []
    for *head, at, reason in read_rows(row["decisions"]):
        moment = read_time(at)
        assert moment is not None
        kind, step, number, rule, code, digest, actor = head
        found.append(DecisionFact(kind, step, number, rule, code, digest, actor, moment, reason))
    return found


def _deadlines(row: dict[str, Any]) -> list[DeadlineFact]:
    found = []
    for pk, step, number, key, action, due, state in read_rows(row["deadlines"]):
        moment = read_time(due)
        assert moment is not None
        found.append(DeadlineFact(pk, step, number, key, action, moment, state))
    return found


def _json(value: Any) -> Any:
    if value == "[]":
        return ()
    return json.loads(value) if isinstance(value, str) else value


def _facts(
    row: dict[str, Any],
    ask: Ask,
    now: datetime,
    actor: Person,
    steps: dict[str, RunStep],
    values: dict[str, Any],
    value_at: dict[str, datetime],
    evidence: list[EvidenceFact],
    run: Run,
) -> Facts:
    covered = {
        e.step: e.body
        for e in evidence
        if e.kind == "covered" and e.step in steps and steps[e.step].round == e.round
    }
    done = {key: s.performed_at for key, s in steps.items() if s.performed_at}
    recorded = {key: s.recorded_at for key, s in steps.items() if s.recorded_at}
    return Facts(
        now=now,
        performed_at=now,
        zone=ZoneInfo(row["t_zone"]),
        actor=actor,
        requester_id=run.requester_id,
        values=values,
        value_at=value_at,
        done=done,
        recorded=recorded,
        doers={key: s.actor_id for key, s in steps.items() if s.recorded_at},
        covered=covered,
        calendar=calendar_facts.current_calendar() if "calendar" in ask.needs else None,
        **tenant_facts(row, ask),
    )


def _mail_admins(row: dict[str, Any], people: list[Any]) -> frozenset[str]:
    """List the mail admins as the product knows them: what open runs have saved counts."""
    admins = {email.lower() for _pk, email, _name, role in people if role == "mail_admin"}
    for _at, key, value in sorted(read_rows(row.get("saved")), key=lambda one: str(one[0])):
        listed = {str(email).lower() for email in value or ()}
        admins = admins | listed if key == "add" else admins - listed
    return frozenset(admins)


def tenant_facts(row: dict[str, Any], ask: Ask) -> dict[str, Any]:
    """Return the facts about a tenant that rules may read."""
    people = read_rows(row.get("people"))
    local = {email.partition("@")[0].lower() for _pk, email, _name, _role in people}
    local |= {key.partition(":")[2] for (key,) in read_rows(row.get("taken"))}
    local |= {str(a).partition("@")[0].lower() for a in _json(row["t_known_addresses"]) or ()}
    multi = _json(row["t_multi_domains"]) or []
    asked = read_rows(row.get("countries"))
    probes = [
        Probe(domain, read_time(at), outcome, tuple(expected), tuple(found))  # type: ignore[arg-type]
        for domain, at, outcome, expected, found in read_rows(row.get("probes"))
    ]
    return {
        "slots": frozenset(key for (key,) in read_rows(row["slots"])) if "slots" in row else None,
        "sync_scope": row["t_sync_scope"],
        "mail_admins": _mail_admins(row, people) if "mail_admins" in ask.needs else None,
        "addresses": frozenset(local) if "addresses" in ask.needs else None,
        "domains": tuple(d for d in [row["t_main_domain"], *multi] if d),
        "country": row["t_country"],
        "countries_elsewhere": frozenset(c for (codes,) in asked for c in codes or ())
        if "countries_elsewhere" in ask.needs
        else None,
        "expected_mx": tuple(_json(row["t_expected_mx"]) or ()),
        "name_server_suffixes": tuple(_json(row["t_name_server_suffixes"]) or ()),
        "probes": {p.domain: p for p in sorted(probes, key=lambda p: p.at)},
    }
