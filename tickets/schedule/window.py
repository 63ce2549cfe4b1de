"""The window of a change of domain as it stands: whose word it is, and how often it moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from procedures.models import Run, RunStep, Value
from procedures.selectors.runs import newest_body

PROCEDURE = "domain_change"
OPEN_STATES = frozenset({"open", "completed"})
_STEPS = ("request", "propose", "agree", "confirm_schedule")
_PROPOSED = ("work_start", "work_end")
_COUNTERED = ("counter_start", "counter_end")


@dataclass(frozen=True, slots=True)
class Window:
    """A span of work. Both ends are aware, the end not included.

    ``state``: proposed (by support), countered (by the tenant), agreed (by the tenant),
    confirmed (by both sides), withdrawn (being rescheduled), cancelled (the ticket has
    ended without it). ``sequence`` grows whenever the window or its state changes.
    """

    start: datetime
    end: datetime
    state: str
    sequence: int = 0

    @property
    def fixed(self) -> bool:
        """Say whether both sides have confirmed."""
        return self.state == "confirmed"

    @property
    def stands(self) -> bool:
        """Say whether anybody still means it."""
        return self.state not in {"withdrawn", "cancelled"}


def window_of(run: Run) -> Window | None:
    """Read the window of a run as it stands; None while nobody has named one. Two queries."""
    values = Value.objects.filter(run=run, field__in=(*_PROPOSED, *_COUNTERED))
    rows = list(values.order_by("pk").values_list("field", "value", "at"))
    if not rows:
        return None
    steps = RunStep.objects.filter(run=run, key__in=_STEPS)
    history = list(steps.order_by("key", "round").values_list("key", "round", "state"))
    newest = {key: state for key, _round, state in history}
    state = _state(run, newest, history)
    known = {field: value for field, value, _at in rows if value}
    ends = _COUNTERED if state == "countered" and _COUNTERED[0] in known else _PROPOSED
    if not set(ends) <= set(known):
        return None
    start, end = (datetime.fromisoformat(str(known[key])).astimezone(UTC) for key in ends)
    return Window(start, end, state, _sequence(run, len(rows), history))


def _state(run: Run, newest: dict[str, str], history: Iterable[Any]) -> str:
    if str(run.state) not in OPEN_STATES:
        return "cancelled"
    if newest.get("confirm_schedule") == "completed":
        return "confirmed"
    if newest.get("request") == "pending":
        return "withdrawn"
    if newest.get("agree") == "completed":
        return "agreed"
    if newest.get("propose") == "completed":
        return "proposed"
    # Only where somebody went back is it asked which way it was.
    body = newest_body(run.stream, "step.returned")
    return "countered" if body.get("way") == "counter" else "withdrawn"


def _sequence(run: Run, moved: int, history: list[tuple[str, int, str]]) -> int:
    """Count what only ever grows: values written, rounds begun and done, the end."""
    turns = [state for key, _n, state in history if key in {"propose", "confirm_schedule"}]
    ended = str(run.state) not in OPEN_STATES
    # The first proposal: two values, a round of each step, one of them done.
    return max(0, moved + len(turns) + turns.count("completed") + ended - 5)
