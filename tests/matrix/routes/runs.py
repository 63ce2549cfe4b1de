"""Runs: who sees which, and who may give which command about it."""

from typing import Any

from tests.matrix.calls import Call, of_company
from tests.matrix.personas import (
    BOSSES,
    INSIDE,
    MAIL_ADMINS,
    MANAGERS,
    SEES_ALL,
    SITE_ADMINS,
    Names,
    named,
)

_REQUESTER = named("requester_a")
_OWNER = named("owner_a")
_PARTICIPANT = named("participant_a")
# Who sees a run: everybody with a role that sees all, and those whose run it is.
_OF_REQUESTER = SEES_ALL | _REQUESTER
_OF_MAILBOX = _OF_REQUESTER | _OWNER
_OF_BOTH = _OF_REQUESTER | _PARTICIPANT
# Whoever asked for it approves nothing of it.
_APPROVERS = SITE_ADMINS | BOSSES
_SUBMISSION = {"submission": "5f5d0a7e-0000-4000-8000-000000000002"}
_REASON = _SUBMISSION | {"reason": "{mark} 까닭"}


def _run(name: str, command: str = "") -> dict[str, str]:
    where = {"slug": "tenant", "ref": f"run:{name}"}
    return {**where, "command": f"={command}"} if command else where


def _step(name: str, step: str, command: str) -> dict[str, str]:
    return {**_run(name), "step": f"={step}", "command": f"={command}"}


def command(
    name: str, word: str, seen: Names, done: Names, no: str = "422", **more: object
) -> Call:
    """Call a command of a run: ``done`` get it done, the others who see it are told no."""
    expected = of_company({"led on": done, no: seen - done})
    given: dict[str, Any] = {"body": _REASON, "label": word} | more
    return Call("run_command", _run(name, word), write=expected, **given)


def step(name: str, key: str, word: str, seen: Names, done: Names, **more: object) -> Call:
    """Call a command of a step."""
    expected = of_company({"led on": done, "422": seen - done})
    given: dict[str, Any] = {"body": _REASON, "label": word} | more
    return Call("run_step_command", _step(name, key, word), write=expected, **given)


CALLS = (
    Call("run_list", {"slug": "tenant"}, read=of_company({"page": INSIDE})),
    Call("run", _run("recovery"), "of a mailbox", read=of_company({"page": _OF_MAILBOX})),
    Call("run", _run("sync"), "that was joined", read=of_company({"page": _OF_BOTH})),
    Call("run", _run("change"), "of support", read=of_company({"page": SEES_ALL})),
    Call("run", _run("ended"), "that ended", read=of_company({"page": _OF_REQUESTER})),
    Call(
        "run_live",
        _run("recovery"),
        fragment=True,
        read=of_company({"page": _OF_MAILBOX}),
    ),
    Call(
        "run_command",
        _run("recovery", "no_such_command"),
        "none",
        write=of_company({}),
    ),
    Call(
        "run_step_command",
        _step("recovery", "settle_time", "no_such_command"),
        "none",
        write=of_company({}),
    ),
    Call(
        "run_step_command",
        _step("recovery", "no_such_step", "complete"),
        "no step",
        write=of_company({}),
    ),
    command("recovery", "cancel", _OF_MAILBOX, _OF_MAILBOX - MANAGERS),
    command("change", "cancel", SEES_ALL, SEES_ALL - MANAGERS, label="cancel a change"),
    command(
        "recovery",
        "amend",
        _OF_MAILBOX,
        _OF_MAILBOX - MANAGERS,
        query="field=hints",
        body=_SUBMISSION | {"hints": "{mark} 다른 메일", "why": "{mark} 오타"},
    ),
    command("failed", "back", _OF_REQUESTER, SITE_ADMINS, query="way=sync_again"),
    command(
        "sync",
        "withdraw",
        _OF_BOTH,
        _PARTICIPANT,
        "409",
        body=_SUBMISSION | {"chosen": ["lee, {mark} 이소라, 신규"]},
    ),
    command(
        "ended",
        "reopen",
        _OF_REQUESTER,
        MAIL_ADMINS | _REQUESTER,
        body=_REASON | {"chosen": ["user_confirms"]},
    ),
    step("sync", "review", "complete", _OF_BOTH, SITE_ADMINS, body=_SUBMISSION),
    step(
        "recovery",
        "settle_time",
        "complete",
        _OF_MAILBOX,
        MAIL_ADMINS | _REQUESTER,
        label="complete what was asked",
        body=_SUBMISSION | {"deleted_at": "2026-11-23T09:00"},
    ),
    step("confirm", "user_confirms", "skip", _OF_REQUESTER, MAIL_ADMINS | _REQUESTER),
    step("external", "approve", "approve", _OF_REQUESTER, _APPROVERS, body=_SUBMISSION),
    step(
        "external",
        "approve",
        "declare",
        _OF_REQUESTER,
        _APPROVERS,
        body=_SUBMISSION | {"note": "{mark} 확인함"},
    ),
    step("external", "approve", "reject", _OF_REQUESTER, _APPROVERS),
    step("external", "approve", "refuse", _OF_REQUESTER, _APPROVERS),
    step(
        "change",
        "confirm_schedule",
        "override",
        SEES_ALL,
        MANAGERS,
        body=_REASON | {"rule": "BusinessNotice"},
    ),
    step(
        "late",
        "recover",
        "incident",
        _OF_REQUESTER,
        MAIL_ADMINS,
        body=_SUBMISSION | {"performed_at": "2026-11-23T11:00", "note": "{mark} 해 버렸다"},
    ),
    # Whoever may not look is led back to the run; what is stored is counted elsewhere.
    Call(
        "run_step_command",
        _step("godo", "look_up_ns", "probe"),
        "probe",
        write=of_company({"led on": _OF_REQUESTER}),
    ),
)
