"""Support's queue: whose tickets are in it for whom, who may arrange them."""

from typing import Any

from tests.matrix.calls import Call, everywhere, of_company, sets
from tests.matrix.personas import (
    EVERY_MANAGER,
    EVERY_SUPPORT,
    EVERY_VENDOR,
    SERVING,
    SUPPORTS,
    Names,
    mirrored,
    named,
)
from tests.matrix.world import Side

# Managers look after every company; others see the tickets of those they serve.
_SUBMISSION = {"submission": "5f5d0a7e-0000-4000-8000-000000000003"}
_ANSWER = {
    "title_ko": "{mark} 안내",
    "title_en": "{mark} note",
    "body_ko": "안내 말씀",
    "body_en": "A note",
}
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


def opening(outcome: str) -> Any:
    """Expect this of opening a ticket; managers are told that it is support's."""
    expected = of_company({outcome: SUPPORTS, "403": EVERY_MANAGER})
    nobody = sets({"403": EVERY_MANAGER})
    return expected | dict.fromkeys(("nowhere", "crossed", "missing"), nobody)


def _change(side: Side) -> dict[str, str]:
    mark = side.mark
    return _SUBMISSION | {
        "requester": side.people["requester"].email,
        "received": "2026-11-23T09:00",
        "current_main": f"{mark}.example",
        "new_main": f"other.{mark}.example",
        "rollback_plan": f"{mark} 되돌린다",
        "uses_group_mail": "false",
    }


def _asleep(side: Side) -> dict[str, str]:
    return _SUBMISSION | {
        "on_behalf_of": side.people["requester"].email,
        "account": f"asleep9@{side.mark}.example",
        "symptom": f"{side.mark} 휴면 안내",
    }


CALLS = (
    Call(
        "ticket_open_where",
        # Who serves one company is led on to its form.
        read=everywhere(
            sets(
                {
                    "led on": SUPPORTS | mirrored(SUPPORTS),
                    "page": EVERY_SUPPORT - SUPPORTS - mirrored(SUPPORTS),
                    "403": EVERY_MANAGER,
                }
            )
        ),
    ),
    # The company has a change of its domain already.
    Call(
        "ticket_open",
        {"company": "tenant"},
        body=_change,
        read=opening("page"),
        write=opening("422"),
    ),
    Call(
        "ticket_open_of",
        {"company": "tenant", "key": "=dormant_account"},
        body=_asleep,
        read=opening("page"),
        write=opening("led on"),
    ),
    Call(
        "ticket_open_of",
        {"company": "tenant", "key": "=sing"},
        "none",
        read=everywhere(sets({"403": EVERY_MANAGER})),
    ),
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
    Call("ticket_answers", _one(), read=of_company({"page": SERVING})),
    Call("answers", read=everywhere(sets({"page": EVERY_VENDOR}))),
    Call(
        "answer_new",
        body=_ANSWER,
        read=everywhere(sets({"page": EVERY_MANAGER, "403": EVERY_SUPPORT})),
        write=everywhere(sets({"led on": EVERY_MANAGER, "403": EVERY_SUPPORT})),
    ),
    Call(
        "answer",
        {"number": "=1"},
        body=_ANSWER | {"seen": "1"},
        read=everywhere(sets({"page": EVERY_VENDOR})),
        write=everywhere(sets({"led on": EVERY_MANAGER, "403": EVERY_SUPPORT})),
    ),
    Call(
        "answer",
        {"number": "=987654"},
        "none",
        read=everywhere(sets({})),
    ),
    Call(
        "answer_command",
        {"number": "=1", "command": "=retire"},
        write=everywhere(sets({"led on": EVERY_MANAGER, "403": EVERY_SUPPORT})),
    ),
)
