"""What a person, or time itself, may ask of a run; one value each, frozen but for the busiest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Raw = Mapping[str, Any]


@dataclass(slots=True)
class CompleteStep:
    """Complete a step. ``values`` are as typed; ``performed_at`` is aware, None means now.

    ``seen`` is the digest of the values that the page showed, empty when nothing was shown.
    """

    step: str
    values: Raw = field(default_factory=dict)
    performed_at: datetime | None = None
    note: str = ""
    acknowledgement: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class SkipStep:
    """Leave a step out, with a reason."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve the values covered; ``declare`` stands in for an approver where nobody is."""

    step: str
    note: str = ""
    declare: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """Send the run back to its request, or refuse it finally."""

    step: str
    reason: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Acknowledge in writing what a step's caution says."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Override:
    """Override a blocked gate that allows it."""

    step: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Amend:
    """Change values that were given before."""

    values: Raw
    reason: str


@dataclass(frozen=True, slots=True)
class Join:
    """Add rows to a collecting run: one's own, or for the requester who is named."""

    rows: tuple[str, ...]
    requester_id: int | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take one's own rows back."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoBack:
    """Take one of the procedure's ways back; ``values`` are what is proposed instead."""

    way: str
    reason: str
    values: Raw = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reconfirm:
    """Stand by a completed step under the facts as they are now; nothing else changes."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the run."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Make steps of a completed run pending again."""

    steps: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RecordIncident:
    """Say that something blocked was done all the same; the step is not completed."""

    step: str
    performed_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class PassDeadline:
    """Time has passed: fire a deadline. Only the worker asks this."""

    deadline_id: int


Command = (
    CompleteStep | SkipStep | Approve | Reject | Acknowledge | Override | Amend | Join
    | Withdraw | GoBack | Reconfirm | Cancel | Reopen | RecordIncident | PassDeadline
)  # fmt: skip
