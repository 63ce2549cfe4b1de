"""Write the pages of docs/ that say what the code says; a test keeps them true."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from helpdesk import permissions  # noqa: E402
from procedures.catalog import PROCEDURES  # noqa: E402
from procedures.definition import Gate, Procedure, Step  # noqa: E402
from procedures.rules import RULES  # noqa: E402

_NOTE = "<!-- Written by scripts/generate_docs.py; edit the code, not this file. -->"


def procedures_page() -> str:
    """Describe every procedure as its definition says."""
    lines = ["# The procedures", "", _NOTE, ""]
    for procedure in PROCEDURES:
        lines += _procedure(procedure)
    return "\n".join(lines).rstrip() + "\n"


def _procedure(procedure: Procedure) -> Iterator[str]:
    title = f"{procedure.title.ko} ({procedure.title.en})"
    yield f"## `{procedure.key}` {title}, version {procedure.number}"
    yield ""
    yield f"FAQ: “{procedure.question}”"
    yield ""
    yield f"Opened by: {', '.join(procedure.openers)}. References: {procedure.prefix}-YYYY-NNNN."
    yield ""
    yield "| step | kind | who | fields | gates |"
    yield "|---|---|---|---|---|"
    for step in procedure.steps:
        yield _step(step)
    yield ""
    for step in procedure.steps:
        for gate in step.gates:
            yield from _gate(step, gate)
    yield ""


def _step(step: Step) -> str:
    who = ", ".join(step.roles) or f"approver of `{step.approves}`"
    fields = ", ".join(f"`{key}`" for key in step.fields)
    gates = ", ".join(gate.rule.name for gate in step.gates)
    return f"| `{step.key}` {step.title.ko} | {step.kind} | {who} | {fields} | {gates} |"


def _gate(step: Step, gate: Gate) -> Iterator[str]:
    basis = f"FAQ: “{gate.quote}”" if gate.quote else "ours"
    ours = f" Ours: {gate.ours.ko}" if gate.ours else ""
    overridable = " Overridable by a vendor manager." if gate.overridable else ""
    yield f"- `{step.key}` · {gate.rule.name}: {basis}{ours}{overridable}"


def rules_page() -> str:
    """Describe every rule by its docstring, guard and texts."""
    lines = ["# The rules", "", _NOTE, ""]
    for name in sorted(RULES):
        rule = RULES[name]
        if not rule.__module__.startswith("procedures.rules."):
            continue
        lines += [f"## {name}", "", inspect.getdoc(rule) or "", ""]
        if rule.outside:
            lines += [f"Looks outside its run; guarded by: {rule.guard}.", ""]
        lines += [f"- `{code}`: {text.ko} / {text.en}" for code, text in rule.texts.items()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def permissions_page() -> str:
    """Describe who may give which command, and under which relation."""
    lines = ["# Who may do what", "", _NOTE, ""]
    lines += [
        "The table of `helpdesk/permissions.py`; pages, commands and templates ask its `may()`.",
        "A cell says under which relation a role may give the command; ● always, empty never.",
        "Whoever holds no role may do nothing.",
        "",
        f"| command | what it is | {' | '.join(permissions.EVERYBODY)} |",
        f"|---|---|{'---|' * len(permissions.EVERYBODY)}",
    ]
    for command, words in permissions.COMMANDS.items():
        cells = " | ".join(_cell(command, role) for role in permissions.EVERYBODY)
        lines.append(f"| `{command}` | {words} | {cells} |")
    lines += ["", "## Relations", "", "What a person is to the object at hand.", ""]
    lines += [f"- *{name}*: {words}" for name, words in permissions.RELATIONS.items()]
    return "\n".join(lines) + "\n"


def _cell(command: str, role: str) -> str:
    found = [r.relation for r in permissions.ROWS if (r.role, r.command) == (role, command)]
    return "●" if "" in found else ", ".join(f"*{name}*" for name in found)


PAGES = {
    "permissions.md": permissions_page,
    "procedures.md": procedures_page,
    "rules.md": rules_page,
}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
