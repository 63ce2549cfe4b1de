"""What people type: raw values of the random procedures' fields, mostly valid."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from procedures.definition import Field, Procedure
from tests.stateful.definitions import ANSWERS
from tests.stateful.people import CAST, address

NAMES = [name for name, _roles in CAST]
SUBJECTS = [f"subject {n}" for n in range(12)]
LOCAL_PARTS = [f"box{n}" for n in range(12)]


def near(rng: Random, now: datetime, low: int = -30, high: int = 20) -> datetime:
    return now + timedelta(minutes=rng.randint(low * 60, high * 60))


def raw(rng: Random, one: Field, now: datetime) -> Any:
    """Type one value."""
    match one.kind:
        case "choice":
            return rng.choice(("email", "approval") if one.open_choice else ANSWERS)
        case "datetime":
            return near(rng, now).isoformat(timespec="minutes")
        case "date":
            return near(rng, now, -48, 48).date().isoformat()
        case "boolean":
            return rng.choice(("yes", "no"))
        case "local_part":
            return rng.choice(LOCAL_PARTS)
        case "address" if one.many:
            return [address(name) for name in rng.sample(NAMES, rng.choice((0, 1, 1, 2)))]
        case "address":
            return address(rng.choice(NAMES))
        case _ if one.many:
            return [f"row {rng.randrange(10_000)}" for _ in range(rng.randint(1, 3))]
        case _:
            return rng.choice(SUBJECTS)


def form(
    rng: Random,
    procedure: Procedure,
    keys: Iterable[str],
    known: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """Fill in a step's form: what is missing, and now and then something anew."""
    typed: dict[str, Any] = {}
    for key in keys:
        one = procedure.field_by_key[key]
        missing = known.get(key) is None
        if (missing and (one.required or rng.random() < 0.75)) or rng.random() < 0.3:
            typed[key] = raw(rng, one, now)
    if typed and rng.random() < 0.04:
        # Nothing that is required may be left empty, and no field takes this.
        typed[rng.choice(list(typed))] = "\x00"
    return typed
