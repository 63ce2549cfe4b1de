"""Support's queue: whose tickets are in it for whom, who may arrange them."""

from typing import Any

from tests.matrix.calls import Call, everywhere, of_company, sets
from tests.matrix.personas import (
    EVERY_MANAGER,
    EVERY_VENDOR,
    SERVING,
    SUPPORTS,
    Names,
    named,
)

# Managers look after every company; others see the tickets of those they serve.
_SEES = SUPPORTS | EVERY_MANAGER


def _one(command: str = "") -> dict[str, str]:
    where = {"company": "tenant", "ref": "run:change"}
    return {**where, "command": f"={command}"} if command else where


def arranged(command: str, done: Names, no: str = "", **more: Any) -> Call:
    """Call a command about a ticket: the others who see it are told no."""
    given = {"led on": done} | ({no: _SEES - done} if no else {})
    return Call("ticket_command", _one(command), command, write=of_company(given), **more)


def view(command: str, **more: Any) -> Call:
    """Call a command about a view that support of a company has saved."""
    expected = {
        "own": sets({"led on": named("support_a")}),
        "foreign": sets({"led on": named("support_b")}),
        "missing": sets({}),
    }
    where = {"number": "queue_view", "command": f"={command}"}
    return Call("ticket_view_command", where, command, write=expected, **more)


CALLS = (
    Call("ticket_queue", read=everywhere(sets({"page": EVERY_VENDOR}))),
    Call(
        "ticket_view_save",
        body={"name": "{mark} 새 보기", "query": "assignee=me"},
        write=everywhere(sets({"led on": EVERY_VENDOR})),
    ),
    view("default"),
    view("rename", body={"name": "{mark} 이름"}),
    view("delete"),
    Call("ticket_assignment", _one(), read=of_company({"page": _SEES})),
    arranged("take", SERVING, "409", body={"seen": ""}),
    arranged("give", _SEES, body={"seen": "", "person": "person:support"}),
    arranged("release", _SEES, body={"seen": ""}),
)
