"""Run every test: the pure ones once, the others on both databases, races alone, browser last."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import messages

ROOT = Path(__file__).resolve().parent.parent
PURE = ("tests/rules", "tests/catalog")
CORE = "tests/stateful/test_core.py"
ALONE = "races or aborts"
# Who may see what, and what pages say of it: the same queries on both databases. `make test`
# asks them on SQLite, `make campaign` on PostgreSQL as well.
WIDE = ("tests/matrix", "tests/web/test_xss.py", "tests/web/test_headers.py")
OUTSIDE = [f"--ignore={name}" for name in (*PURE, CORE, "tests/browser")]


@dataclass(frozen=True)
class Part:
    """One run of pytest."""

    name: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def parts() -> list[Part]:
    """Return what `make test` runs, in order."""
    spread = ["-n", "2", "--dist", "worksteal"]
    found = [Part("pure", [*spread, *PURE]), Part("stateful-core", ["-s", CORE])]
    for kind in ("sqlite", "postgresql"):
        wide = [f"--ignore={name}" for name in WIDE if kind == "postgresql"]
        together = ["tests", *OUTSIDE, *wide, *spread, "-m", f"not ({ALONE} or bench)"]
        found.append(Part(kind, together, {"HELPDESK_TEST_DB": kind}))
    for kind in ("sqlite", "postgresql"):
        alone = ["tests", *OUTSIDE, "-p", "no:xdist", "-m", ALONE]
        found.append(Part(f"alone-{kind}", alone, {"HELPDESK_TEST_DB": kind}))
    if shutil.which("chromium"):
        found.append(Part("browser", [*spread, "tests/browser"]))
    return found


def campaign() -> list[Part]:
    """Return the long runs; HELPDESK_CAMPAIGN tells the random ones to take their time."""
    arguments = ["tests", CORE, "--ignore=tests/browser", "-s", "-p", "no:xdist", "-m", "stateful"]
    wide = ["-n", "2", "--dist", "worksteal", *WIDE]
    return [
        Part("campaign-wide", wide, {"HELPDESK_TEST_DB": "postgresql"}),
        *(
            Part(f"campaign-{kind}", arguments, {"HELPDESK_TEST_DB": kind})
            for kind in ("sqlite", "postgresql")
        ),
    ]


def main(wanted: list[str]) -> int:
    """Run the parts that are named, or all; return 1 when any failed."""
    messages.compile_catalogs()
    known = {part.name: part for part in (*parts(), *campaign())}
    if "campaign" in wanted:
        wanted = [part.name for part in campaign()]
    if unknown := [name for name in wanted if name not in known]:
        print(f"unknown part: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    lines, failed = [], False
    for part in [known[name] for name in wanted] or parts():
        begun = time.monotonic()
        code = run(part)
        failed |= code != 0
        word = "passed" if code == 0 else f"FAILED ({code})"
        lines.append(f"{part.name}: {word} in {time.monotonic() - begun:.0f} s")
    if not shutil.which("chromium"):
        lines.append("browser: not run, chromium is not installed")
    print("\n" + "\n".join(lines), flush=True)
    return int(failed)


def run(part: Part) -> int:
    """Run one part in a process of its own and return pytest's exit code."""
    print(f"\n== {part.name}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "--durations=10", *part.arguments]
    return subprocess.call(command, cwd=ROOT, env={**os.environ, **part.environment})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
