"""The house keeps its rules where no linter looks: clock, length, first sentences, templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    path
    for app in ("audit", "helpdesk", "procedures", "tickets")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# The clock is read once per request or sweep, at the top, and handed down as `now`.
CLOCK_READERS = (
    "helpdesk/context.py",
    "helpdesk/adapters.py",
    "helpdesk/mfa_gate.py",
    "helpdesk/health.py",
    "helpdesk/middleware.py",
    "helpdesk/signin.py",
    "helpdesk/styleguide.py",
    "helpdesk/visit.py",
    "helpdesk/people/views",
    "helpdesk/vendor/standing.py",
    "/management/",
    "procedures/views",
    "procedures/api",
    "procedures/worker",
    "tickets/views",
    "tickets/tracking/views",
)
CLOCKS = {"now", "today", "utcnow", "localtime", "localdate", "time", "time_ns"}
CLOCK_OWNERS = {"timezone", "datetime", "date", "time", "dt"}
LONGEST_FUNCTION = 60
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def clock_calls(tree: ast.AST) -> list[int]:
    """Return the lines that read the clock."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in CLOCK_OWNERS
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_keeps_the_rules_of_the_house(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{name} opens with no sentence"
    for function in functions(tree):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= LONGEST_FUNCTION, f"{name}: {function.name} has {length} lines"
    if not any(reader in name for reader in CLOCK_READERS):
        assert clock_calls(tree) == [], f"{name} reads the clock; take `now` as an argument"
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", text), name


def test_reading_the_clock_is_seen() -> None:
    source = "from django.utils import timezone\n\ndef late():\n    return timezone.now()\n"
    assert clock_calls(ast.parse(source)) == [4]
    assert clock_calls(ast.parse("import time\ntime.monotonic()\nnow = later.now()\n")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_nothing_inline(path: Path) -> None:
    found = INLINE.search(path.read_text(encoding="utf-8"))
    assert found is None, f"{path.name}: {found and found[0]!r} breaks the content policy"


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p style='a'>",
        '<b onclick="x">',
        "<style>",
        '<a href="javascript:x">',
    ],
)
def test_what_is_inline_is_seen(html: str) -> None:
    assert INLINE.search(html)
    assert not INLINE.search('<script src="/static/js/app.js" defer></script>')
