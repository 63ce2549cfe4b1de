"""The steps of a run as a page shows them: what state each is in now, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from procedures.change import Loaded
from procedures.decide.complete import acknowledged, overridden
from procedures.decide.shared import gate_fields
from procedures.definition import Gate, Judged, Step
from procedures.models import RunStep
from procedures.present import rights
from procedures.present.language import say
from procedures.present.verdicts import judged_card


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with everything that is derived when it is read, never stored."""

    step: Step
    row: RunStep
    number: int
    state: str
    ready: bool
    mine: bool
    revivable: bool
    judged: tuple[Judged, ...]
    overridden: tuple[Judged, ...]
    unjudged: tuple[Gate, ...]
    unacknowledged: bool
    waits: tuple[Step, ...]
    who: str

    @property
    def blocks(self) -> tuple[Judged, ...]:
        """List the verdicts that hold the step back now."""
        done = {id(one) for one in self.overridden}
        return tuple(
            one for one in self.judged if one.verdict.level == "blocked" and id(one) not in done
        )

    @property
    def blocked(self) -> bool:
        """Say whether a rule holds the step back now."""
        return bool(self.blocks)

    @property
    def form_first(self) -> bool:
        """Say whether the form is what to do now; while a time is waited for it is folded away.

        A block that other values of this very form would lift leaves the form open.
        """
        own = set(self.step.fields)
        return not self.blocked or all(
            own & set(gate_fields(one.gate)) or _about_person(one) for one in self.blocks
        )


def _about_person(one: Judged) -> bool:
    return "actor" in one.gate.rule.inputs()


def views_of(loaded: Loaded, now: datetime) -> list[StepView]:
    """Derive the state of every step."""
    return [_view(loaded, step, place, now) for place, step in enumerate(loaded.procedure.steps, 1)]


def _view(loaded: Loaded, step: Step, number: int, now: datetime) -> StepView:
    row = loaded.steps[step.key]
    applies = loaded.procedure.applies(step, loaded.values)
    pending = row.state == "pending" and applies and loaded.run.state == "open"
    keys = loaded.procedure.waits_for(step.key, loaded.values, loaded.finished) if pending else ()
    ready = pending and not keys
    revivable = rights.revivable(loaded, step, now)
    judged = step.judge(loaded.facts) if pending or revivable else ()
    lifted = tuple(
        one
        for one in judged
        if one.verdict.level == "blocked" and overridden(loaded, row, loaded.facts, one)
    )
    gates = {id(one.gate) for one in judged}
    mine = (ready and rights.may_do(loaded, step)) or revivable
    view = StepView(
        step=step,
        row=row,
        number=number,
        state="",
        ready=ready,
        mine=mine,
        revivable=revivable,
        judged=judged,
        overridden=lifted,
        unjudged=tuple(g for g in step.gates if id(g) not in gates) if ready else (),
        unacknowledged=any(
            one.verdict.level == "caution" and not acknowledged(loaded, row, loaded.facts, one)
            for one in judged
        ),
        waits=_nearest(loaded, step, keys),
        who=rights.waited_for(loaded, step),
    )
    closed = loaded.run.state != "open"
    return _with_state(view, applies=applies, closed=closed)


def _nearest(loaded: Loaded, step: Step, keys: tuple[str, ...]) -> tuple[Step, ...]:
    """Name what is waited for: the steps directly before, or those far before that are open."""
    direct = set(loaded.procedure.dependencies(step.key, loaded.values))
    shown = [key for key in keys if key in direct] or keys
    return tuple(loaded.procedure.step_by_key[key] for key in shown)


def _with_state(view: StepView, *, applies: bool, closed: bool) -> StepView:
    stored = {"completed": "done", "skipped": "skipped", "expired": "expired"}
    state = stored.get(str(view.row.state), "")
    if not state:
        if not applies or closed:
            state = "not_applicable"
        elif not view.ready:
            state = "pending"
        elif view.blocked:
            state = "blocked"
        else:
            state = "ready" if view.mine else "waiting"
    return replace(view, state=state)


def next_of(views: list[StepView]) -> StepView | None:
    """Choose the one next step: mine and possible, then mine, then whoever's."""
    ready = [view for view in views if view.ready or view.revivable]
    for wanted in (
        [v for v in ready if v.mine and (not v.blocked or v.form_first)],
        [v for v in ready if v.mine],
        ready,
    ):
        if wanted:
            return wanted[0]
    return None


def cards_of(view: StepView) -> list[dict[str, Any]]:
    """Shape the verdicts of a step, the worst first; an overridden block says so."""
    order = {"blocked": 0, "caution": 1, "allowed": 2}
    lifted = {id(one) for one in view.overridden}
    cards = []
    for one in sorted(view.judged, key=lambda one: order[one.verdict.level]):
        shown = judged_card(one)
        if id(one) in lifted:
            shown |= {"level": "caution", "never": False, "title": _("Overridden by a manager")}
        cards.append(shown)
    return cards


def countdown(loaded: Loaded, view: StepView, now: datetime) -> dict[str, Any]:
    """Return the nearest end that matters for a step: of a verdict, or a deadline."""
    ends: list[tuple[datetime, str]] = []
    for one in view.judged:
        end = one.verdict.closes_at
        if end and end > now and one.verdict.level != "blocked":
            allowed = one.verdict.level == "allowed"
            ends.append((end, _("Possible until") if allowed else _("Careful until")))
    words = {"expire": _("Expires at"), "alarm": _("Alarm at")}
    for due in loaded.deadlines:
        coming = due.state == "pending" and due.due_at > now
        if due.step == view.step.key and coming and due.action in words:
            ends.append((due.due_at, words[due.action]))
    if not ends:
        return {}
    at, label = min(ends)
    hours = (at - now).total_seconds() / 3600
    return {
        "at": at,
        "at_label": label,
        "at_tone": "stop" if hours < 1 else "caution" if hours < 24 else "",
    }


def step_rows(
    views: list[StepView],
    loaded: Loaded,
    chosen: str,
    told: Mapping[tuple[str, int], Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Shape every step for the component ``step_list``; ``told`` is what events say of rounds."""
    rows = []
    for view in views:
        body = told.get((view.step.key, view.row.round), {})
        done = view.row.recorded_at is not None
        rows.append(
            {
                "title": say(view.step.title),
                "state": view.state,
                "href": f"#step-{view.step.key}" if view.ready or view.revivable else "",
                "by": loaded.names.get(view.row.actor_id or 0, "") if done else "",
                "at": view.row.performed_at if done else None,
                "actor": view.who if view.state in {"ready", "waiting", "blocked"} else "",
                "late": bool(body.get("late")),
                "note": _row_note(view, body),
                "round": view.row.round,
                "next": view.step.key == chosen,
            }
        )
    return rows


def _row_note(view: StepView, body: Mapping[str, Any]) -> str:
    if view.waits:
        names = ", ".join(say(step.title) for step in view.waits)
        words = _("First: %(steps)s") % {"steps": names}
        closed = [one for one in view.blocks if one.verdict.opens_at]
        return " · ".join([words, *[judged_card(one)["reason"] for one in closed]])
    if view.ready and view.blocked:
        return str(judged_card(view.blocks[0])["reason"])
    return str(body.get("note") or body.get("reason") or "")
