"""A step that can be done now, as the page draws it: what, who, where, until when, and its form."""

from typing import Any

from django.utils.translation import gettext as _

from procedures.definition import Step
from procedures.present import rights
from procedures.present import run as parts
from procedures.present.language import say
from procedures.present.steps import StepView, cards_of, countdown
from procedures.present.values import fillers, items
from procedures.present.verdicts import unjudged_card
from procedures.views.run_forms import CameBack, Desk, main_form, step_extras

type Part = dict[str, Any]


def panel(desk: Desk, view: StepView) -> Part:
    """Shape a step for ``run/panel.html``."""
    loaded, step = desk.loaded, view.step
    filled = fillers(loaded.procedure, loaded.values)
    back = desk.back if desk.back and desk.back.step == step.key else None
    shown: Part = {
        "key": step.key,
        "number": view.number,
        "total": len(loaded.procedure.steps),
        "title": say(step.title),
        "text": say(step.text, filled),
        "state": view.state,
        "actor": view.who,
        "mine": view.mine,
        "menu_path": step.menu,
        "quote": step.quote,
        "ours": say(step.ours),
        "copy": say(step.copy, filled),
        "covered": items(loaded.procedure, _others(step), loaded.values),
        "cards": back.cards if back and back.cards else cards_of(view),
        "unjudged": _sentences(view, step.quote),
        "back": back,
        "why_not": _why_not(desk, view),
        "late_entry": view.revivable,
        "days": parts.business_days(loaded.facts, step),
        "probe": _probe(desk, view),
        "extras": step_extras(desk, view),
        "folded": not view.form_first and not (back and back.command == "complete"),
        **countdown(loaded, view, desk.now),
    }
    for card in shown["cards"]:
        if card.get("closes_at") == shown.get("at"):
            # It is counted down above, once.
            card["closes_at"] = None
    if view.mine:
        shown |= main_form(desk, view)
        _ask_for_acknowledgement(shown, back)
    else:
        shown |= {"covered": [], "menu_path": "", "copy": ""}
    return shown


def _others(step: Step) -> list[str]:
    """Name the values a step stands for that its own form does not show already."""
    return [key for key in step.covers if key not in step.fields]


def _ask_for_acknowledgement(shown: Part, back: CameBack | None) -> None:
    """Show the field that a caution needs, and mark it as required."""
    shown["careful"] = shown.get("careful") or _was_careful(back)
    field = shown["form"].fields.get("acknowledgement")
    if field is not None:
        field.required = shown["careful"]


def _was_careful(back: CameBack | None) -> bool:
    return back is not None and any(card.get("level") == "caution" for card in back.cards)


def _sentences(view: StepView, quoted: str) -> list[Part]:
    """Return the sentences of gates that cannot be judged yet, each once."""
    found: list[Part] = []
    for gate in view.unjudged:
        card = unjudged_card(gate)
        if card not in found and (card["ours"] or card["quote"] not in ("", quoted)):
            found.append(card)
    return found


def _why_not(desk: Desk, view: StepView) -> str:
    if view.mine or not view.ready:
        return ""
    if view.step.kind == "approve":
        return rights.why_not_approve(desk.loaded, view.step)
    return ""


def _probe(desk: Desk, view: StepView) -> Part:
    """Return what the DNS said last, and where to ask again."""
    step, loaded = view.step, desk.loaded
    if not step.probe:
        return {}
    outcomes = {
        "right": _("right"),
        "wrong": _("wrong"),
        "disagree": _("servers disagree"),
        "timeout": _("no answer in time"),
        "none": _("nothing configured to compare with"),
    }
    domains: list[str] = []
    for key in step.probe_fields:
        value = loaded.values.get(key)
        domains += [str(v) for v in (value if isinstance(value, tuple) else (value,)) if v]
    looked = desk.looked(step.probe)
    rows = []
    for domain in dict.fromkeys(domains):
        seen = looked.get(domain)
        rows.append(
            {
                "domain": domain,
                "outcome": outcomes.get(seen.outcome, seen.outcome) if seen else "",
                "found": word_list(seen.found) if seen else "",
                "expected": word_list(seen.expected) if seen else "",
                "at": seen.at if seen else None,
            }
        )
    return {"rows": rows, "action": desk.action("probe", step.key) if view.mine else ""}


def word_list(values: list[str]) -> str:
    """Write several plain words in a row."""
    return ", ".join(values) if values else "—"
