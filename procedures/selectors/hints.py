"""What a search already tells: values for the fields of a procedure's first step."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from procedures.definition import Field, Procedure
from procedures.rules import NotAfterNow, OneTimeOrInterval
from procedures.rules.values import Problem, parse_address, parse_domain
from procedures.selectors.countries import find_countries
from procedures.selectors.moments import Span, find_months, find_span
from procedures.selectors.words import spell_evenly

_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<![\w@.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w.-]*@)", re.ASCII)

Values = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Hints:
    """What was found in a text."""

    addresses: tuple[str, ...]
    domains: tuple[str, ...]
    countries: tuple[str, ...]
    months: tuple[str, ...]
    span: Span | None
    words: str

    def favours(self, procedure: Procedure) -> float:
        """Say how much what was found speaks for a procedure: who asks for countries travels."""
        kinds = {procedure.field_by_key[key].kind for key in procedure.steps[0].fields}
        return 0.5 * (bool(self.countries) and "country" in kinds) + 0.1 * (
            bool(self.months) and "month" in kinds
        )


def read_hints(text: str, now: datetime, zone: ZoneInfo, country: str = "") -> Hints:
    """Find addresses, domains, countries, months and times in what somebody typed."""
    addresses = _parsed(parse_address, _ADDRESS.findall(text))
    rest = _ADDRESS.sub(" ", text).lower()
    return Hints(
        addresses=addresses,
        domains=_parsed(parse_domain, _DOMAIN.findall(rest)),
        countries=find_countries(text, country),
        months=find_months(text, now, zone),
        span=find_span(text, now, zone),
        words=spell_evenly(text),
    )


def _parsed(parse: Any, found: list[str]) -> tuple[str, ...]:
    values: dict[str, None] = {}
    for one in found:
        try:
            values[parse(one.strip("."))] = None
        except Problem:
            continue
    return tuple(values)


def prefill(procedure: Procedure, hints: Hints) -> Values:
    """Return values for the first step, as they would be typed; only what is told."""
    first = procedure.steps[0]
    fields = [procedure.field_by_key[key] for key in first.fields]
    values = _times(procedure, hints)
    for kind, found in (("address", hints.addresses), ("country", hints.countries)):
        target = next((one for one in fields if one.kind == kind), None)
        if target and found:
            values[target.key] = found if target.many else found[:1]
    values |= _domains(fields, hints.domains)
    months = [one.key for one in fields if one.kind == "month"]
    if hints.months and months:
        values |= {months[0]: hints.months[:1], months[-1]: hints.months[-1:]}
    return values | _choices(fields, hints.words)


def _domains(fields: list[Field], found: tuple[str, ...]) -> Values:
    """One domain is the one that is new; of two the first is the present one."""
    targets = [one for one in fields if one.kind == "domain" and not one.many]
    if len(found) == 1:
        targets.sort(key=lambda one: bool(one.default))
    return {one.key: (domain,) for one, domain in zip(targets, found, strict=False)}


def _times(procedure: Procedure, hints: Hints) -> Values:
    span, values = hints.span, Values()
    if span is None:
        return values
    exact = span.first == span.last
    for gate in procedure.steps[0].gates:
        rule = gate.rule
        if isinstance(rule, OneTimeOrInterval):
            ends = {rule.start: span.first, rule.end: span.last}
            told = {rule.at: span.first} if exact else ends
        elif isinstance(rule, NotAfterNow) and exact:
            told = {rule.field: span.first}
        else:
            continue
        values |= {key: (at.isoformat(timespec="minutes"),) for key, at in told.items()}
    return values


def _choices(fields: list[Field], words: str) -> Values:
    """Fill a choice in where exactly one of its answers is named."""
    values = Values()
    for one in fields:
        if one.kind != "choice" or not one.open_choice:
            continue
        named = [
            choice.value
            for choice in one.choices
            if any(
                spell_evenly(label).strip() in words for label in (choice.label.ko, choice.label.en)
            )
        ]
        if len(named) == 1:
            values[one.key] = (named[0],)
    return values
