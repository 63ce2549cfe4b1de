"""When does a step apply? Simple conditions on the values of fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Op = Literal["is", "is_not", "given", "missing", "includes"]
OPS: tuple[Op, ...] = ("is", "is_not", "given", "missing", "includes")


@dataclass(frozen=True, slots=True)
class When:
    """One condition; a step with several applies when all hold."""

    field: str
    op: Op = "given"
    value: str | bool | None = None

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Judge against typed values; an unknown value is neither this nor that."""
        known = values.get(self.field)
        empty = known is None or known == ()
        match self.op:
            case "given":
                return not empty
            case "missing":
                return empty
            case "is":
                return bool(known == self.value)
            case "is_not":
                return not empty and bool(known != self.value)
            case "includes":
                return known is not None and self.value in known
