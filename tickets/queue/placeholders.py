"""Names in braces of a template: checked when it is saved, filled in for a run."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.zones import zone_at
from procedures import calendar_facts
from procedures.change import Loaded
from procedures.definition import Judged
from procedures.rules.base import Text
from procedures.rules.wording import render, show

MISSING = Text("(아직 정해지지 않음)", "(not set yet)")
OPEN = Text("(아직 확정되지 않음)", "(not confirmed yet)")
_FINISHED = frozenset({"completed", "skipped"})
# A name, or the particle that follows it in both forms: {new_main}{new_main:으로/로}.
_FITS = re.compile(r"\{(\w+)(?::[^{}/]+/[^{}/]+)?\}")
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")

NAMES: Mapping[str, str | Promise] = {
    "reference": _("number of the ticket"),
    "company": _("name of the company"),
    "requester": _("who asked"),
    "current_main": _("current main domain"),
    "new_main": _("new main domain"),
    "received": _("when the request was received"),
    "desired_start": _("start that was asked for"),
    "work_start": _("start of the work"),
    "work_end": _("planned resumption"),
    "first_date": _("first possible date"),
    "notice_reason": _("what the rule of the 7 business days says of the proposed date"),
    "dns_found": _("each domain with the MX expected and found"),
    "outlook_guide": _("address of the Outlook guide"),
    "resumed_at": _("when the service was resumed"),
    "resumed_on": _("domain on which it was resumed"),
}


def wrong_in(body: str) -> list[str]:
    """List what stands in braces in a template and is none of the names, in order."""
    found = []
    for piece in _BRACES.findall(body):
        match = _FITS.fullmatch(piece)
        if match is None or match[1] not in NAMES:
            found.append(piece)
    return list(dict.fromkeys(found))


def fill(body: str, loaded: Loaded, language: str, now: datetime) -> str:
    """Fill a template in for a run, in its company's zone; what is missing says so."""
    zone = zone_at(loaded.run.tenant, now)
    params = {name: find(loaded, language, zone) for name, find in _FINDERS.items()}
    told = {name: value or MISSING for name, value in params.items()}
    return render(Text(body, body), told, language, zone)


type Finder = Callable[[Loaded, str, ZoneInfo], Any]


def _value(key: str) -> Finder:
    return lambda loaded, language, zone: loaded.values.get(key)


def _stands(loaded: Loaded) -> bool:
    """Say whether anybody still means the window whose values are stored."""
    if loaded.run.state not in {"open", "completed"} and not _finished(loaded, "resume"):
        return False
    return _finished(loaded, "propose")


def _finished(loaded: Loaded, key: str) -> bool:
    step = loaded.steps.get(key)
    return step is not None and step.state in _FINISHED


def _window(key: str) -> Finder:
    """Tell an end of the window while it stands, and that it is open until both have confirmed."""

    def find(loaded: Loaded, language: str, zone: ZoneInfo) -> Any:
        value = loaded.values.get(key)
        if value is None or not _stands(loaded):
            return None
        if _finished(loaded, "confirm_schedule"):
            return value
        return f"{show(value, language, zone)} {show(OPEN, language, zone)}"

    return find


def _notice(loaded: Loaded, zone: ZoneInfo) -> Judged | None:
    """Judge the seven business days: on the date proposed, else the one asked for, else today."""
    gates = (gate for step in loaded.procedure.steps for gate in step.gates)
    gate = next((one for one in gates if one.rule.name == "BusinessNotice"), None)
    facts, values = loaded.facts, loaded.values
    proposed = values.get("work_start") if _stands(loaded) else None
    start = proposed or values.get("desired_start") or values.get("received")
    calendar = facts.calendar or calendar_facts.current_calendar()
    facts = facts.but(values={**values, "work_start": start}, calendar=calendar, zone=zone)
    if gate is None or not gate.rule.ready(facts):
        return None
    return Judged(gate, gate.rule.judge(facts))


def _first_date(loaded: Loaded, language: str, zone: ZoneInfo) -> Any:
    judged = _notice(loaded, zone)
    return judged.verdict.params.get("first_date") if judged else None


def _notice_reason(loaded: Loaded, language: str, zone: ZoneInfo) -> str:
    """Say what the rule says of the date at hand; without any date there is nothing to say."""
    judged = _notice(loaded, zone)
    dates = {"work_start", "desired_start"} if _stands(loaded) else {"desired_start"}
    if judged is None or not dates & {*_known(loaded)}:
        return ""
    verdict = judged.verdict
    return render(judged.gate.rule.texts[verdict.code], verdict.params, language, zone)


def _known(loaded: Loaded) -> list[str]:
    return [key for key, value in loaded.values.items() if value is not None]


def _dns_found(loaded: Loaded, language: str, zone: ZoneInfo) -> str:
    """Write a line for each domain that is not right yet: what is expected, what was found."""
    words = Text(
        "{domain}: 기대 {expected} / 확인 {found}", "{domain}: expected {expected} / found {found}"
    )
    none = Text("없음", "none")
    lines = []
    wanted = {loaded.values.get("new_main"), *(loaded.values.get("multi_domains") or ())}
    for probe in (loaded.facts.probes or {}).values():
        if probe.outcome == "right" or probe.domain not in wanted:
            continue
        told = {
            "domain": probe.domain,
            "expected": ", ".join(probe.expected) or show(none, language, zone),
            "found": ", ".join(probe.found) or show(none, language, zone),
        }
        lines.append(render(words, told, language, zone))
    return "\n".join(lines)


def _resumed_on(loaded: Loaded, language: str, zone: ZoneInfo) -> Any:
    key = {"new": "new_main", "old": "current_main"}.get(str(loaded.values.get("resumed_on")), "")
    return loaded.values.get(key)


_FINDERS: Mapping[str, Finder] = {
    "reference": lambda loaded, language, zone: loaded.run.reference,
    "company": lambda loaded, language, zone: loaded.run.tenant.name,
    "requester": lambda loaded, language, zone: loaded.run.requester.get_full_name(),
    "current_main": _value("current_main"),
    "new_main": _value("new_main"),
    "received": _value("received"),
    "desired_start": _value("desired_start"),
    "work_start": _window("work_start"),
    "work_end": _window("work_end"),
    "first_date": _first_date,
    "notice_reason": _notice_reason,
    "dns_found": _dns_found,
    "outlook_guide": lambda loaded, language, zone: (
        loaded.values.get("outlook_guide") or loaded.run.tenant.outlook_guide_url
    ),
    "resumed_at": lambda loaded, language, zone: loaded.facts.done.get("resume"),
    "resumed_on": _resumed_on,
}
