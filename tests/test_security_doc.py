"""docs/security.md names every control that matters, and every test it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "security.md"
# The controls of ASVS 5.0 that matter to the product.
CONTROLS = """
2.1.3 2.3.1 2.3.2 2.3.3 2.3.4 2.3.5 2.4.1 2.4.2
8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.3.2 8.4.1 8.4.2
1.2.1 1.2.2 1.2.3 1.2.4 1.2.9 1.2.10 1.3.2 1.3.4 1.3.6 1.3.7 1.3.11 1.3.12 1.5.2
3.2.1 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.3 3.4.4 3.4.5 3.4.6 3.4.8 3.5.1 3.5.3 3.7.2
4.1.1 4.1.2 4.1.3 4.1.4
5.1.1 5.2.1 5.2.2 5.2.3 5.2.4 5.3.1 5.3.2 5.4.1 5.4.2 5.4.3
6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.12
6.3.1 6.3.2 6.3.3 6.3.8 6.4.3 6.4.6 6.5.1
7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.5 7.5.1 7.5.3
13.2.4 13.2.5 13.3.1 13.4.2 13.4.5 14.2.1 14.2.7 14.3.2
15.1.2 15.2.1 15.3.1 15.3.2 15.3.3 15.3.4 15.4.2 15.4.3
16.2.1 16.2.2 16.2.5 16.3.1 16.3.2 16.3.3 16.4.1 16.4.2 16.4.3 16.5.1 16.5.2 16.5.3
""".split()
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \(([123])\) \|(.*)\|$", re.MULTILINE)
LINK = re.compile(r"\[(tests/[\w/]+\.py)::(\w+)\]\(\.\./(tests/[\w/]+\.py)\)")
PROVED, EXPLAINED = {"holds", "partly"}, {"partly", "does not apply", "not yet"}
SHORTEST_REASON = 20


def rows() -> dict[str, list[str]]:
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len({control for control, _, _ in found}) == len(found), "a control is there twice"
    return {control: [cell.strip() for cell in rest.split("|")] for control, _, rest in found}


@cache
def written_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def test_every_control_is_there_and_nothing_else() -> None:
    assert set(rows()) == set(CONTROLS)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_is_shown_by_tests_that_exist_or_says_why_not(control: str) -> None:
    asks, does, state, shown = rows()[control]
    assert asks
    assert does
    links = LINK.findall(shown)
    reason = LINK.sub("", shown).replace("<br>", "").strip()
    assert state in PROVED | EXPLAINED
    assert bool(links) == (state in PROVED)
    if state in EXPLAINED:
        assert len(reason) >= SHORTEST_REASON
    for path, name, target in links:
        assert path == target
        assert name in written_in(path), f"{path} has no {name}"


def test_the_sum_at_the_top_is_the_sum_of_the_rows() -> None:
    states = [cells[2] for cells in rows().values()]
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    said = re.search(r"Of (\d+): (\d+) hold, (\d+) hold in part, (\d+) do not apply, (\d+)", text)
    assert said
    counted = [states.count(one) for one in ("holds", "partly", "does not apply", "not yet")]
    assert [int(number) for number in said.groups()] == [len(states), *counted]
