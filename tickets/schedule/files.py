"""What is on file about the dates of many tickets at once: values, steps, what was judged."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from audit.models import Body, Event
from procedures.models import Run, RunStep, Value

_VALUES = ("received", "work_start", "work_end")
_STEPS = ("request", "propose", "confirm_schedule", "start_work")
_JUDGED = ("propose", "confirm_schedule")


@dataclass(slots=True)
class File:
    """One ticket: its dates, its steps, and the verdicts of the newest judgement of a date."""

    run: Run
    values: dict[str, datetime] = field(default_factory=dict)
    states: dict[str, tuple[str, datetime | None]] = field(default_factory=dict)
    bodies: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def received(self) -> datetime | None:
        """Return when the request was received."""
        return self.values.get("received")

    @property
    def start(self) -> datetime | None:
        """Return the start of the window."""
        return self.values.get("work_start")

    @property
    def end(self) -> datetime | None:
        """Return the end of the window."""
        return self.values.get("work_end")

    @property
    def judged_step(self) -> str:
        """Name the step whose verdict the date rests on; empty where it rests on none."""
        if self._done("start_work") or self._state("request") == "pending":
            return ""
        if self._done("confirm_schedule"):
            return "confirm_schedule"
        return "propose" if self._done("propose") else ""

    @property
    def performed_at(self) -> datetime | None:
        """Return when that step was done."""
        return self.states.get(self.judged_step, ("", None))[1]

    @property
    def verdicts(self) -> dict[str, Mapping[str, Any]]:
        """Map the rules to what they said when the date was last judged."""
        body = self.bodies.get(self.judged_step) or {}
        return {str(one.get("rule")): one for one in body.get("verdicts") or ()}

    def _state(self, key: str) -> str:
        return self.states.get(key, ("", None))[0]

    def _done(self, key: str) -> bool:
        return self._state(key) == "completed"


def files_of(runs: Sequence[Run]) -> list[File]:
    """Read the files of some tickets; three queries."""
    found = {run.pk: File(run) for run in runs}
    if not found:
        return []
    values = Value.objects.filter(run__in=found, field__in=_VALUES).order_by("pk")
    for pk, name, stored in values.values_list("run", "field", "value"):
        if stored:
            found[pk].values[name] = datetime.fromisoformat(stored).astimezone(UTC)
    steps = RunStep.objects.filter(run__in=found, key__in=_STEPS).order_by("round")
    for pk, key, state, at in steps.values_list("run", "key", "state", "performed_at"):
        found[pk].states[key] = (state, at)
    by_stream = {run.stream: found[run.pk] for run in runs}
    for stream, body in _judgements(list(by_stream)):
        by_stream[stream].bodies[str(body["step"])] = body
    return list(found.values())


def _judgements(streams: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what completed or reconfirmed a step with a date, oldest first."""
    text = Body.objects.filter(stream=OuterRef("stream"), number=OuterRef("number"))
    kinds = ("step.completed", "step.reconfirmed")
    events = Event.objects.filter(stream__in=streams, kind__in=kinds)
    events = events.annotate(text=Subquery(text.values("body")[:1])).order_by("number")
    for stream, stored in events.values_list("stream", "text"):
        body = json.loads(stored) if stored else {}
        if body.get("step") in _JUDGED and body.get("verdicts"):
            yield stream, body
