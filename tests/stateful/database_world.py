"""A database as a world: a tenant with people, published random versions, the real engine."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection
from django.db.models import F

from audit.chain import Head
from audit.models import Body, Event
from audit.reading import Row
from audit.verify import verify
from helpdesk.models import Assignment, Membership, Tenant, User, VendorMembership
from procedures import commands as c
from procedures import engine, snapshot, store
from procedures.change import InvalidInput, Loaded, NotPossible
from procedures.definition import Procedure
from procedures.heads import read_heads
from procedures.invariants import check_all
from procedures.models import Claim, ProcedureVersion, Run
from procedures.rules.facts import Person
from procedures.store.dialect import read_rows, read_time, rows_as_json
from tests.stateful.choosing import Act
from tests.stateful.definitions import make
from tests.stateful.driver import START
from tests.stateful.people import CAST, VENDOR, address, person
from tests.stateful.seen import Seen

ENGINE = {
    c.CompleteStep: engine.complete_step,
    c.SkipStep: engine.skip_step,
    c.Approve: engine.approve,
    c.Reject: engine.reject,
    c.Acknowledge: engine.acknowledge,
    c.Override: engine.override,
    c.Amend: engine.amend_values,
    c.Withdraw: engine.withdraw_rows,
    c.GoBack: engine.go_back,
    c.Reconfirm: engine.reconfirm,
    c.Cancel: engine.cancel_run,
    c.Reopen: engine.reopen_run,
    c.RecordIncident: engine.record_incident,
}
# Rows of a run that no refused command adds to.
_OF_RUN = ("value", "evidence", "decision", "participant", "delivery", "claim")
_COUNT = "(SELECT count(*) FROM procedures_{} x WHERE x.run_id = r.id)"


def _seen_statement() -> str:
    """Read a run with its rounds, deadlines and claims at once; written for the database in use."""
    parts = (
        ("s.key, s.round, s.state", "procedures_runstep s WHERE s.run_id = r.id"),
        (
            "d.id, d.step, d.round, d.key, d.due_at, d.state",
            "(SELECT * FROM procedures_deadline ORDER BY id) d WHERE d.run_id = r.id",
        ),
        (
            "c.key, c.until",
            "procedures_claim c WHERE c.run_id = r.id AND c.released_at IS NULL",
        ),
    )
    columns = [rows_as_json(what, source) for what, source in parts]
    columns += [_COUNT.format(table) for table in _OF_RUN]
    columns = ["r.state, r.event_number, r.event_mac, r.event_at", *columns]
    return f"SELECT {', '.join(columns)} FROM procedures_run r WHERE r.id = %s"  # noqa: S608


_TOTALS = (
    "SELECT (SELECT count(*) FROM procedures_run), "
    "(SELECT count(*) FROM procedures_runstep), (SELECT count(*) FROM procedures_value), "
    "(SELECT count(*) FROM procedures_claim), "
    "(SELECT count(*) FROM procedures_claim WHERE released_at IS NULL), "
    "(SELECT count(*) FROM procedures_deadline WHERE state = 'pending'), "
    "(SELECT count(*) FROM procedures_delivery), (SELECT count(*) FROM helpdesk_membership)"
)
_BODY = ("body_id", "salt", "body", "erased_at")
_slugs = count(1)


def publish(number: int) -> list[Procedure]:
    """Publish random versions as rows, as the catalog's are."""
    made = [make(Random(f"version {n}"), f"random_{n}") for n in range(number)]
    for one in made:
        stored = snapshot.to_json(one)
        digest = snapshot.digest_of_json(stored)
        ProcedureVersion.objects.create(
            key=one.key, number=1, digest=digest, definition=stored, published_at=START
        )
    return made


def hire(tenant: Tenant) -> dict[int, Person]:
    """Make everybody who acts; the same people serve or work for each tenant."""
    found = {}
    for name, roles in CAST:
        user = User.objects.filter(email=address(name)).first()
        if user is None:
            user = User.objects.create(email=address(name), name=name, password="!")
            for role in VENDOR & set(roles):
                VendorMembership.objects.create(user=user, role=role)
        for role in set(roles) - VENDOR:
            Membership.objects.create(user=user, tenant=tenant, role=role)
        if VENDOR & set(roles):
            Assignment.objects.create(user=user, tenant=tenant)
        found[user.pk] = person(user.pk, name, roles)
    return found


class DatabaseWorld:
    """A tenant of the test's database, with three of the published procedures."""

    def __init__(self, rng: Random, published: list[Procedure]) -> None:
        self.keys: Mapping[str, bytes] = settings.AUDIT_KEYS
        self.procedures = rng.sample(published, 3)
        self.tenant = Tenant.objects.create(
            slug=f"world-{next(_slugs)}",
            name="world",
            main_domain="w.example",
            self_declaration=rng.random() < 0.4,
            sync_scope=rng.choice(("unknown", "service", "tenant")),
        )
        self.cast = hire(self.tenant)
        self.runs: dict[int, Run] = {}
        self.events: dict[int, tuple[Row, ...]] = {}

    def people(self) -> Mapping[int, Person]:
        return self.cast

    def view(self, place: int, now: datetime) -> Loaded:
        run = self.runs[place]
        needs = store.needs_of(store.procedure_of(run.version_id).steps) | {"people"}
        loaded = store.read(run, store.Ask(actor_id=None, needs=needs), now).loaded
        if loaded.procedure.joins:
            loaded.row_owners = store.row_owners(loaded)
        return loaded

    def bare(self, place: int, now: datetime) -> Loaded:
        return store.read(self.runs[place], store.Ask(actor_id=None), now).loaded

    def totals(self) -> tuple[int, ...]:
        with connection.cursor() as cursor:
            cursor.execute(_TOTALS)
            return tuple(cursor.fetchone())

    def seen(self, place: int) -> Seen:
        with connection.cursor() as cursor:
            cursor.execute(_seen_statement(), [place])
            state, number, mac, at, steps, deadlines, held, *rest = cursor.fetchone()
        return Seen(
            state=state,
            head=Head(number, mac, read_time(at)),
            rounds={(key, turn): found for key, turn, found in read_rows(steps)},
            events=self._events(place),
            deadlines=tuple(map(tuple, read_rows(deadlines))),
            claims=tuple(sorted((key, until) for key, until in read_rows(held))),
            rest=tuple(rest),
        )

    def _events(self, place: int) -> tuple[Row, ...]:
        """Read what is new; that nothing old changes is proved once more at the end."""
        known, stream = self.events.get(place, ()), self.runs[place].stream
        new = Event.objects.filter(stream=stream, number__gt=len(known)).order_by("number")
        bodies = Body.objects.filter(stream=stream, number__gt=len(known)).order_by("number")
        columns = [one.name for one in fields(Row) if one.name not in _BODY]
        events = list(new.values(*columns))
        said = list(bodies.values("salt", "body", "erased_at", body_id=F("pk"))) if events else []
        rows = (Row(**event, **body) for event, body in zip(events, said, strict=True))
        self.events[place] = (*known, *rows)
        return self.events[place]

    def open(
        self, procedure: Procedure, actor: int, values: dict[str, Any], now: datetime
    ) -> tuple[str, int | None]:
        try:
            result = engine.open_run(
                self.tenant, procedure=procedure.key, actor_id=actor, now=now, values=values
            )
        except (NotPossible, InvalidInput):
            return "raised", None
        if result.run is None:
            return "refused", None
        place = result.run.pk
        self.runs.setdefault(place, result.run)
        if result.joined:
            return ("joined" if result.done else "refused"), place
        return "done", place

    def perform(self, place: int, act: Act, now: datetime) -> str:
        run, command = self.runs[place], act.command
        if isinstance(command, c.Join):
            return self._join(run, command, act.actor, now)
        given = {one.name: getattr(command, one.name) for one in fields(command)}
        try:
            if isinstance(command, c.PassDeadline):
                result = engine.pass_deadline(run, deadline_id=command.deadline_id, now=now)
            else:
                result = ENGINE[type(command)](run, actor_id=act.actor, now=now, **given)
        except (NotPossible, InvalidInput):
            return "raised"
        except engine.Busy as error:
            lost = error.__cause__
        else:
            return "done" if result.done else "refused"
        # Nobody else writes: only a claim that another run holds is ever in the way.
        assert isinstance(lost, IntegrityError)
        return "taken"

    def _join(self, run: Run, command: c.Join, actor: int | None, now: datetime) -> str:
        """Ask for the same again: whoever opens while a run collects joins it."""
        assert actor is not None
        procedure = store.procedure_of(run.version_id)
        kind = store.read(run, store.Ask(actor_id=None), now).loaded.values["kind"]
        key = f"collect:{procedure.key}:{kind}"
        if not Claim.objects.filter(run=run, key=key, released_at=None).exists():
            # The kind was amended since: the same again would open a run of its own.
            return "raised"
        values = {"kind": kind, procedure.joins: list(command.rows)}
        try:
            result = engine.open_run(
                self.tenant, procedure=procedure.key, actor_id=actor, now=now, values=values
            )
        except (NotPossible, InvalidInput):
            return "raised"
        if not result.done:
            return "refused"
        assert result.joined
        return "done"

    def finish(self) -> None:
        """Hold the whole tenant to what the commands of the operator verify."""
        assert list(check_all(self.tenant)) == []
        heads = read_heads(self.tenant)
        assert list(verify(list(heads), heads)) == []
