"""The commands of make: a Python that is too old, and web and worker that live and end together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.conftest import FreshDatabase

ROOT = Path(__file__).resolve().parent.parent
OLD_PYTHON = """#!/bin/sh
case "$2" in *version_info*) exit 1 ;; *) echo 3.9.2 ;; esac
"""


@pytest.fixture
def old_python(tmp_path: Path) -> Path:
    path = tmp_path / "python3"
    path.write_text(OLD_PYTHON)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("goal", ["setup", "run", "test"])
def test_a_python_that_is_too_old_is_named_in_one_line(
    tmp_path: Path, old_python: Path, goal: str
) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("Makefile", "scripts", "requirements"):
        (clone / name).symlink_to(ROOT / name)
    # env.sh goes to the folder above itself, so it is asked through a copy of its own.
    (clone / "scripts").unlink()
    (clone / "scripts").mkdir()
    for script in (ROOT / "scripts").glob("*.sh"):
        (clone / "scripts" / script.name).symlink_to(script)
    done = subprocess.run(
        ["make", "--no-print-directory", goal],
        cwd=clone,
        env={**os.environ, "HELPDESK_PYTHON": str(old_python)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout == ""
    ours = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(ours) == 1
    assert ours[0].startswith("helpdesk needs Python 3.12 or newer (found: 3.9.2)")
    assert not (clone / ".venv").exists()


def test_the_running_python_is_found() -> None:
    done = subprocess.run(
        ["scripts/python.sh"],
        cwd=ROOT,
        env={**os.environ, "HELPDESK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == sys.executable


@contextmanager
def serving(fresh_db: FreshDatabase) -> Iterator[tuple[psutil.Popen, list[psutil.Process]]]:
    """Run the supervisor as `make run` does and give it with its two processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    server = psutil.Popen(
        [sys.executable, "scripts/serve.py"],
        cwd=ROOT,
        env={**fresh_db.env, "PORT": port, "DEMO": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    family: list[psutil.Process] = []
    try:
        while "answers at" not in (line := server.stdout.readline()):
            assert server.poll() is None, line
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5) as answer:
            assert answer.status == 200
        family = server.children(recursive=True)
        yield server, server.children()
    finally:
        # Left over only where the test failed.
        for process in [server, *family]:
            if process.is_running():
                process.kill()
        server.wait()
        server.stdout.close()


def all_of(children: list[psutil.Process]) -> list[psutil.Process]:
    return [*children, *(each for child in children for each in child.children(recursive=True))]


def still_running(family: list[psutil.Process]) -> list[psutil.Process]:
    """Return who is left after a moment; a zombie that nobody has buried yet is not."""
    give_up = time.monotonic() + 2
    while left := [each for each in family if is_alive(each)]:
        if time.monotonic() > give_up:
            return left
        time.sleep(0.05)
    return []


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_web_and_worker_within_ten_seconds(
    fresh_db: FreshDatabase, number: signal.Signals
) -> None:
    with serving(fresh_db) as (server, children):
        assert len(children) == 2
        family = all_of(children)
        begun = time.monotonic()
        server.send_signal(number)
        assert server.wait(timeout=10) == 0
        assert time.monotonic() - begun < 10
        assert still_running(family) == []


@pytest.mark.parametrize("victim", ["granian", "worker"])
def test_when_one_dies_the_other_is_stopped(fresh_db: FreshDatabase, victim: str) -> None:
    with serving(fresh_db) as (server, children):
        family = all_of(children)
        next(child for child in children if victim in " ".join(child.cmdline())).kill()
        assert server.wait(timeout=10) == 1
        assert still_running(family) == []


def test_a_port_in_use_is_named_in_one_line(fresh_db: FreshDatabase) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "scripts/serve.py"],
            cwd=ROOT,
            env={**fresh_db.env, "PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"port {port} is not free")
    assert len(done.stderr.splitlines()) == 1
