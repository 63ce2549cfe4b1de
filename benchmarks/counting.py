"""Count SQL statements exactly; BEGIN and COMMIT are not among them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.product import STEPS, Engine


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that Django sends within."""
    from django.db import connection

    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield sent


def count_engine(contenders: dict[str, Any]) -> dict[str, int]:
    """Return the most statements that completing one step takes, and those of opening a run."""
    engine: Engine = contenders["engine"]
    engine.ready.clear()
    engine.prepare(1)
    counts = []
    for _ in STEPS:
        with counted() as sent:
            engine.unit()
        counts.append(len(sent))
    with counted() as sent:
        engine.open_one()
    return {"complete": max(counts), "open": len(sent)}
