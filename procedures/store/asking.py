"""What a command asks of the store, and the definitions it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from procedures import snapshot
from procedures.change import Loaded
from procedures.definition import Procedure, Step
from procedures.models import ProcedureVersion
from procedures.rules.base import Rule
from procedures.rules.dns import MxMatches


@dataclass(slots=True)
class Ask:
    """What a command needs beyond the run itself."""

    actor_id: int | None
    command_id: UUID | None = None
    needs: frozenset[str] = frozenset()
    lock_tenant: bool = False
    since: datetime | None = None


@dataclass(slots=True)
class Found:
    """A loaded run, and the event that the same submission wrote before, if any."""

    loaded: Loaded
    before: tuple[int, str, str] | None = None
    tenant_row: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=256)
def _procedure(version_id: int) -> Procedure:
    stored = ProcedureVersion.objects.values_list("definition", flat=True).get(pk=version_id)
    return snapshot.from_json(stored)


def procedure_of(version_id: int) -> Procedure:
    """Return a published procedure; versions never change, so it is read once a process."""
    return _procedure(version_id)


def needs_of(steps: Iterable[Step]) -> frozenset[str]:
    """Name the facts from outside the run that the gates of some steps read."""
    steps = tuple(steps)
    names = needs_of_rules(gate.rule for step in steps for gate in step.gates)
    looks = any(step.probe for step in steps) or any(
        isinstance(gate.rule, MxMatches) for step in steps for gate in step.gates
    )
    return names | {"expected_mx", "probes"} if looks else names


def needs_of_rules(rules: Iterable[Rule]) -> frozenset[str]:
    """Name the facts from outside the run that some rules read."""
    return frozenset(name for rule in rules for name in rule.inputs() if "." not in name)
