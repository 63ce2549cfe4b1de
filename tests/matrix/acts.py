"""Every command of the project with somebody who may give it, and all fields it could be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.matrix.calls import REFUSED, Call
from tests.matrix.driver import Browser
from tests.matrix.routes import CALLS
from tests.matrix.world import World
from tests.web.pages import forms_in

_ACTORS = (
    "site_admin_a", "boss_a", "mail_admin_a", "participant_a", "requester_a", "bystander_a",
    "manager_a", "visitor_a", "several_a", "anonymous",
)  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A command, and who may give it."""

    call: Call
    actor: str


def acts() -> list[Act]:
    """List every command with the first who gets it done, or gets its page again."""
    found = []
    for call in CALLS:
        if call.write is REFUSED or call.write == REFUSED:
            continue
        sets = call.write["own"]
        able = sets.get("led on", frozenset()) | sets.get("page", frozenset())
        actor = next((one for one in _ACTORS if one in able), "")
        if actor:
            found.append(Act(call, actor))
    return found


def fields_of(world: World, browser: Browser, act: Act) -> set[str]:
    """Name the fields of a command: those sent here and those of its form, hidden ones as well."""
    path = act.call.path(world, "own")
    names = set(act.call.data(world, "own"))
    for page in _pages(world, act):
        answer = browser.ask(act.actor, "GET", page)
        for form in forms_in(answer.text, page):
            if form.action.partition("?")[0] == path.partition("?")[0]:
                names |= form.names
    return names - {"csrfmiddlewaretoken"}


def _pages(world: World, act: Act) -> list[str]:
    """List where a command's form may stand: its own address, and those above it."""
    path = act.call.path(world, "own").partition("?")[0]
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:count]) + "/" for count in range(len(parts), 1, -1)]


def with_value(data: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    """Return what is sent with one field holding something else."""
    return {**data, name: [value] if isinstance(data.get(name), list) else value}
