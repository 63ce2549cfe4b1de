"""Erase a person, or what one run says: bodies go, the chain and the course of runs stay."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.chain import Entry
from audit.erase import erase
from audit.kept import ERASED, told
from audit.models import Body, Event
from helpdesk import history
from helpdesk.identity import Identity, identity_of
from helpdesk.models import Tenant, User, VendorDesk
from helpdesk.personal import (
    NotErasable,
    forget_account,
    forget_addresses,
    leave_tenant,
    leave_vendor,
    made_by,
)
from procedures.models import Run
from procedures.personal import beside
from procedures.personal.beside import Told
from procedures.personal.finding import Places, open_runs, places_of
from procedures.store import erasing as rows

# How often what came in during an erasure is looked for afterwards.
PASSES = 3
# What a person wrote in their own words.
WORDS = ("note", "reason", "acknowledgement", "text")
# What is left of a body when all that it says goes: the run's course, and nothing typed.
COURSE = (
    "run",
    "steps",
    "step",
    "round",
    "way",
    "code",
    "rule",
    "final",
    "late",
    "actor",
    "user",
    "internal",
)

# A body and who acted, to what may be kept of it.
type Redact = Callable[[Mapping[str, Any], int | None], Mapping[str, Any]]


type Owner = Tenant | VendorDesk | Run | Told


@dataclass(slots=True)
class Report:
    """What an erasure came to."""

    events: int = 0
    streams: int = 0
    rows: int = 0


def erase_person(
    user: User, *, reason: str, now: datetime, by: User | None = None, dry_run: bool = False
) -> Report:
    """Replace a person by "삭제된 사람 #id" everywhere; all that was found, or nothing.

    Raises NotErasable while they are the last admin of a company, have open runs, or when the
    reason itself names them.
    """
    who, report = identity_of(user), Report()
    if who.is_named_in(reason):
        raise NotErasable("the reason names the person; it would be kept")
    task = _Erasure(user, who, {"user": user.pk, "reason": reason}, by, now, report)
    places = places_of(who)
    with transaction.atomic():
        task.carry_out(places)
        if dry_run:
            transaction.set_rollback(True)
            return report
    for _ in range(PASSES):
        # What the person was still doing, or others wrote of them, between search and lock.
        places = places_of(who)
        if not places.events and not places.runs:
            break
        try:
            with transaction.atomic():
                task.carry_out(places)
        except NotErasable as error:
            raise NotErasable(f"erased, but for what came in meanwhile: {error}") from error
    return report


@dataclass(frozen=True, slots=True)
class _Erasure:
    """One erasure of one person; carried out again where something came in meanwhile."""

    user: User
    who: Identity
    body: dict[str, Any]
    by: User | None
    now: datetime
    report: Report

    def carry_out(self, places: Places) -> None:
        """Lock the vendor, tenants and runs in this order, and erase there."""
        desk = history.lock_vendor()
        tenants = [history.lock_tenant(pk) for pk in sorted(places.tenants)]
        runs = rows.lock_runs(places.runs)
        if waiting := open_runs(self.who):
            raise NotErasable(f"open runs: {', '.join(waiting)}")
        leave_vendor(desk, self.user, self.by, now=self.now)
        for tenant in tenants:
            leave_tenant(tenant, self.user, self.by, now=self.now)
            forget_addresses(tenant, self.who)
        self.report.rows += rows.forget_messages_to(self.user.pk)
        for run in runs:
            rows.forget_words_of(run, self.user.pk)
            self.report.rows += rows.rewrite(run, lambda _column, value: self.who.scrub(value))
        self.report.rows += beside.forget_person(self.who, self.now)
        owners: list[Owner] = [desk, *tenants, *runs, *beside.lock(places.events)]
        for owner in owners:
            numbers = _numbers(owner, places.events.get(owner.stream, set()), self.user.pk)
            entry = _event(self.body, self.by)
            _erase_bodies(owner, numbers, _without(self.who), entry, self.now, self.report)
        forget_account(self.user, self.who, now=self.now)


def erase_run(
    run: Run,
    *,
    reason: str,
    now: datetime,
    numbers: Collection[int] = (),
    by: User | None = None,
) -> Report:
    """Erase what a run that has ended says, or some of its events; its course stays.

    Raises NotErasable while the run is open, or for an event that it does not have.
    """
    report = Report()
    with transaction.atomic():
        locked = rows.lock_runs([run.pk])[0]
        if locked.state == "open":
            raise NotErasable(f"{locked.reference} is open; end it first")
        chosen = set(numbers) or set(range(1, locked.event_number + 1))
        if unknown := sorted(n for n in chosen if not 1 <= n <= locked.event_number):
            raise NotErasable(f"{locked.reference} has no event {unknown[0]}")
        if numbers:
            _forget_events(locked, chosen)
        else:
            report.rows += rows.rewrite(locked, _emptied)
            _erase_beside(locked, _event({"reason": reason}, by), now, report)
        _erase_bodies(locked, chosen, _course, _event({"reason": reason}, by), now, report)
    return report


def _erase_beside(
    run: Run, entry: Callable[[dict[str, Any]], Entry], now: datetime, report: Report
) -> None:
    """Erase what was said about a run elsewhere than in its own stream."""
    for owner in beside.forget_run(run, now):
        events = Event.objects.filter(stream=owner.stream)
        said = set(events.values_list("number", flat=True))
        _erase_bodies(owner, said, _course, entry, now, report)


def _forget_events(run: Run, numbers: Collection[int]) -> None:
    bodies = told(Body.objects.filter(stream=run.stream).values_list("number", "body"))
    for number, at in Event.objects.filter(stream=run.stream, number__in=numbers).values_list(
        "number", "at"
    ):
        body = bodies[number]
        place = (str(body["step"]), int(body["round"])) if "round" in body else None
        rows.forget_event(run, number, at, place)


def _event(body: dict[str, Any], by: User | None) -> Callable[[dict[str, Any]], Entry]:
    """Return what makes the event of an erasure once its remains are known."""
    return lambda remains: made_by(ERASED, body | remains, by)


def _numbers(owner: Owner, found: Collection[int], user_id: int) -> set[int]:
    """Add what the person did between the search and the lock."""
    acted = Event.objects.filter(stream=owner.stream, actor_id=user_id)
    return {*found, *acted.values_list("number", flat=True)}


def _erase_bodies(
    owner: Owner,
    numbers: Collection[int],
    redact: Redact,
    entry: Callable[[dict[str, Any]], Entry],
    now: datetime,
    report: Report,
) -> None:
    kept = _remains(owner.stream, numbers, redact)
    if not kept:
        return
    for number in sorted(kept):
        report.events += erase(owner.stream, number, now)
    report.streams += 1
    event = entry({"kept_of": {str(number): body for number, body in sorted(kept.items())}})
    if isinstance(owner, Run):
        rows.append_to_run(owner, event, now)
    elif isinstance(owner, Tenant | VendorDesk):
        history.append(owner, [event], now=now)
    else:
        owner.append_unseen(event, now)


def _remains(stream: str, numbers: Collection[int], redact: Redact) -> dict[int, Mapping[str, Any]]:
    """Map the events whose bodies must go to what is kept of them."""
    events = Event.objects.filter(stream=stream, number__in=numbers)
    actors = dict(events.values_list("number", "actor_id"))
    bodies = Body.objects.filter(stream=stream, number__in=numbers, erased_at=None)
    kept: dict[int, Mapping[str, Any]] = {}
    for number, text in bodies.values_list("number", "body"):
        body = json.loads(text)
        remains = redact(body, actors.get(number))
        if remains != body:
            kept[number] = remains
    return kept


def _without(who: Identity) -> Redact:
    """Return what takes a person out of a body, and out of what earlier erasures kept."""

    def redact(body: Mapping[str, Any], actor_id: int | None) -> Mapping[str, Any]:
        new = dict(who.scrub(body))
        if actor_id == who.user_id:
            new = {key: one for key, one in new.items() if not _is_words(key, one)}
            new["actor"] = {"name": who.pseudonym, "email": who.address}
        return new

    return redact


def _is_words(key: str, value: Any) -> bool:
    return key in WORDS and isinstance(value, str)


def _course(body: Mapping[str, Any], actor_id: int | None) -> Mapping[str, Any]:
    """Keep of a body who did what to which step, and nothing that was typed."""
    kept = {key: body[key] for key in COURSE if key in body}
    if "kept_of" in body:
        kept["kept_of"] = {key: _course(one, None) for key, one in body["kept_of"].items()}
    return kept


def _emptied(column: str, value: Any) -> Any:
    return None if column == "value" or value is None else type(value)()
