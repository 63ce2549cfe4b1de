"""The same submission again: a refusal is answered as it was recorded, not decided anew."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from audit.kept import told
from audit.models import Body
from procedures.change import Loaded, Refusal
from procedures.definition import Judged
from procedures.rules.base import Verdict
from procedures.rules.wording import unpack


def refusal_stored(loaded: Loaded, number: int) -> Refusal:
    """Read a refusal back from its event; of a body that was erased only the no is left."""
    stream = loaded.run.stream
    texts = Body.objects.filter(stream=stream, number=number).values_list("body", flat=True)
    body = told([(number, texts.first() or "")])[number]
    if not body.get("code"):
        return Refusal("blocked")
    step = str(body.get("step") or "")
    judged = tuple(_judged(loaded, step, body.get("verdicts") or ()))
    return Refusal(str(body["code"]), _params(body), judged, step)


def _judged(loaded: Loaded, key: str, verdicts: Any) -> Iterator[Judged]:
    """Pair each stored verdict with its gate; several gates of one rule stand in their order."""
    step = loaded.procedure.step_by_key.get(key)
    gates = list(step.gates) if step else []
    for stored in verdicts:
        gate = next((one for one in gates if one.rule.name == stored["rule"]), None)
        if gate is not None:
            gates.remove(gate)
            yield Judged(gate, _verdict(stored))


def _verdict(stored: Mapping[str, Any]) -> Verdict:
    opens, closes = (stored.get(key) for key in ("opens_at", "closes_at"))
    return Verdict(
        level=stored["level"],
        code=stored["code"],
        params=_params(stored),
        opens_at=datetime.fromisoformat(opens) if opens else None,
        closes_at=datetime.fromisoformat(closes) if closes else None,
        calendar=stored.get("calendar"),
    )


def _params(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {key: unpack(value) for key, value in (stored.get("params") or {}).items()}
