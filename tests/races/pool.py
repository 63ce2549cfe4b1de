"""Start 64 processes before any of them has a connection, and hand them rounds."""

import multiprocessing
import os
import pickle
import subprocess
import sys
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import IO

from tests.races.jobs import SIZE, WAIT_SECONDS, Outcome, Round

ROOT = Path(__file__).resolve().parent.parent.parent


class Pool:
    """The test's end: one child process, which forks the contenders and speaks for them."""

    def __init__(self) -> None:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.races.pool"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def begin(self, one: Round) -> None:
        """Hand a round out."""
        assert self.process.stdin is not None
        _write(self.process.stdin, one)

    def outcomes(self) -> list[Outcome]:
        """Wait for the round and return how each contender fared."""
        assert self.process.stdout is not None
        found: list[Outcome] = pickle.load(self.process.stdout)  # noqa: S301 — our own child
        return found

    def run(self, one: Round) -> list[Outcome]:
        """Run a round."""
        self.begin(one)
        return self.outcomes()

    def close(self) -> None:
        """End the child, and with it the contenders."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(WAIT_SECONDS)
        self.process.stdout.close()


def _write(stream: IO[bytes], value: object) -> None:
    pickle.dump(value, stream)
    stream.flush()


def contend(pipe: Connection, number: int, start: Barrier, middle: Barrier) -> None:
    """Serve rounds until nobody speaks any more."""
    from tests.races.contender import take_part

    speaker = os.getppid()
    while True:
        while not pipe.poll(5):
            if os.getppid() != speaker:
                return
        pipe.send(take_part(pipe.recv(), number, start, middle))


def main() -> None:
    """Fork the contenders, then pass rounds and outcomes through until the input ends."""
    import django

    django.setup()
    import tests.races.contender  # noqa: F401 — read once, before the processes part
    from tests.races.signing_in import warm_up

    warm_up()

    context = multiprocessing.get_context("fork")
    start, middle = context.Barrier(SIZE), context.Barrier(SIZE)
    pipes = []
    for number in range(SIZE):
        ours, theirs = context.Pipe()
        context.Process(target=contend, args=(theirs, number, start, middle), daemon=True).start()
        pipes.append(ours)
    while True:
        try:
            one = pickle.load(sys.stdin.buffer)  # noqa: S301 — from the test that started us
        except EOFError:
            return
        for pipe in pipes:
            pipe.send(one)
        found = [pipe.recv() for pipe in pipes]
        for barrier in (start, middle):
            if barrier.broken:
                barrier.reset()
        wanted = [o for job, o in zip(one.jobs, found, strict=True) if job is not None]
        _write(sys.stdout.buffer, wanted)


if __name__ == "__main__":
    main()
