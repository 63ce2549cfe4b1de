"""What needs no database: adding business days, judging one gate."""

import statistics
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = 7


def _cpu(work: Callable[[], Any], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def compare_calendar(_contenders: dict[str, Any]) -> float:
    """Return how fast +7 business days are, as a ratio to a tuple and bisect."""
    from procedures.calendar_facts import current_calendar

    calendar = current_calendar()
    days = tuple(calendar.business_days)
    first = date(2026, 1, 1)
    asked = [first + timedelta(days=n) for n in range(365)]

    def by_hand() -> None:
        for day in asked:
            days[bisect_right(days, day) + DAYS - 1]

    def public() -> None:
        for day in asked:
            calendar.add_business_days(day, DAYS)

    ratios = [_cpu(by_hand, 100) / _cpu(public, 100) for _ in range(11)]
    return statistics.median(ratios)


def time_gates(_contenders: dict[str, Any]) -> tuple[float, str]:
    """Return the CPU seconds of the slowest gate of P6 and P10, and the name of its rule."""
    slowest = (0.0, "")
    for key, step_key, values in _cases():
        facts = _facts(values)
        step = _catalog()[key].step_by_key[step_key]
        for gate in step.gates:
            alone = replace(step, gates=(gate,))
            if not alone.judge(facts):
                continue
            took = statistics.median(_cpu(lambda s=alone, f=facts: s.judge(f), 500)
                                     for _ in range(7))  # fmt: skip
            slowest = max(slowest, (took, gate.rule.name))
    return slowest


def _catalog() -> Any:
    from procedures.catalog import BY_KEY

    return BY_KEY


_NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def _cases() -> list[tuple[str, str, dict[str, Any]]]:
    start = _NOW + timedelta(days=14)
    recovery = {"deleted_at": _NOW - timedelta(hours=2), "month": "202610"}
    change = {
        "received": _NOW - timedelta(days=1),
        "work_start": start,
        "work_end": start + timedelta(hours=6),
        "new_main": "new.example",
        "current_main": "old.example",
    }
    return [
        ("mail_recovery", "settle_time", recovery),
        ("mail_recovery", "recover", recovery),
        ("domain_change", "confirm_schedule", change),
    ]


def _facts(values: dict[str, Any]) -> Any:
    from procedures.calendar_facts import current_calendar
    from procedures.rules.facts import Facts, Person

    return Facts(
        now=_NOW,
        performed_at=_NOW,
        zone=ZoneInfo("Asia/Seoul"),
        actor=Person(1, "admin@company.example", "Person", frozenset({"mail_admin"})),
        values=values,
        calendar=current_calendar(),
        domains=("old.example",),
    )
