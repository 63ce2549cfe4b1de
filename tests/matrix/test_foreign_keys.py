"""B's numbers, names and addresses in every field of every form of A: refused, nothing moved."""

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.matrix.acts import Act, acts, fields_of, with_value
from tests.matrix.driver import Browser, watched
from tests.matrix.rows import Borders, moved, stored
from tests.matrix.world import World

# Pages of a company and doors of the account that take a name or a number. On the vendor's own
# pages a name of B is no foreign one: its managers look after every company.
DOORS = ("account_email", "usersessions_list", "invitation")
ACTS = [
    act
    for act in acts()
    if "slug" in act.call.where or (act.call.route in DOORS and act.call.label == "")
]
# Words that are kept as they are typed and lead nowhere, and marks of what was shown.
TEXT = frozenset(
    {"reason", "note", "why", "name", "list_name", "hints", "local_part", "members"}
    | {"submission", "number", "seen", "still_offered", "then"}
    # Words of a comment, a choice that companies do not have, a file that is none.
    | {"text", "visibility", "attachments", "at"}
    # What is wrong with a text, and a file beside the list that was pasted.
    | {"sentence", "wrong", "file"}
)
# Whoever works in B may be invited to A, too, and anybody may ask for any address of their own.
ADDRESSES = frozenset({("people_invite", "email"), ("account_email", "email")})
# A draft keeps of the people those who may be told, and drops whoever else was sent.
DROPPED = ("talk:draft", "people")
# A claim's number may be that of somebody here; people of B are "row of a person".
SAME_NUMBER = ("people", "row of a claim")
# What a refusal leaves behind: an event, a count of the same, and the end of the stream.
REFUSAL = {"Event", "Body", "Refusal", "Tenant", "Run"}


def values_of(world: World) -> dict[str, str]:
    """Return what names something of B."""
    b = world.sides["b"]
    return {
        "number of a run": b.runs["sync"].reference,
        "row of a person": str(b.people["site_admin"].pk),
        "address of a person": b.people["site_admin"].email,
        "short name": b.tenant.slug,
        "row of a claim": str(b.claim),
    }


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.call.name} by {act.actor}")
def test_what_names_something_of_b_moves_nothing(world: World, browser: Browser, act: Act) -> None:
    before, borders = stored(), Borders(world)
    taken: set[tuple[str, str]] = set()
    path, data = act.call.path(world, "own"), act.call.data(world, "own")
    fields = {name for name in fields_of(world, browser, act) if (act.call.name, name) != DROPPED}
    names = fields | ({"parent"} if act.call.route == "procedure" else set())
    for name in sorted(names):
        for what, value in values_of(world).items():
            cell = f"{what} as {name} at {path}"
            cache.clear()
            with transaction.atomic(), watched() as tables:
                answer = browser.ask(act.actor, "POST", path, with_value(data, name, value))
                changes = moved(before, stored(tables), tables) if tables else []
                transaction.set_rollback(True)
            assert answer.status < 500, cell
            assert [one for one in changes if borders.crossed(one)] == [], cell
            if answer.outcome != "led on":
                assert {one.name for one in changes} <= REFUSAL, cell
            elif changes and name not in TEXT and (act.call.route, name) not in ADDRESSES:
                taken.add((name, what))
    assert taken - {SAME_NUMBER} == set(), act.call.name
