"""Dates of a change of domain, and the vendor's days and room: who reads, who changes."""

import json
from typing import Any

from tests.matrix.calls import Call, everywhere, of_company, sets
from tests.matrix.personas import (
    EVERY_MANAGER,
    EVERY_SUPPORT,
    EVERY_VENDOR,
    SEES_ALL,
)

_CHANGE = {"slug": "tenant", "ref": "run:change"}
_SUBMISSION = {"submission": "5f5d0a7e-0000-4000-8000-000000000004"}
_REASON = _SUBMISSION | {"reason": "{mark} 까닭"}
_EMPTY = {
    "at_once": None, "a_day": None, "closed_weekdays": [], "closed_from": None,
    "closed_until": None,
}  # fmt: skip


def deed(word: str, outcome: str, **body: str) -> Call:
    """Call a command about the date of a ticket that the company has agreed to."""
    return Call(
        "run_schedule_command",
        {**_CHANGE, "command": f"={word}"},
        word,
        body=_REASON | body,
        write=of_company({outcome: SEES_ALL} if outcome else {}),
    )


def managers(outcome: str) -> Any:
    """Expect this of managers; support is told that it lacks the role."""
    return everywhere(sets({outcome: EVERY_MANAGER, "403": EVERY_SUPPORT}))


CALLS = (
    Call("run_schedule", _CHANGE, read=of_company({"page": SEES_ALL})),
    Call(
        "run_schedule",
        _CHANGE,
        "a day",
        query="day=2026-11-26",
        read=of_company({"page": SEES_ALL}),
    ),
    Call(
        "run_schedule",
        {"slug": "tenant", "ref": "run:recovery"},
        "of what has none",
        read=of_company({}),
    ),
    Call("run_schedule_ics", _CHANGE, fragment=True, read=of_company({"page": SEES_ALL})),
    # The window waits for support; everything else has its turn no more, or not yet.
    deed("confirm", "422", collision_seen="on"),
    deed("propose", "409", work_start="2026-12-10T22:00", work_end="2026-12-11T04:00"),
    deed("counter", "409", counter_start="2026-12-10T22:00", counter_end="2026-12-11T04:00"),
    deed("agree", "409", note="{mark} 동의"),
    deed("reschedule", "409"),
    deed("reconfirm", "409"),
    deed("sing", ""),
    Call("vendor_calendar", read=everywhere(sets({"page": EVERY_VENDOR}))),
    Call(
        "vendor_calendar_day",
        body={"kind": "closing", "date": "2026-12-24", "name_ko": "창립 기념일",
              "name_en": "Foundation day", "source": "공지 2026-11"},
        write=managers("led on"),
    ),
    Call(
        "vendor_calendar_remove",
        {"entry": "=987654"},
        body={"reason": "잘못 입력"},
        write=managers("409"),
    ),
    # What would be stored is not what was looked at.
    Call(
        "vendor_calendar_refresh",
        body={"reason": "공휴일 발표", "digest": "0" * 64},
        write=managers("409"),
    ),
    Call(
        "vendor_capacity",
        body={"at_once": "2", "reason": "작업자 두 명", "seen": json.dumps(_EMPTY)},
        read=everywhere(sets({"page": EVERY_VENDOR})),
        write=managers("led on"),
    ),
)  # fmt: skip
