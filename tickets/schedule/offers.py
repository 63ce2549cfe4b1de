"""Who proposed what when, what was countered and why, what was agreed: read out of the history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procedures.present.language import moment
from procedures.selectors.runs import Happened

type Body = Mapping[str, Any]
_ENDS = ("work_start", "work_end")
_COUNTER = ("counter_start", "counter_end")


@dataclass(frozen=True, slots=True)
class Mark:
    """Somebody did something at a time, perhaps for a reason."""

    by: str
    at: datetime
    reason: str = ""


@dataclass(slots=True)
class Offer:
    """One window that somebody named. ``kind``: proposed, countered or moved.

    ``outcome`` says how it ended: empty while it stands, else countered, rescheduled,
    rejected, replaced or cancelled.
    """

    kind: str
    start: datetime | None
    end: datetime | None
    made: Mark
    agreed: Mark | None = None
    confirmed: Mark | None = None
    reconfirmed: Mark | None = None
    outcome: str = ""
    over: Mark | None = None

    def close(self, outcome: str, mark: Mark) -> None:
        """Say how it ended, once."""
        if not self.outcome:
            self.outcome, self.over = outcome, mark


def offers_of(events: Iterable[Happened]) -> list[Offer]:
    """Read the offers out of a run's events, which come newest first; the newest offer first."""
    told = _Telling()
    for event in reversed(list(events)):
        told.hear(event)
    return list(reversed(told.offers))


class _Telling:
    """What is known while the history is read from its beginning."""

    def __init__(self) -> None:
        self.offers: list[Offer] = []
        self.values: dict[str, Any] = {}

    def hear(self, event: Happened) -> None:
        """Take one event in."""
        body = event.body
        self.values |= body.get("values") or {}
        mark = _mark(event)
        step = str(body.get("step") or "")
        if event.kind == "step.completed" and step == "propose":
            self._make("proposed", _ENDS, mark)
        elif event.kind == "step.returned":
            self._returned(str(body.get("way") or ""), mark)
        elif event.kind == "values.amended" and set(_ENDS) & set(body.get("values") or {}):
            self._moved(body, mark)
        elif event.kind in {"run.cancelled", "run.expired"} or body.get("final"):
            self._close("cancelled", mark)
        elif self.offers:
            self._about(event.kind, step, mark)

    def _about(self, kind: str, step: str, mark: Mark) -> None:
        newest = self.offers[-1]
        if kind in {"approval.granted", "approval.declared"} and step == "agree":
            newest.agreed = mark
        elif kind == "approval.rejected" and step == "agree":
            newest.close("rejected", mark)
        elif kind == "step.completed" and step == "confirm_schedule":
            newest.confirmed = mark
            newest.start, newest.end = self._span(_ENDS)
        elif kind == "step.reconfirmed":
            newest.reconfirmed = mark

    def _returned(self, way: str, mark: Mark) -> None:
        if way == "counter":
            self._close("countered", mark)
            self._make("countered", _COUNTER, mark)
        elif way == "reschedule":
            self._close("rescheduled", mark)

    def _moved(self, body: Body, mark: Mark) -> None:
        if not self.offers:
            return
        before = self.offers[-1]
        kept = body.get("kept") or ()
        self._make("moved", _ENDS, mark)
        if "agree" in kept:
            self.offers[-1].agreed = before.agreed
        if "confirm_schedule" in kept:
            self.offers[-1].confirmed = before.confirmed

    def _make(self, kind: str, keys: tuple[str, str], mark: Mark) -> None:
        self._close("replaced", mark)
        start, end = self._span(keys)
        self.offers.append(Offer(kind, start, end, mark))

    def _close(self, outcome: str, mark: Mark) -> None:
        if self.offers:
            self.offers[-1].close(outcome, mark)

    def _span(self, keys: tuple[str, str]) -> tuple[datetime | None, datetime | None]:
        start, end = (moment(self.values.get(key)) for key in keys)
        return start, end


def _mark(event: Happened) -> Mark:
    name = str((event.body.get("actor") or {}).get("name") or "")
    reason = str(event.body.get("reason") or event.body.get("note") or "")
    return Mark(name, event.at, reason)
