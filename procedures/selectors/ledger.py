"""The slots of a limit: who used which day, with what result, and who gave one back."""

from dataclasses import dataclass
from datetime import date

from helpdesk.models import Tenant
from procedures.models import Claim, Value

LIMIT = "sync"
ROWS = 50


@dataclass(frozen=True, slots=True)
class Slot:
    """One used day of one service."""

    claim: Claim
    service: str
    day: date
    result: str


def slots_of(tenant: Tenant, *, before: int | None = None) -> tuple[list[Slot], int | None]:
    """Return the newest slots, or those before a claim's id, and where older ones begin."""
    claims = Claim.objects.filter(tenant=tenant, key__startswith=f"{LIMIT}:")
    if before is not None:
        claims = claims.filter(pk__lt=before)
    claims = claims.select_related("run", "actor", "released_by").order_by("-pk")
    rows = list(claims[: ROWS + 1])
    results = _results([row.run_id for row in rows if row.run_id])
    slots = [_slot(row, results) for row in rows[:ROWS]]
    return slots, rows[ROWS - 1].pk if len(rows) > ROWS else None


def keys_in_force(tenant: Tenant, since: date) -> frozenset[str]:
    """Return the keys of the slots used on a day or later."""
    held = Claim.objects.filter(
        tenant=tenant, key__startswith=f"{LIMIT}:", released_at=None
    ).order_by("-pk")[: ROWS * 4]
    return frozenset(row.key for row in held if _day(row.key) >= since)


def _results(runs: list[int]) -> dict[int, str]:
    rows = Value.objects.filter(run_id__in=runs, field="result").order_by("id")
    return {run: str(value or "") for run, value in rows.values_list("run_id", "value")}


def _slot(claim: Claim, results: dict[int, str]) -> Slot:
    service = claim.key.partition(":")[2].rpartition(":")[0]
    # What was pressed elsewhere has no result that anybody recorded.
    result = results.get(claim.run_id, "") if claim.run_id else "unknown"
    return Slot(claim, service, _day(claim.key), result)


def _day(key: str) -> date:
    return date.fromisoformat(key.rpartition(":")[2])
