"""Only the store writes runs, and the pure floors know no Django: read out of the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROCEDURES = ROOT / "procedures"
STORE = PROCEDURES / "store"
OTHERS = [
    path
    for path in sorted(PROCEDURES.rglob("*.py"))
    if "migrations" not in path.parts and STORE not in path.parents
]
PURE = [
    *sorted((PROCEDURES / "rules").glob("*.py")),
    *sorted((PROCEDURES / "catalog").glob("*.py")),
    *(PROCEDURES / f"{name}.py" for name in ("definition", "conditions", "checking", "snapshot")),
]
RUN_MODELS = {
    "Run", "RunStep", "Value", "Evidence", "Decision", "Claim", "Participant", "Counter",
}  # fmt: skip
WRITERS = {
    "create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete",
}  # fmt: skip
# Whatever the row is: outside of the store nothing here saves one.
OF_A_ROW = {"save", "asave"}
WRITING_SQL = re.compile(
    r"\b(INSERT INTO|UPDATE|DELETE FROM) procedures_"
    r"(run|runstep|value|evidence|decision|claim|participant|counter)\b"
)
FORBIDDEN = {"django", "django_fsm", "audit", "helpdesk", "time"}


def root_of(node: ast.expr) -> str:
    """Return the name that a chain of attributes and calls begins with."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def writes(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that write a run, or something that hangs on one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name in OF_A_ROW or (name in WRITERS and root_of(node.func) in RUN_MODELS):
                yield node.lineno
        elif isinstance(node, ast.Constant) and WRITING_SQL.search(str(node.value)):
            yield node.lineno


def imported(tree: ast.AST) -> set[str]:
    """Return the packages that a module imports anything of."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_store_writes_runs(path: Path) -> None:
    found = list(writes(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found, f"{path.name} writes a run at lines {found}; let procedures/store do it"


@pytest.mark.parametrize(
    "source",
    [
        "Run.objects.filter(pk=1).update(state='completed')",
        "Claim.objects.create(key='x')",
        "run.save()",
        "cursor.execute('UPDATE procedures_runstep SET state = 1')",
    ],
)
def test_a_write_is_seen(source: str) -> None:
    assert list(writes(ast.parse(source))) == [1]
    assert list(writes(ast.parse("Run.objects.filter(pk=1).first()\nseen.update({})"))) == []


def test_the_store_is_where_writes_are_found() -> None:
    files = [path.read_text(encoding="utf-8") for path in STORE.glob("*.py")]
    assert sum(len(list(writes(ast.parse(text)))) for text in files) >= 5


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pure_floors_know_neither_django_nor_a_clock(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not imported(tree) & FORBIDDEN, path.name


def test_an_import_is_seen() -> None:
    assert imported(ast.parse("from django.db import models\nimport time")) == {"django", "time"}
