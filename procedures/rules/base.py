"""What every rule is made of: texts, verdicts, and the class that judges."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple

from procedures.rules.facts import Facts

Level = Literal["allowed", "caution", "blocked"]
_NOTHING: Mapping[str, Any] = MappingProxyType({})
WORST: Mapping[str, int] = {"allowed": 0, "caution": 1, "blocked": 2}


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Korean and in English."""

    ko: str
    en: str


class Verdict(NamedTuple):
    """What a rule answers, and until when the answer stays the same.

    ``opens_at`` is the earliest aware time at which the act is permitted, None when it
    already is or never will be. ``closes_at`` ends the band of the present answer: the
    last instant of an elapsed span, the next local midnight of a span of days.
    ``code`` names one of the rule's texts; ``params`` fill it in.
    """

    level: Level
    code: str
    params: Mapping[str, Any] = _NOTHING
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    calendar: str | None = None

    @property
    def never(self) -> bool:
        """Say whether waiting does not help."""
        return self.level == "blocked" and self.opens_at is None


class RuleError(TypeError):
    """A rule is built in a way that could not be trusted."""


RULES: dict[str, type["Rule"]] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """A small frozen question with parameters. Subclasses answer it in ``judge``.

    ``texts`` hold one sentence a code. A rule with ``outside = True`` reads rows of other
    runs and must name the ``guard`` that makes its answer hold until the commit: "claim"
    (a unique row) or "tenant" (the tenant row is locked before the run).
    """

    texts: ClassVar[Mapping[str, Text]] = {}
    outside: ClassVar[bool] = False
    guard: ClassVar[Literal["", "claim", "tenant"]] = ""

    def __init_subclass__(cls) -> None:
        """Register the rule under its name; refuse one that looks outside unguarded."""
        # slots=True makes dataclass build the class a second time; super() without
        # arguments would look at the first one.
        if cls.outside and not cls.guard:
            raise RuleError(f"{cls.__name__} looks outside its run and names no guard")
        RULES[cls.__name__] = cls

    @property
    def name(self) -> str:
        """Return the name under which verdicts and stored definitions know the rule."""
        return type(self).__name__

    def ready(self, facts: Facts) -> bool:
        """Say whether all inputs are given, so that the rule can be judged."""
        for name in self.inputs():  # noqa: SIM110  # a generator costs more than what it asks
            if not facts.has(name):
                return False
        return True

    def inputs(self) -> tuple[str, ...]:
        """Name the facts the rule reads, such as ``values.deleted_at``."""
        return ()

    def judge(self, facts: Facts) -> Verdict:
        """Answer from the facts alone."""
        raise RuleError(f"{self.name} does not judge")

    def marks(self, facts: Facts) -> Mapping[str, datetime]:
        """Name the instants at which the answer changes, for deadlines and countdowns."""
        return {}

    def params(self) -> dict[str, Any]:
        """Return the rule's own parameters for the stored form."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def allowed(code: str = "ok", /, **kw: Any) -> Verdict:
    """Shape an answer of yes."""
    return _verdict("allowed", code, kw)


def caution(code: str, /, **kw: Any) -> Verdict:
    """Shape an answer of careful."""
    return _verdict("caution", code, kw)


def blocked(code: str, /, **kw: Any) -> Verdict:
    """Shape an answer of no."""
    return _verdict("blocked", code, kw)


def _verdict(level: Level, code: str, kw: dict[str, Any]) -> Verdict:
    opens_at = kw.pop("opens_at", None)
    closes_at = kw.pop("closes_at", None)
    calendar = kw.pop("calendar", None)
    return Verdict(level, code, kw, opens_at, closes_at, calendar)
