"""Rows to facts: instances, typed values and people out of one row of JSON."""

from datetime import datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

from helpdesk.models import VendorRole
from procedures import calendar_facts
from procedures.change import (
    ClaimFact,
    DeadlineFact,
    DecisionFact,
    EvidenceFact,
    Loaded,
)
from procedures.definition import Procedure
from procedures.models import Run, RunStep
from procedures.rules.facts import Facts, Person, Probe
from procedures.rules.values import load_value
from procedures.store.asking import Ask, Found, procedure_of
from procedures.store.dialect import postgres, read_named_rows, read_rows, read_time
from procedures.store.statement import MOVING

# The rows that hang on a run, by what they are.
type Rows = dict[str, list[list[Any]]]
_VENDOR = frozenset(VendorRole.values)
SYSTEM = Person(id=None, email="", name="", roles=frozenset(), kind="system")


def found_of(known: Run, row: dict[str, Any], ask: Ask, now: datetime) -> Found:
    """Make a loaded run of one row."""
    run = _run(known, row)
    procedure = procedure_of(run.version_id)
    rows = read_named_rows(row["rows"])
    steps, names = _steps(run, rows)
    values, value_at = _values(procedure, rows)
    actor = actor_of(row, ask)
    loaded = Loaded(
        run=run,
        procedure=procedure,
        actor=actor,
        steps=steps,
        values=values,
        value_at=value_at,
        facts=facts_of(row, ask, now, actor, steps, values, value_at, run),
        decisions=_decisions(rows),
        claims=[ClaimFact(*one) for one in rows.get("claims", ())],
        deadlines=_deadlines(rows),
        evidence=[EvidenceFact(*one) for one in rows.get("evidence", ())],
        participants=frozenset([one[0] for one in rows.get("participants", ())]),
        people=people_of(row),
        self_declaration=bool(row.get("t_self_declaration")),
        names=names,
    )
    return Found(loaded, _before(row.get("before")))


def _before(text: str | None) -> tuple[int, str, str] | None:
    """Read number, digest and kind of the event that the same submission wrote."""
    if not text:
        return None
    number, digest, kind = text.split(" ")
    return int(number), digest, kind


_COLUMNS = tuple((name, f"run_{name}") for name in MOVING)
_TIMES = tuple(
    f"run_{name}" for name in MOVING if isinstance(Run._meta.get_field(name), models.DateTimeField)
)


def _run(known: Run, row: dict[str, Any]) -> Run:
    """Make the run as it is now: what moves is read, what never changes is known already."""
    if not postgres():
        for name in _TIMES:
            row[name] = read_time(row[name])
    columns = {**known.__dict__, **{name: row[column] for name, column in _COLUMNS}}
    return _stored(Run, columns)


def _stored[M: models.Model](model: type[M], columns: dict[str, Any]) -> M:
    """Make an instance of a stored row: what from_db does, without signals and setters.

    Five instances a command are a tenth of what it costs.
    """
    one = model.__new__(model)
    columns["_state"] = state = ModelState()
    state.db, state.adding = DEFAULT_DB_ALIAS, False
    one.__dict__.update(columns)
    return one


_STEP = ("id", "key", "round", "state", "performed_at", "recorded_at", "actor_id", "covered")


def _steps(run: Run, rows: Rows) -> tuple[dict[str, RunStep], dict[int, str]]:
    newest: dict[str, list[Any]] = {}
    names: dict[int, str] = {}
    for one in rows.get("steps", ()):
        if one[1] not in newest or newest[one[1]][2] < one[2]:
            newest[one[1]] = one
        if one[6] is not None and len(one) > len(_STEP):
            names[one[6]] = one[8]
    steps = {}
    for key, (pk, _key, number, state, performed, recorded, actor, covered, *_) in newest.items():
        known = {
            "id": pk,
            "run_id": run.id,
            "key": key,
            "round": number,
            "state": state,
            "performed_at": read_time(performed),
            "recorded_at": read_time(recorded),
            "actor_id": actor,
            "late": False,
            "note": "",
            "covered": covered,
        }
        steps[key] = _stored(RunStep, known)
    return steps, names


def _values(procedure: Procedure, rows: Rows) -> tuple[dict[str, Any], dict[str, datetime]]:
    values, value_at = {}, {}
    # The newest row of a field holds.
    for _pk, key, stored, at in sorted(rows.get("values", ()), key=itemgetter(0)):
        one = procedure.field_by_key.get(key)
        values[key] = load_value(one.kind if one else "text", stored)
        value_at[key] = read_time(at)
    return values, value_at  # type: ignore[return-value]


def actor_of(row: dict[str, Any], ask: Ask) -> Person:
    """Return who acts, with the roles they hold in the tenant now."""
    if ask.actor_id is None or row["actor_email"] is None:
        return SYSTEM
    held = row["roles"].split(",") if row["roles"] else ()
    kind = "user" if _VENDOR.isdisjoint(held) else "support"
    roles = frozenset(held if row["actor_is_active"] else ())
    return Person(ask.actor_id, row["actor_email"], row["actor_name"], roles, kind)


def people_of(row: dict[str, Any]) -> tuple[Person, ...]:
    """Return the active people of the tenant with their roles."""
    roles: dict[int, set[str]] = {}
    known: dict[int, tuple[str, str]] = {}
    for pk, email, name, role in read_rows(row.get("people")):
        roles.setdefault(pk, set()).add(role)
        known[pk] = (email, name)
    return tuple(Person(pk, *known[pk], roles=frozenset(roles[pk])) for pk in known)


def _decisions(rows: Rows) -> list[DecisionFact]:
    found = []
    for *head, at, reason in rows.get("decisions", ()):
        moment = read_time(at)
        assert moment is not None
        kind, step, number, rule, code, digest, actor = head
        found.append(DecisionFact(kind, step, number, rule, code, digest, actor, moment, reason))
    return found


def _deadlines(rows: Rows) -> list[DeadlineFact]:
    found = []
    for pk, step, number, key, action, due, state in rows.get("deadlines", ()):
        moment = read_time(due)
        assert moment is not None
        found.append(DeadlineFact(pk, step, number, key, action, moment, state))
    return found


def _json(value: Any) -> Any:
    """Read a list that a column holds as JSON; nothing is an empty one."""
    if value == "[]":
        return ()
    return (orjson.loads(value) if isinstance(value, str) else value) or ()


def facts_of(
    row: dict[str, Any],
    ask: Ask,
    now: datetime,
    actor: Person,
    steps: dict[str, RunStep],
    values: dict[str, Any],
    value_at: dict[str, datetime],
    run: Run,
) -> Facts:
    """Gather what rules may look at."""
    covered = {key: s.covered for key, s in steps.items() if s.covered}
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
    """Return the facts about a tenant that rules may read; what nobody asked for is not known."""
    people = read_rows(row.get("people"))
    found: dict[str, Any] = {"probes": _probes(row) if "probes" in row else {}}
    if "t_expected_mx" in row:
        found["expected_mx"] = tuple(_json(row["t_expected_mx"]))
    if "t_main_domain" in row:
        domains = (row["t_main_domain"], *_json(row["t_multi_domains"]))
        found["domains"] = tuple([d for d in domains if d])
    if "t_country" in row:
        found["country"] = row["t_country"]
    if "t_name_server_suffixes" in row:
        own = _json(row["t_name_server_suffixes"])
        found["name_server_suffixes"] = tuple(own or settings.NAME_SERVER_SUFFIXES)
    if "slots" in row:
        found["sync_scope"] = row["t_sync_scope"]
        found["slots"] = frozenset([key for (key,) in read_rows(row["slots"])])
    if "mail_admins" in ask.needs:
        found["mail_admins"] = _mail_admins(row, people)
    if "addresses" in ask.needs:
        found["addresses"] = _addresses(row, people)
    if "countries_elsewhere" in ask.needs:
        asked = read_rows(row.get("countries"))
        found["countries_elsewhere"] = frozenset([c for (codes,) in asked for c in codes or ()])
    return found


def _addresses(row: dict[str, Any], people: list[Any]) -> frozenset[str]:
    """List what stands before the @ of every address that is taken."""
    local = {email.partition("@")[0].lower() for _pk, email, _name, _role in people}
    local |= {key.partition(":")[2] for (key,) in read_rows(row.get("taken"))}
    local |= {str(one).partition("@")[0].lower() for one in _json(row["t_known_addresses"])}
    return frozenset(local)


def _probes(row: dict[str, Any]) -> dict[str, Probe]:
    """Return the newest look at each domain."""
    probes = [
        Probe(domain, read_time(at), outcome, tuple(expected), tuple(found))  # type: ignore[arg-type]
        for domain, at, outcome, expected, found in read_rows(row["probes"])
    ]
    return {one.domain: one for one in sorted(probes, key=lambda p: p.at)}
