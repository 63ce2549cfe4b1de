"""Which open tickets a calendar touches: what held when a date was judged, and what holds now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from helpdesk.zones import zone_at
from procedures import store
from procedures.definition import Gate
from procedures.models import Run
from procedures.rules.base import WORST, Verdict
from procedures.rules.calendar import BusinessNotice, Calendar
from procedures.rules.facts import Facts
from procedures.rules.schedule import PreparationTime
from procedures.rules.wording import unpack
from tickets.schedule.files import File, files_of
from tickets.schedule.window import PROCEDURE

_RULES = (BusinessNotice, PreparationTime)


@dataclass(frozen=True, slots=True)
class Turn:
    """One rule's answer then, as the history keeps it, and now."""

    gate: Gate
    then: Mapping[str, Any]
    now: Verdict

    @property
    def first_then(self) -> date | None:
        """Return the first permitted date as it was counted then."""
        found = unpack((self.then.get("params") or {}).get("first_date"))
        return found if isinstance(found, date) else None

    @property
    def first_now(self) -> date | None:
        """Return the first permitted date as it is counted now."""
        found = self.now.params.get("first_date")
        return found if isinstance(found, date) else None

    @property
    def matters(self) -> bool:
        """Say whether the first date is another one, or the answer is worse than it was."""
        if self.first_then != self.first_now:
            return True
        return WORST[self.now.level] > WORST.get(str(self.then.get("level")), 0)  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Affected:
    """A ticket whose date was judged under another calendar, and is judged otherwise now."""

    run: Run
    confirmed: bool
    start: datetime
    end: datetime
    version: str
    turns: tuple[Turn, ...]

    @property
    def notice(self) -> Turn:
        """Return what became of the notice."""
        return self.turns[0]


def open_tickets() -> Any:
    """Return the open changes of domain with their companies."""
    return Run.objects.filter(procedure=PROCEDURE, state="open").select_related("tenant")


def affected_by(calendar: Calendar, runs: Iterable[Run], now: datetime) -> list[Affected]:
    """List the tickets that a calendar touches; three queries, however many there are.

    A date that nobody has proposed, and one whose work has begun, is touched by nothing.
    """
    known = list(runs)
    found = []
    for file in files_of(known):
        one = _judge(calendar, file, now)
        if one is not None and any(turn.matters for turn in one.turns):
            found.append(one)
    return sorted(found, key=lambda one: (one.start, one.run.pk))


def _judge(calendar: Calendar, file: File, now: datetime) -> Affected | None:
    key = file.judged_step
    if not key or file.received is None or file.start is None or file.end is None:
        return None
    procedure = store.procedure_of(file.run.version_id)
    values = {"received": file.received, "work_start": file.start, "work_end": file.end}
    facts = Facts(
        now=now,
        performed_at=file.performed_at or now,
        zone=zone_at(file.run.tenant, now),
        values=values,
        calendar=calendar,
    )
    turns = []
    for gate in procedure.step_by_key[key].gates:
        then = file.verdicts.get(gate.rule.name)
        if isinstance(gate.rule, _RULES) and then and then.get("calendar") != calendar.version:
            turns.append(Turn(gate, then, gate.rule.judge(facts)))
    turns.sort(key=lambda turn: not isinstance(turn.gate.rule, BusinessNotice))
    if not turns or not isinstance(turns[0].gate.rule, BusinessNotice):
        return None
    version = str(turns[0].then.get("calendar") or "")
    confirmed = key == "confirm_schedule"
    return Affected(file.run, confirmed, file.start, file.end, version, tuple(turns))
