"""The installation's secret is made once, is private, and gives each use its own key."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk.keys import KEY_BYTES, KeyUnusable, derive, ensure_key, parse_key

ROUNDS = 3
# Forked from a process without threads, which the test runner is not.
RACE = """
import multiprocessing, os, sys
from pathlib import Path
from helpdesk import keys

if sys.argv[2] == "unguarded":
    real = os.open
    keys.os.open = lambda path, flags, *mode: real(path, flags & ~os.O_EXCL, *mode)

def contend(barrier, answers):
    barrier.wait()
    answers.put(keys.ensure_key(Path(sys.argv[1])).hex())

fork = multiprocessing.get_context("fork")
barrier, answers = fork.Barrier(64), fork.SimpleQueue()
processes = [fork.Process(target=contend, args=(barrier, answers)) for _ in range(64)]
for process in processes:
    process.start()
print(len({answers.get() for _ in processes}))
for process in processes:
    process.join()
"""


def race(path: Path, guard: str) -> int:
    command = [sys.executable, "-c", RACE, str(path), guard]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout)


def test_of_64_processes_that_start_together_all_get_the_one_key(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        path = tmp_path / f"var{number}" / "secret.key"
        assert race(path, "guarded") == 1
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert len(path.read_bytes()) == KEY_BYTES
        assert [one.name for one in path.parent.iterdir()] == ["secret.key"]


def test_without_exclusive_creation_they_get_different_keys_each_time(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        assert race(tmp_path / f"secret{number}.key", "unguarded") > 1


def test_a_key_that_was_cut_short_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.keys._WAIT_SECONDS", 0.05)
    path = tmp_path / "secret.key"
    path.write_bytes(os.urandom(KEY_BYTES - 1))
    with pytest.raises(KeyUnusable, match="64 bytes"):
        ensure_key(path)


def test_a_short_key_given_by_hand_is_refused() -> None:
    with pytest.raises(KeyUnusable, match="at least 32"):
        parse_key("x" * 31)
    assert parse_key("x" * 32) == b"x" * 32


def test_each_purpose_has_its_own_steady_key() -> None:
    assert derive(b"k" * 64, "audit") == derive(b"k" * 64, "audit")
    assert len({derive(b"k" * 64, purpose) for purpose in ("audit", "django", "webhook")}) == 3
    assert derive(b"k" * 64, "audit") != derive(b"l" * 64, "audit")
