"""Ways back, with what is proposed instead; and standing by what was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from procedures.change import Change, Loaded, NotPossible, Refusal, Tell
from procedures.commands import GoBack, Reconfirm
from procedures.decide import shared, who
from procedures.decide.complete import reopen_covering
from procedures.decide.finish import finish
from procedures.definition import Judged, Return, worst
from procedures.rules.values import store_value


def go_back(loaded: Loaded, command: GoBack, now: datetime) -> Change:
    """Take a way back: the steps it names become pending again.

    Raises NotPossible, and InvalidInput for what is proposed instead.
    """
    shared.require_open(loaded)
    way = next((one for one in loaded.procedure.returns if one.key == command.way), None)
    if way is None or not _passable(loaded, way):
        raise NotPossible("way_closed")
    if not command.reason.strip():
        raise NotPossible("reason_required")
    if not who.may(loaded, "run.go_back", way.roles):
        return shared.refuse(loaded, shared.role_refusal(way.after, way.roles))
    new = shared.read_values(loaded.procedure, way.fields, command.values, loaded.values)
    judged = _judged(loaded, way, new, now)
    if worst(judged) == "blocked":
        return shared.refuse(loaded, Refusal("blocked", {}, judged, way.after))
    return _gone_back(loaded, way, command.reason.strip(), new, judged, now)


def _passable(loaded: Loaded, way: Return) -> bool:
    return way.after in loaded.finished and way.before not in loaded.finished


def _judged(
    loaded: Loaded, way: Return, new: Mapping[str, Any], now: datetime
) -> tuple[Judged, ...]:
    facts = shared.with_values(loaded.facts, new, now, now)
    return tuple(
        Judged(gate, gate.rule.judge(facts)) for gate in way.gates if gate.rule.ready(facts)
    )


def _gone_back(
    loaded: Loaded,
    way: Return,
    reason: str,
    new: Mapping[str, Any],
    judged: tuple[Judged, ...],
    now: datetime,
) -> Change:
    change = Change(values=dict(new))
    before = frozenset(s.key for s in loaded.procedure.ready(loaded.values, loaded.finished))
    loaded.values = {**loaded.values, **new}
    loaded.value_at = {**loaded.value_at, **dict.fromkeys(new, now)}
    done = [key for key in way.resets if loaded.steps[key].state != "pending"]
    again = [shared.next_round(loaded, change, key) for key in done]
    again += reopen_covering(loaded, change, frozenset(new), keep=frozenset(way.resets))
    body: dict[str, Any] = {
        "way": way.key,
        "reason": reason,
        "steps": [shared.step_effect(row) for row in again],
    }
    if way.fields:
        given = {key: store_value(loaded.values.get(key)) for key in way.fields}
        body |= {"values": given, "verdicts": [shared.verdict_body(one) for one in judged]}
    change.events.append(shared.event(loaded, "step.returned", body))
    finish(loaded, change, now, before - {row.key for row in again})
    return change


def reconfirm(loaded: Loaded, command: Reconfirm, now: datetime) -> Change:
    """Stand by a completed step: what its gates say now is recorded, nothing else changes.

    PROCEDURES: a later calendar version never changes a confirmed date by itself; a person
    looks again. Judged at the time the step was done. Raises NotPossible.
    """
    shared.require_open(loaded)
    step = shared.step_of(loaded, command.step)
    row = loaded.steps[step.key]
    if row.state != "completed" or row.performed_at is None or not step.gates:
        raise NotPossible("nothing_to_confirm")
    if not command.reason.strip():
        raise NotPossible("reason_required")
    if not who.may(loaded, "run.reconfirm", step.roles):
        return shared.refuse(loaded, shared.role_refusal(step.key, step.roles))
    judged = step.judge(shared.at(loaded.facts, row.performed_at, now))
    body = {
        "step": step.key,
        "round": row.round,
        "reason": command.reason.strip(),
        "verdicts": [shared.verdict_body(one) for one in judged],
    }
    change = Change(events=[shared.event(loaded, "step.reconfirmed", body)])
    titles = [{"ko": step.title.ko, "en": step.title.en}]
    told = {"steps": titles, "reason": command.reason.strip()}
    change.tells.append(Tell(("requester", *loaded.procedure.tells_on_open), "reconfirmed", told))
    return change
