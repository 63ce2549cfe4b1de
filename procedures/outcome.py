"""What comes of a command: carried out, refused, stored before; or why it could not be asked."""

from dataclasses import dataclass

from procedures.change import Refusal
from procedures.models import Run


@dataclass(slots=True)
class Result:
    """What came of a command. ``repeated``: the same submission was stored before."""

    run: Run | None
    number: int
    refusal: Refusal | None = None
    repeated: bool = False
    joined: bool = False

    @property
    def done(self) -> bool:
        """Say whether the command was carried out."""
        return self.refusal is None


class Busy(Exception):
    """The same row was changed by others each time; try again in a moment."""


class SubmissionReused(Exception):
    """The submission id was used before with another content (HTTP 422)."""
