"""Catalog to versions: store what is new, refuse what was reworded without a new number."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from procedures import snapshot
from procedures.catalog import PROCEDURES
from procedures.definition import Procedure
from procedures.models import ProcedureVersion

LOCK = Path(__file__).parent / "catalog" / "versions.lock"


class Reworded(Exception):
    """A procedure differs from what was published under its number."""

    def __init__(self, key: str, number: int) -> None:
        super().__init__(
            f"{key} version {number} was published with other words: raise its number to "
            f"{number + 1}, then run manage.py publish --lock"
        )


def publish(now: datetime, procedures: Iterable[Procedure] = PROCEDURES) -> list[ProcedureVersion]:
    """Store every version that is not stored yet; return the new ones.

    Raises Reworded, and stores nothing, when a stored version has another digest.
    """
    new = []
    with transaction.atomic():
        for procedure in procedures:
            stored = snapshot.to_json(procedure)
            digest = snapshot.digest_of_json(stored)
            found = ProcedureVersion.objects.filter(key=procedure.key, number=procedure.number)
            known = found.values_list("digest", flat=True).first()
            if known is None:
                new.append(
                    ProcedureVersion.objects.create(
                        key=procedure.key,
                        number=procedure.number,
                        digest=digest,
                        definition=stored,
                        published_at=now,
                    )
                )
            elif known != digest:
                raise Reworded(procedure.key, procedure.number)
    return new


def read_lock() -> Mapping[tuple[str, int], str]:
    """Read the lock file: one line a version, ``key number digest``."""
    lines = LOCK.read_text(encoding="utf-8").split("\n") if LOCK.exists() else []
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {(key, int(number)): digest for key, number, digest in rows}


def write_lock(procedures: Iterable[Procedure] = PROCEDURES) -> None:
    """Add the present versions to the lock file. Raises Reworded; lines never change."""
    known = dict(read_lock())
    for procedure in procedures:
        place, digest = (procedure.key, procedure.number), snapshot.digest(procedure)
        if known.get(place, digest) != digest:
            raise Reworded(*place)
        known[place] = digest
    lines = [f"{key} {number} {digest}" for (key, number), digest in sorted(known.items())]
    LOCK.write_text("# key number digest\n" + "\n".join(lines) + "\n", encoding="utf-8")
