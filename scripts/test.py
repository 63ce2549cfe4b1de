"""Run every test: the pure ones once, the others on both databases, browser last; print times."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import messages

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests import memory, postgres  # noqa: E402 — found from the root alone

KINDS = ("sqlite", "postgresql")
PURE = ("tests/rules", "tests/catalog")
CORE = "tests/stateful/test_core.py"
RANDOM = "tests/stateful/test_databases.py"
SPREAD = ("-n", "2", "--dist", "worksteal")
ONE = ("-p", "no:xdist")
OUTSIDE = [f"--ignore={name}" for name in (*PURE, "tests/stateful", "tests/browser")]


@dataclass(frozen=True)
class Part:
    """One run of pytest, on one of the databases."""

    name: str
    arguments: tuple[str, ...]
    database: str = "sqlite"


@dataclass(frozen=True)
class Stage:
    """Parts that run side by side, and how many seconds they may take on two idle cores."""

    name: str
    budget: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Ran:
    """What came of a part; ``cpu`` is what its processes computed, the server's share left out."""

    part: Part
    code: int
    seconds: float
    cpu: float
    slowest: list[tuple[float, str]]

    def told(self) -> str:
        """Say in one line how it went."""
        word = "passed" if self.code == 0 else f"FAILED ({self.code})"
        return f"{self.part.name}: {word} in {self.seconds:.0f} s, {self.cpu:.0f} s of processor"


def stages() -> list[Stage]:
    """Return what `make test` runs, in order.

    Random commands keep one processor busy each, and races wait for locks most of the time: both
    databases are tried at once.
    """
    found = [
        Stage("pure", 45, (Part("pure", (*SPREAD, *PURE)),)),
        Stage(
            "stateful",
            100,
            (
                Part("stateful-sqlite", (*ONE, CORE, RANDOM)),
                Part("stateful-postgresql", (*ONE, RANDOM), "postgresql"),
            ),
        ),
        Stage("races", 150, tuple(map(_races, KINDS))),
        *(Stage(kind, 150, (_together(kind),)) for kind in KINDS),
    ]
    if shutil.which("chromium"):
        found.append(Stage("browser", 200, (Part("browser", (*SPREAD, "tests/browser")),)))
    return found


def _races(kind: str) -> Part:
    return Part(f"races-{kind}", ("tests", *OUTSIDE, *ONE, "-m", "races"), kind)


def _together(kind: str) -> Part:
    return Part(kind, ("tests", *OUTSIDE, *SPREAD, "-m", "not (races or bench)"), kind)


def campaign() -> list[Stage]:
    """Return the long runs; HELPDESK_CAMPAIGN tells the random ones to take their time."""
    return [
        Stage(f"campaign-{kind}", 0, (Part(f"campaign-{kind}", (*ONE, *paths), kind),))
        for kind, paths in (("sqlite", (CORE, RANDOM)), ("postgresql", (RANDOM,)))
    ]


def main(wanted: list[str]) -> int:
    """Run the stages that are named, or all; return 1 when any failed."""
    messages.compile_catalogs()
    known = {stage.name: stage for stage in (*stages(), *campaign())}
    if "campaign" in wanted:
        wanted = [stage.name for stage in campaign()]
    if unknown := [name for name in wanted if name not in known]:
        print(f"unknown part: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    chosen = [known[name] for name in wanted] or stages()
    lines, ran = [], list[Ran]()
    begun = time.monotonic()
    with prepared(chosen):
        for stage in chosen:
            came, seconds = run_stage(stage)
            ran += came
            lines += [one.told() for one in came]
            if stage.budget:
                lines.append(f"  {stage.name}: {seconds:.0f} s of {stage.budget} s")
    if not shutil.which("chromium"):
        lines.append("browser: not run, chromium is not installed")
    lines.append(f"in all {time.monotonic() - begun:.0f} s")
    print(f"\nthe ten slowest tests\n{slowest(ran)}\n\n" + "\n".join(lines), flush=True)
    return int(any(one.code for one in ran))


@contextmanager
def prepared(chosen: list[Stage]) -> Iterator[None]:
    """Give all parts one folder and one server, so that each template is made once."""
    needed = {part.database for stage in chosen for part in stage.parts}
    with tempfile.TemporaryDirectory(prefix="helpdesk-tests-", dir=memory.folder()) as folder:
        os.environ["HELPDESK_TEST_VAR"] = folder
        server = postgres.start(fsync=False) if "postgresql" in needed else None
        if server:
            os.environ["HELPDESK_TEST_PG"] = str(server.folder)
        try:
            yield
        finally:
            if server:
                server.stop()


def run_stage(stage: Stage) -> tuple[list[Ran], float]:
    """Run the parts of a stage; what parts side by side print is shown when they have ended."""
    print(f"\n== {', '.join(part.name for part in stage.parts)}", flush=True)
    begun = time.monotonic()
    with ThreadPoolExecutor(len(stage.parts)) as threads:
        alone = len(stage.parts) == 1
        ran = list(threads.map(lambda part: run(part, shown=alone), stage.parts))
    return ran, time.monotonic() - begun


def run(part: Part, *, shown: bool) -> Ran:
    """Run one part in a process of its own."""
    folder = Path(os.environ["HELPDESK_TEST_VAR"])
    report, output = folder / f"{part.name}.xml", folder / f"{part.name}.txt"
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *part.arguments]
    environment = {**os.environ, "HELPDESK_TEST_DB": part.database}
    begun = time.monotonic()
    with output.open("wb") as written:
        kept = None if shown else written
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=kept, stderr=kept)
        _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = code = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begun
    if not shown:
        print(f"-- {part.name}\n{output.read_text(errors='replace')}", flush=True)
    return Ran(part, code, seconds, used.ru_utime + used.ru_stime, times(report))


def times(report: Path) -> list[tuple[float, str]]:
    """Read how long each test of a part took, its set-up included."""
    if not report.exists():
        return []
    cases = ET.parse(report).iter("testcase")  # noqa: S314 — our own pytest wrote it
    return [
        (float(one.get("time", 0)), f"{one.get('classname')}::{one.get('name')}") for one in cases
    ]


def slowest(ran: list[Ran]) -> str:
    """List the ten slowest tests of all parts."""
    found = [(seconds, one.part.name, name) for one in ran for seconds, name in one.slowest]
    found.sort(reverse=True)
    return "\n".join(f"{seconds:6.1f} s  {part}  {name}" for seconds, part, name in found[:10])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
