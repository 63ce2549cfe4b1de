"""Verdicts as cards: level, the reason in words, when it opens, the sentence it rests on."""

from collections.abc import Iterable, Mapping
from typing import Any

from procedures.change import NotPossible, Refusal
from procedures.definition import Gate, Judged
from procedures.present.language import moment, say
from procedures.reasons import REASONS
from procedures.rules import RULES
from procedures.rules.base import WORST, Text, Verdict
from procedures.rules.values import PROBLEMS, Problem
from procedures.rules.wording import unpack

type Card = dict[str, Any]

_ROW = Text("{row}번째 줄: ", "Row {row}: ")
_STATES: Mapping[str, Text] = {
    "completed": Text("완료", "completed"),
    "cancelled": Text("취소", "cancelled"),
    "expired": Text("만료", "expired"),
    "refused": Text("최종 거절", "refused"),
}


def card(verdict: Verdict, text: Text, gate: Gate | None = None, quote: str = "") -> Card:
    """Shape one verdict for the component ``verdict``."""
    ours = gate.ours if gate else None
    closes = None if verdict.closes_at == verdict.opens_at else verdict.closes_at
    return {
        "level": verdict.level,
        "reason": say(text, verdict.params),
        "opens_at": verdict.opens_at if verdict.level != "allowed" else None,
        "closes_at": closes,
        "never": verdict.never,
        "quote": gate.quote if gate else quote,
        "ours": bool(ours),
        "ours_note": say(ours),
        "calendar": verdict.calendar or "",
        "rule": gate.rule.name if gate else "",
    }


def judged_card(one: Judged) -> Card:
    """Shape a judged gate."""
    return card(one.verdict, one.gate.rule.texts[one.verdict.code], one.gate)


def judged_cards(judged: Iterable[Judged]) -> list[Card]:
    """Shape judged gates, the worst first."""
    worst_first = sorted(judged, key=lambda one: -WORST[one.verdict.level])
    return [judged_card(one) for one in worst_first]


def unjudged_card(gate: Gate) -> Card:
    """Shape a gate whose inputs are not given yet: the sentence it rests on."""
    return {"quote": gate.quote, "ours": bool(gate.ours), "ours_note": say(gate.ours)}


def stored_reason(stored: Mapping[str, Any]) -> str:
    """Write a verdict as an event keeps it; a rule unknown by now shows its code."""
    rule = RULES.get(str(stored.get("rule")))
    text = rule.texts.get(str(stored.get("code"))) if rule else None
    if text is None:
        return f"{stored.get('rule')}: {stored.get('code')}"
    return say(text, _unpacked(stored))


def _unpacked(stored: Mapping[str, Any]) -> dict[str, Any]:
    params: Mapping[str, Any] = stored.get("params") or {}
    return {key: unpack(value) for key, value in params.items()}


def stored_opening(stored: Mapping[str, Any]) -> Any:
    """Return when a stored verdict said that it opens, if it did."""
    return moment(stored.get("opens_at"))


def reason(code: str, params: Mapping[str, Any]) -> str:
    """Write why the engine said no."""
    text = REASONS.get(code)
    if text is None:
        return code
    params = dict(params)
    if "state" in params:
        params["state"] = _STATES.get(str(params["state"]), params["state"])
    if isinstance(params.get("steps"), tuple):
        params["steps"] = ", ".join(say(title) for title in params["steps"])
    if isinstance(params.get("fields"), tuple):
        params["fields"] = ", ".join(say(name) for name in params["fields"])
    return say(text, params)


def stored_refusal(body: Mapping[str, Any]) -> str:
    """Write a refusal as an event keeps it."""
    return reason(str(body.get("code", "")), _unpacked(body))


def refusal_reason(refusal: Refusal | NotPossible) -> str:
    """Write a refusal, or why a command does not fit."""
    return reason(refusal.code, refusal.params)


def problem_reason(problem: Problem) -> str:
    """Write what is wrong with a value."""
    words = say(PROBLEMS[problem.code], problem.params)
    if "at_row" not in problem.params:
        return words
    return say(_ROW, {"row": problem.params["at_row"]}) + words
