"""The head of a run's page and what stands beside its steps: stages, values, linked runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from procedures import store
from procedures.change import Loaded
from procedures.definition import Gate, Step
from procedures.models import Run
from procedures.present import rights
from procedures.present.language import say
from procedures.present.run_cards import subject, waiting_roles, who
from procedures.present.steps import StepView
from procedures.present.values import item
from procedures.rules.calendar import BusinessNotice, Calendar, CalendarEnds
from procedures.rules.facts import Facts
from procedures.rules.values import store_value

type Item = dict[str, Any]


def expired_by_time(loaded: Loaded, now: datetime) -> datetime | None:
    """Return when an open run has in truth expired, although nobody has recorded it yet."""
    if loaded.run.state != "open":
        return None
    over = [d.due_at for d in loaded.deadlines if d.action == "expire" and d.state == "pending"]
    return min((at for at in over if at <= now), default=None)


def head(loaded: Loaded, requester: str, slug: str, now: datetime) -> Item:
    """Say what is at the top: title, state, and the facts of the run."""
    run = loaded.run
    over = expired_by_time(loaded, now)
    facts: list[Item] = [
        {"term": _("Reference"), "value": run.reference},
        {"term": _("Requester"), "value": requester},
        {"term": _("Opened"), "at": run.opened_at},
    ]
    if run.closed_at:
        facts.append({"term": _("Ended"), "at": run.closed_at})
    facts.append({"term": _("Version"), "value": str(loaded.procedure.number)})
    return {
        "title": say(loaded.procedure.title),
        "reference": run.reference,
        "subject": subject(run),
        "state": "expired" if over else str(run.state),
        "over": over,
        "ended": _ended(loaded),
        "again": _again(loaded, slug),
        "facts": facts,
    }


def _ended(loaded: Loaded) -> str:
    """Say how a run ended; empty while it is open."""
    return {
        "completed": _("Everything is done."),
        "cancelled": _("It was cancelled. The history says why."),
        "refused": _("It was refused finally. The history says why."),
        "expired": _("Its time was over. What was done in time can be entered for 14 days."),
    }.get(str(loaded.run.state), "")


def _again(loaded: Loaded, slug: str) -> str:
    """Return where the same can be asked for again, with the same values filled in."""
    if loaded.run.state not in {"expired", "cancelled", "refused"}:
        return ""
    first = loaded.procedure.steps[0]
    told: list[tuple[str, str]] = []
    for key in first.fields:
        value = store_value(loaded.values.get(key))
        rows = value if isinstance(value, list) else [value]
        told += [(key, str(row)) for row in rows if row not in (None, "")]
    return f"{reverse('procedure', args=[slug, loaded.procedure.key])}?{urlencode(told)}"


def left_note(loaded: Loaded, requester: str, *, left: bool) -> str:
    """Say that whoever asked has left, and with whom the next step waits; else nothing."""
    if not left or loaded.run.state != "open":
        return ""
    note = _("%(name)s, who asked for this, is no longer active here.") % {"name": requester}
    roles = who(role for role in waiting_roles(loaded.run) if role not in {"requester", "owner"})
    if roles:
        return note + " " + _("What comes next waits with: %(roles)s.") % {"roles": roles}
    return note + " " + _("It waited for them alone: a site admin can cancel it.")


def stages(loaded: Loaded, views: list[StepView]) -> list[Item]:
    """Shape the stages for the stepper: those before the first unfinished one are done."""
    if not loaded.procedure.stages:
        return []
    left = {v.step.stage for v in views if v.state not in {"done", "skipped", "not_applicable"}}
    shown: list[Item] = []
    current_found = False
    for stage in loaded.procedure.stages:
        if current_found:
            state = "todo"
        elif stage.key in left:
            state, current_found = "current", True
        else:
            state = "done"
        shown.append({"label": say(stage.title), "state": state})
    return shown


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value that was given; ``edit`` leads to the form that changes it."""

    key: str
    item: Item
    edit: str


def value_rows(loaded: Loaded, slug: str) -> list[ValueRow]:
    """List the values given, in the order of the definition; what was left empty can be filled."""
    page = reverse("run", args=[slug, loaded.run.reference])
    rows = []
    for one in loaded.procedure.fields:
        value = loaded.values.get(one.key)
        edit = f"{page}?edit={one.key}#amend" if rights.may_amend(loaded, one.key) else ""
        if value not in (None, (), ""):
            rows.append(ValueRow(one.key, item(one, value), edit))
        elif edit:
            rows.append(ValueRow(one.key, {"term": say(one.label), "value": "—"}, edit))
    return rows


def linked(runs: Iterable[Run], slug: str) -> list[Item]:
    """Shape the linked runs as links."""
    return [
        {
            "title": say(store.procedure_of(run.version_id).title),
            "ref": run.reference,
            "state": str(run.state),
            "href": reverse("run", args=[slug, run.reference]),
        }
        for run in runs
    ]


def related(loaded: Loaded, versions: Iterable[int], slug: str) -> list[Item]:
    """Offer the procedures that often go with this one, as runs linked to it."""
    known = {p.key: p for p in map(store.procedure_of, versions)}
    return [
        {
            "title": say(known[key].title),
            "href": f"{reverse('procedure', args=[slug, key])}?parent={loaded.run.reference}",
        }
        for key in loaded.procedure.related
        if key in known
    ]


def business_days(facts: Facts, step: Step) -> Item:
    """Count off the days of notice that a step asks for; empty where none are counted."""
    gate = next((g for g in step.gates if isinstance(g.rule, BusinessNotice)), None)
    if gate is None or not isinstance(facts.values.get(_rule(gate).received), datetime):
        return {}
    calendar = facts.calendar
    if calendar is None:
        return {}
    received = facts.local_date(facts.values[_rule(gate).received])
    try:
        days = _days(calendar, received, _rule(gate).days)
    except CalendarEnds:
        return {}
    return {"days": days, "calendar": calendar.version}


def _rule(gate: Gate) -> BusinessNotice:
    assert isinstance(gate.rule, BusinessNotice)
    return gate.rule


def _days(calendar: Calendar, received: Any, count: int) -> list[Item]:
    last = calendar.add_business_days(calendar.received_on(received), count)
    counted_from = calendar.received_on(received)
    shown, day, number = [], received, 0
    while day <= last:
        kind, name = "weekend", ""
        if day == counted_from:
            kind = "received"
        elif calendar.is_business_day(day):
            number += 1 if day > counted_from else 0
            kind = "first" if day == last else "business"
        elif day in calendar.holidays or day in calendar.closings:
            kind = "holiday" if day in calendar.holidays else "closing"
            name = say(calendar.why_not(day))
        counted = number if kind in {"business", "first"} and number else None
        shown.append({"date": day, "kind": kind, "name": name, "number": counted})
        day += timedelta(days=1)
    return shown
