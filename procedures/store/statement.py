"""The text of the one statement that reads a run with all that rules need."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from helpdesk.access import STOOD_IN_FOR
from procedures.definition import Procedure
from procedures.models import Run
from procedures.store.asking import Ask, needs_of_rules, procedure_of
from procedures.store.dialect import bind, named_rows_as_json, rows_as_json, stored_json, words

# A probe or a slot older than this before performed_at can decide nothing any more.
_LOOK_BACK = timedelta(days=2)


# Name and SQL of one column of the statement, and which parameters it takes.
Part = tuple[str, str, tuple[str, ...]]


# The lock sees the newest row, whatever it waited for; the rest is as the statement began.
# It leaves the key alone, so that a row which points to the run need not wait for it at its end.
HOLD = (
    "WITH held AS MATERIALIZED "
    "(SELECT event_number FROM procedures_run WHERE id = %s FOR NO KEY UPDATE) "
)
HELD = ", (SELECT event_number FROM held)"
_ACTOR = ("u.email", "u.name", "u.is_active")
_OF_RUN = " FROM procedures_run r LEFT JOIN helpdesk_user u ON u.id = %s WHERE r.id = %s"
_OF_NEW = " FROM helpdesk_tenant t LEFT JOIN helpdesk_user u ON u.id = %s WHERE t.id = %s"


@lru_cache(maxsize=256)
def written_new(vendor: str, needs: frozenset[str]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Write the statement for a run that is not there yet and so owns no claims, no probes."""
    parts: list[Part] = [*_of_settings(needs)]
    parts += _of_actor(needs | {"lent"}, named=False)
    parts += [(n, sql.replace("r.id", "0"), kinds) for n, sql, kinds in _of_tenant(needs)]
    columns, kinds, names = _together(parts)
    return f"SELECT {columns}{_OF_NEW}", (*kinds, "actor"), names


def _of_settings(needs: frozenset[str]) -> list[Part]:
    """Read the tenant's settings; a zone that was changed counts from its moment on."""
    read = [name for name, wanted in TENANT if not wanted or wanted & needs]
    due = "CASE WHEN t.zone_next <> '' AND t.zone_next_at <= %s THEN t.zone_next ELSE t.zone END"
    return [("t_zone", due, ("now",)), *((f"t_{name}", f"t.{name}", ()) for name in read)]


def _by_itself(part: Part) -> Part:
    """Read a setting by a subselect: a join would carry the tenant's forty columns along."""
    name, sql, kinds = part
    return name, f"(SELECT {sql} FROM helpdesk_tenant t WHERE t.id = r.tenant_id)", kinds


def _together(parts: list[Part]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the columns' text, the parameters they take in order, and their names."""
    columns = ", ".join(sql for _name, sql, _kinds in parts)
    kinds = tuple(kind for _name, _sql, kinds in parts for kind in kinds)
    return columns, kinds, tuple(name for name, _sql, _kinds in parts)


# What of a run changes; the rest is as it was when the run was opened.
MOVING = (
    "state", "subject", "closed_at", "current_steps", "waiting_roles",
    "event_number", "event_mac", "event_at",
)  # fmt: skip


# The tenant's settings, each with the needs it is read for; none means always.
TENANT: tuple[tuple[str, frozenset[str]], ...] = (
    ("expected_mx", frozenset({"expected_mx", "probes"})),
    ("country", frozenset({"country"})),
    ("main_domain", frozenset({"domains"})),
    ("multi_domains", frozenset({"domains"})),
    ("sync_scope", frozenset({"slots"})),
    ("self_declaration", frozenset({"people"})),
    ("name_server_suffixes", frozenset({"name_server_suffixes"})),
    ("known_addresses", frozenset({"addresses"})),
)


@lru_cache(maxsize=256)
def belongings(version_id: int) -> frozenset[str]:
    """Name what only some procedures have, so that the others need not be asked for it."""
    procedure = procedure_of(version_id)
    names: set[str] = set()
    if procedure.open_claims or any(step.claims for step in procedure.steps):
        names.add("claims")
    if procedure.joins:
        names.add("participants")
    gates = [gate for step in procedure.steps for gate in step.gates]
    read = (name for gate in gates for name in gate.rule.inputs())
    # A deadline may follow from the mark of a rule whose step is not the one being done.
    marks = {timer.base.split(".")[1] for step in procedure.steps for timer in step.timers}
    names |= needs_of_rules(gate.rule for gate in gates if gate.rule.name in marks)
    if procedure.effects:
        names.add("evidence")
    if procedure.counts_business_days:
        names.add("calendar")
    if any(name.startswith("covered.") for name in read) or _keeps(procedure):
        names.add("covered")
    return frozenset(names)


def _keeps(procedure: Procedure) -> bool:
    return any(step.keep_field for step in procedure.steps)


@lru_cache(maxsize=256)
def written(
    vendor: str, needs: frozenset[str], named: bool, held: bool
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Write the statement once for each set of needs; its text depends on nothing else.

    The run's id is the last parameter; ``held`` locks it, and takes it first as well.
    """
    parts: list[Part] = [
        *((f"run_{name}", f"r.{name}", ()) for name in MOVING),
        *map(_by_itself, _of_settings(needs)),
        ("rows", _of_run(needs), ()),
    ]
    for name, sql, kinds in (*_of_actor(needs, named), *_of_tenant(needs)):
        parts.append((name, sql.replace("t.id", "r.tenant_id"), kinds))
    columns, taken, names = _together(parts)
    sql = f"{HOLD}SELECT {columns}{HELD}" if held else f"SELECT {columns}"
    return sql + _OF_RUN, (*taken, "actor"), names


def bound(kinds: Iterable[str], run: Run, ask: Ask, now: datetime) -> list[Any]:
    """Bind the parameters that a statement's parts name."""
    given = {
        "actor": ask.actor_id if ask.actor_id is not None else -1,
        "command": bind(ask.command_id),
        "stream": run.stream,
        "now": bind(now),
        "since": bind((ask.since or now) - _LOOK_BACK),
    }
    return [given[kind] for kind in kinds]


_SOME = frozenset({"claims", "participants", "evidence", "decisions"})


def _of_run(needs: frozenset[str]) -> str:
    """Write the one array of all rows that hang on a run; each begins with what it is."""
    step = "s.id, s.key, s.round, s.state, s.performed_at, s.recorded_at, s.actor_id"
    step += f", {stored_json('s.covered')}" if "covered" in needs else ", NULL"
    steps = "procedures_runstep s"
    if "names" in needs:
        step += ", d.name"
        steps += " LEFT JOIN helpdesk_user d ON d.id = s.actor_id"
    decision = "d.kind, d.step, d.round, d.rule, d.code, d.values_digest, d.actor_id, d.at"
    sources = {
        "steps": (step, f"{steps} WHERE s.run_id = r.id"),
        "values": (
            f"v.id, v.field, {stored_json('v.value')}, v.at",
            "procedures_value v WHERE v.run_id = r.id",
        ),
        "deadlines": (
            "l.id, l.step, l.round, l.key, l.action, l.due_at, l.state",
            "procedures_deadline l WHERE l.run_id = r.id",
        ),
        "decisions": (f"{decision}, d.reason", "procedures_decision d WHERE d.run_id = r.id"),
        "claims": (
            "c.id, c.key, c.until",
            "procedures_claim c WHERE c.run_id = r.id AND c.released_at IS NULL",
        ),
        "evidence": (
            f"e.step, e.round, e.kind, {stored_json('e.body')}",
            "procedures_evidence e WHERE e.run_id = r.id",
        ),
        "participants": ("p.user_id", "procedures_participant p WHERE p.run_id = r.id"),
    }
    wanted = {name: one for name, one in sources.items() if name not in _SOME or name in needs}
    return named_rows_as_json(wanted)


# As helpdesk.access has it: the roles of an absent person, held by a stand-in who is a member.
_LENT = (
    "h.role FROM helpdesk_substitute z "
    "JOIN helpdesk_user b ON b.id = z.absent_id AND b.is_active "
    "JOIN helpdesk_membership h ON h.tenant_id = z.tenant_id AND h.user_id = z.absent_id "
    "WHERE z.tenant_id = t.id AND z.stand_in_id = u.id AND z.ended_at IS NULL "
    "AND z.starts_at <= %s AND z.ends_at > %s "
    f"AND h.role IN ({', '.join(repr(role) for role in sorted(STOOD_IN_FOR))}) "
    "AND EXISTS (SELECT 1 FROM helpdesk_membership x "
    "WHERE x.tenant_id = t.id AND x.user_id = u.id)"
)
# The vendor's roles, where the person is assigned to the tenant or visits it.
_SERVED = (
    "w.role FROM helpdesk_vendormembership w WHERE w.user_id = u.id AND ("
    "EXISTS (SELECT 1 FROM helpdesk_assignment a "
    "WHERE a.user_id = w.user_id AND a.tenant_id = t.id) "
    "OR EXISTS (SELECT 1 FROM helpdesk_supportvisit q "
    "WHERE q.user_id = w.user_id AND q.tenant_id = t.id AND q.ended_at IS NULL "
    "AND q.starts_at <= %s AND q.ends_at > %s))"
)


def _of_actor(needs: frozenset[str], named: bool) -> list[Part]:
    own = "SELECT m.role FROM helpdesk_membership m WHERE m.tenant_id = t.id AND m.user_id = u.id"
    kinds: tuple[str, ...] = ()
    if "lent" in needs:
        own = f"{own} UNION SELECT {_LENT} UNION SELECT {_SERVED}"
        kinds = ("now",) * 4
    parts: list[Part] = [
        *((f"actor_{name[2:]}", name, ()) for name in _ACTOR),
        ("roles", words("held.role", f"({own}) held"), kinds),
    ]
    if named:
        told = "CAST(b.number AS text) || ' ' || b.command_digest || ' ' || b.kind"
        asked = "audit_event b WHERE b.stream = %s AND b.command_id = %s ORDER BY b.number LIMIT 1"
        parts.append(("before", f"(SELECT {told} FROM {asked})", ("stream", "command")))
    return parts


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
