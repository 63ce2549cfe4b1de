"""A procedure as its page shows it: the FAQ's words, the steps, the rules at each."""

from typing import Any

from procedures.definition import Gate, Procedure, Step
from procedures.present.language import say
from procedures.present.run_cards import who
from procedures.whatif import roles_of

type Item = dict[str, Any]


def outline(procedure: Procedure) -> list[Item]:
    """List the steps with who does them, where to click and what is checked."""
    return [_step(procedure, step, n) for n, step in enumerate(procedure.steps, start=1)]


def _step(procedure: Procedure, step: Step, number: int) -> Item:
    return {
        "key": step.key,
        "number": number,
        "title": say(step.title),
        "text": say(step.text),
        "who": who(roles_of(procedure, step)),
        "menu": step.menu,
        "quote": step.quote,
        "ours": bool(step.ours),
        "ours_note": say(step.ours),
        "conditional": bool(step.when),
        "rules": [_rule(gate) for gate in step.gates],
    }


def _rule(gate: Gate) -> Item:
    """Show the sentence a rule rests on, or what we read into it."""
    return {"quote": gate.quote, "ours": bool(gate.ours), "ours_note": say(gate.ours)}
