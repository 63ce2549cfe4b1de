"""What somebody wants to know: a step at a time, and what is given about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from procedures.definition import ROLES, Procedure, Step
from procedures.rules.values import Problem, parse_datetime

type Pairs = list[tuple[str, str]]


class BadQuestion(ValueError):
    """The question cannot be asked: something is unknown, unreadable, or nothing is given."""


@dataclass(frozen=True, slots=True)
class Question:
    """A step and a moment, which is now and performed_at at once.

    ``values`` are as typed, by field; ``done`` says when steps were completed, ``used`` when
    a limit was last used for the service asked about. ``role`` empty: who may is not asked.
    """

    step: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    done: Mapping[str, datetime] = field(default_factory=dict)
    used: Mapping[str, datetime] = field(default_factory=dict)
    role: str = ""

    def check(self, procedure: Procedure) -> Step:
        """Return the step that is asked about. Raises BadQuestion naming what is unknown."""
        step = procedure.step_by_key.get(self.step)
        if step is None:
            raise _unknown("step", self.step, procedure.step_by_key)
        for key in self.done:
            if key not in procedure.step_by_key:
                raise _unknown("step", key, procedure.step_by_key)
        for key in self.values:
            if key not in procedure.field_by_key:
                raise _unknown("field", key, procedure.field_by_key)
        for key in self.used:
            if key not in procedure.limits:
                raise _unknown("limit", key, procedure.limits)
        if self.role and self.role not in ROLES:
            raise _unknown("role", self.role, ROLES)
        return step


def _unknown(kind: str, given: str, known: Iterable[str]) -> BadQuestion:
    names = ", ".join(known) or "none"
    return BadQuestion(f"unknown {kind} {given!r}; known: {names}")


def read_moment(raw: str, option: str) -> datetime:
    """Read date, time and offset. Raises BadQuestion naming the option."""
    try:
        return parse_datetime(raw)
    except Problem as problem:
        raise BadQuestion(
            f"{option}: {raw!r} is no time; give date, time and offset, "
            "for example 2026-11-23T09:30+09:00"
        ) from problem


def read_pairs(given: Iterable[str], option: str) -> Pairs:
    """Split NAME=VALUE at the first sign of equality; the value is kept to the letter."""
    pairs = []
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise BadQuestion(f"{option}: {one!r} is not of the form NAME=VALUE")
        pairs.append((name, value))
    return pairs
