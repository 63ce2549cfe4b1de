"""Fields that no form has are stored nowhere: what moves is what moves without them."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.matrix.acts import Act, acts, fields_of
from tests.matrix.driver import Answer, Browser, watched
from tests.matrix.rows import Moved, Rows, moved, stored
from tests.matrix.world import World

ACTS = [act for act in acts() if "tenant" in act.call.where.values() or act.call.objects]
type Cells = Mapping[tuple[str, int, str], Any]


def extras(world: World) -> dict[str, str]:
    """Return what somebody would add: another's keys, more rights, another time, another end."""
    b = world.sides["b"]
    who, run = str(b.people["site_admin"].pk), str(b.runs["sync"].pk)
    return {
        **dict.fromkeys(("tenant", "tenant_id", "company_id"), str(b.tenant.pk)),
        **dict.fromkeys(("user", "user_id", "actor", "actor_id", "requester_id", "id", "pk"), who),
        **dict.fromkeys(("run", "run_id", "parent_id", "version_id", "release"), run),
        **dict.fromkeys(("is_staff", "is_superuser", "is_active", "declare", "final"), "on"),
        **dict.fromkeys(("created_at", "opened_at", "now", "recorded_at"), "2020-01-01T00:00:00Z"),
        **dict.fromkeys(("state", "run_state"), "completed"),
        **dict.fromkeys(("version", "event_number", "round"), "999"),
        **dict.fromkeys(("vendor", "given", "granted", "persona"), "manager"),
        "sessions_epoch": "0",
        "uid": str(b.tenant.uid),
        "event_mac": "00",
    }


def give(
    browser: Browser, act: Act, path: str, data: Mapping[str, Any], before: Rows
) -> tuple[Answer, list[Moved]]:
    """Give a command and take it back; return what it moved."""
    cache.clear()
    with transaction.atomic(), watched() as tables:
        answer = browser.ask(act.actor, "POST", path, dict(data))
        changes = moved(before, stored(tables), tables) if tables else []
        transaction.set_rollback(True)
    return answer, changes


def cells(changes: list[Moved]) -> Cells:
    """Return every value that moved, by kind of row, its place among them, and column."""
    counted: dict[str, int] = {}
    found = {}
    for one in changes:
        place = counted[one.name] = counted.get(one.name, 0) + 1
        for column in one.columns - {"id"}:
            found[one.name, place, column] = one.after.get(column)
    return found


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.call.name} by {act.actor}")
def test_a_field_that_no_form_has_changes_nothing(world: World, browser: Browser, act: Act) -> None:
    before = stored()
    path, data = act.call.path(world, "own"), act.call.data(world, "own")
    known = fields_of(world, browser, act)
    added = {name: value for name, value in extras(world).items() if name not in known}
    assert len(added) > 20
    once, first = give(browser, act, path, data, before)
    again, second = give(browser, act, path, data, before)
    more, third = give(browser, act, path, {**data, **added}, before)
    assert once.status == again.status == more.status
    plain, same, extended = cells(first), cells(second), cells(third)
    # Salts, identities and what rests on them differ from one time to the next.
    random = {key for key in plain if plain[key] != same.get(key)}
    assert plain.keys() == extended.keys()
    assert {k: plain[k] for k in plain.keys() - random} == {
        k: extended[k] for k in extended.keys() - random
    }
    for key in random:
        assert not any(value == extended[key] for value in added.values()), key
