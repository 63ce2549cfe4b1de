"""Every persona asks every route with every method for their own, another's and no object."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.matrix.calls import Call, Sets, cells_of
from tests.matrix.driver import SAFE, Answer, Browser, watched
from tests.matrix.personas import EVERY_MANAGER, KNOWS_B, PERSONAS
from tests.matrix.routes import CALLS
from tests.matrix.world import CANARIES, World

LEAST_CELLS = 5_000


def names_of(resolver: URLResolver) -> Iterator[str]:
    """Yield the name of every route, those of included files as well."""
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one.name or f"without a name: {one.pattern}"
        else:
            yield from names_of(one)


def test_every_route_is_listed_and_nothing_else() -> None:
    found = set(names_of(get_resolver()))
    listed = {call.route for call in CALLS}
    assert found - listed == set(), "say in tests/matrix/routes who gets what of these"
    assert listed - found == set(), "these are no routes any more"


def test_there_are_thousands_of_cells() -> None:
    cells = sum(len(people) for call in CALLS for *_cell, people in cells_of(call))
    print(f"\nmatrix: {len(PERSONAS)} personas, {len(CALLS)} calls, {cells:,} cells")
    assert cells >= LEAST_CELLS


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.name}")
def test_everybody_gets_what_is_theirs(world: World, browser: Browser, call: Call) -> None:
    prints: dict[tuple[str, str, str], object] = {}
    for method, variant, people in cells_of(call):
        cell = f"{method} {variant} {call.path(world, variant)}"
        found = defaultdict(set)
        for who in sorted(people):
            answer = ask(world, browser, call, method, variant, who)
            found[answer.outcome].add(who)
            prints[method, variant, who] = seen = answer.print()
            assert call.own or not told_of_b(who, answer.path, seen), f"{who} {cell}"
            assert is_whole(world, call, method, variant, answer), f"{who} {cell}"
        expected = {
            outcome: who & people for outcome, who in call.expected(method, variant).items()
        }
        assert wrong(found, expected) == {}, cell
    for first, second in (("foreign", "nowhere"), ("crossed", "missing"), ("foreign", "missing")):
        compare(call, prints, first, second)


def is_whole(world: World, call: Call, method: str, variant: str, answer: Answer) -> bool:
    """Say whether a page has its heading and its company's name, and leads to places of ours."""
    if answer.location:
        return answer.location.startswith("/") and not answer.location.startswith("//")
    if method != "GET" or answer.status != 200 or call.fragment:
        return True
    name = world.sides["b" if variant == "foreign" else "a"].tenant.name
    return "<h1" in answer.text and ("slug" not in call.where or name in answer.text)


def told_of_b(who: str, path: str, seen: object) -> list[str]:
    """Return the words of B in an answer to somebody who may know nothing of B."""
    if who in KNOWS_B or (who in EVERY_MANAGER and path.startswith("/vendor/")):
        return []
    return [word for word in CANARIES if word in str(seen)]


def wrong(found: Mapping[str, set[str]], expected: Sets) -> dict[str, dict[str, set[str]]]:
    """Return who is in one set and not in the other, by outcome; nothing when all are equal."""
    differing = {}
    for outcome in found.keys() | expected.keys():
        got, due = set(found.get(outcome, ())), set(expected.get(outcome, ()))
        if got != due:
            differing[outcome] = {"got it": got - due, "should have": due - got}
    return differing


def compare(
    call: Call, prints: dict[tuple[str, str, str], object], first: str, second: str
) -> None:
    """Make sure that a stranger cannot tell another's object from one that does not exist."""
    if not {first, second} <= set(call.variants):
        return
    for method in ("GET", "POST"):
        theirs, nobodys = call.expected(method, first), call.expected(method, second)
        for outcome, who in nobodys.items():
            for stranger in who & theirs.get(outcome, frozenset()):
                one = prints.get((method, first, stranger))
                other = prints.get((method, second, stranger))
                if one and other:
                    assert one == other, f"{method} {call.name}: {first}, {second}, {stranger}"


def ask(world: World, browser: Browser, call: Call, method: str, variant: str, who: str) -> Answer:
    """Ask for one cell; what it wrote is rolled back, and a safe method must not have written."""
    path, data = call.path(world, variant), call.data(world, variant)
    if method in SAFE:
        with watched() as written:
            answer = browser.ask(who, method, path, **call.headers)
        assert set(written) <= set(call.keeps), f"{method} {path} of {who} wrote to {written}"
        return answer
    cache.clear()
    with transaction.atomic():
        answer = browser.ask(who, method, path, data, **call.headers)
        transaction.set_rollback(True)
    return answer
