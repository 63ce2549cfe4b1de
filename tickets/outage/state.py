"""Where a change of domain stands in its window: planned, out of service, resumed, rolled back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from procedures.change import Loaded
from procedures.rules.timing import elapsed

# 작업 및 안정화 최대 8시간; the marks are those of the warnings.
MARKS = (timedelta(hours=6), timedelta(hours=7, minutes=30), timedelta(hours=8))
LONGEST = MARKS[-1]
_FINISHED = frozenset({"completed", "skipped"})
# A run that ended otherwise keeps its steps as they were, but nobody means its date any more.
_HELD = frozenset({"open", "completed"})


@dataclass(frozen=True, slots=True)
class Window:
    """A window as it stands at ``now``; moments are UTC, None where they have not come.

    ``state``: arranging, scheduled, preparing, out, stabilising, resumed, rolled_back, or how
    the run ended before (cancelled, refused, expired). ``fixed`` says that both sides have
    confirmed and that it was not given up since: else no date may be told. ``alarmed`` says that
    the overrun stands in the history; ``over`` is by how much the outage was or is longer than
    eight hours.
    """

    state: str
    fixed: bool
    now: datetime
    start: datetime | None = None
    end: datetime | None = None
    started: datetime | None = None
    stabilised: datetime | None = None
    resumed: datetime | None = None
    alarmed: bool = False

    @property
    def given_up(self) -> bool:
        """Say whether the change has ended without being made."""
        return self.state in {"cancelled", "refused", "expired"}

    @property
    def is_out(self) -> bool:
        """Say whether mail is out of service now."""
        return self.state in {"out", "stabilising"}

    @property
    def latest(self) -> datetime | None:
        """Return when the eight hours end; unknown before the start."""
        return elapsed(self.started, LONGEST) if self.started else None

    @property
    def lasted(self) -> timedelta | None:
        """Return how long the service was out, or has been so far."""
        if self.started is None:
            return None
        if self.resumed is None and not self.is_out:
            return None
        return (self.resumed or self.now) - self.started

    @property
    def over(self) -> timedelta | None:
        """Return by how much it is longer than eight hours; None within them, the last included."""
        lasted = self.lasted
        return lasted - LONGEST if lasted is not None and lasted > LONGEST else None

    @property
    def turns(self) -> list[datetime]:
        """List the moments at which what the page says changes by itself."""
        if self.started is None:
            return [self.start] if self.fixed and self.start else []
        return [elapsed(self.started, mark) for mark in MARKS] if self.is_out else []


def window_of(loaded: Loaded, now: datetime) -> Window:
    """Read the window of a change of domain out of its steps and values."""
    done = {key: step.performed_at for key, step in loaded.steps.items() if step.state in _FINISHED}
    fixed = "confirm_schedule" in done and (loaded.run.state in _HELD or "resume" in done)
    overrun = [one for one in loaded.deadlines if one.key == "overrun" and one.state == "fired"]
    return Window(
        state=_state(loaded, frozenset(done)),
        fixed=fixed,
        now=now,
        start=loaded.values.get("work_start"),
        end=loaded.values.get("work_end"),
        started=done.get("start_work"),
        stabilised=done.get("stabilise"),
        resumed=done.get("resume"),
        alarmed=bool(overrun),
    )


def _state(loaded: Loaded, done: frozenset[str]) -> str:
    if "resume" in done:
        return "rolled_back" if loaded.values.get("resumed_on") == "old" else "resumed"
    if loaded.run.state != "open":
        return str(loaded.run.state)
    if "start_work" in done:
        return "stabilising" if "stabilise" in done else "out"
    if "confirm_schedule" in done:
        return "preparing" if "notify_users" in done else "scheduled"
    return "arranging"
