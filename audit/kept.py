"""What was kept of erased bodies: an event that tells of an erasure carries their remains."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

ERASED = "body.erased"


def told(rows: Iterable[tuple[int, str]]) -> dict[int, Mapping[str, Any]]:
    """Map the numbers of a stream's events to what they say today.

    An erased body is what a later ``body.erased`` event kept of it, which may itself have been
    erased since and be told by a still later one; {} when nothing was kept.
    """
    kept: dict[str, Mapping[str, Any]] = {}
    found: dict[int, Mapping[str, Any]] = {}
    for number, text in sorted(rows, reverse=True):
        body = json.loads(text) if text else kept.get(str(number), {})
        for key, remains in (body.get("kept_of") or {}).items():
            kept.setdefault(key, remains)
        found[number] = body
    return found
