"""Measure contenders in short slices, each beside the anchor, by a pool of processes."""

import gc
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Protocol

SECONDS = 0.6
ANCHOR = "anchor"
CONTROL = "control"


class Contender(Protocol):
    """Something whose units of work are timed."""

    def prepare(self, units: int) -> None:
        """Get that many units ready, outside of the timed slice."""

    def unit(self) -> None:
        """Do one unit."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What one slice came to: units a second, and the slowest of twenty in seconds."""

    rate: float
    p95: float


@dataclass(frozen=True, slots=True)
class Ratios:
    """Medians over all passes: rate, and 95th percentile, beside the anchor's."""

    rate: float
    p95: float
    passes: int
    spread: tuple[float, float]


class Pool:
    """Processes started before anything is connected; each keeps contenders of its own.

    ``make(worker)`` is called in each process and returns its contenders by name.
    """

    def __init__(self, make: Callable[[int], dict[str, Contender]], workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        barrier = context.Barrier(workers)
        self.ends: list[Connection] = []
        self.processes = []
        for worker in range(1, workers + 1):
            near, far = context.Pipe()
            process = context.Process(target=_serve, args=(far, make, worker, barrier), daemon=True)
            process.start()
            # So that a process that dies is noticed instead of waited for.
            far.close()
            self.ends.append(near)
            self.processes.append(process)
        self.estimate: dict[str, float] = {}
        self.ask("ready")

    def ask(self, *question: Any) -> list[Any]:
        """Put one question to every process and wait for all answers."""
        for end in self.ends:
            end.send(question)
        answers = [end.recv() for end in self.ends]
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return answers

    def slice(self, name: str, seconds: float = SECONDS) -> Slice:
        """Prepare a contender everywhere, then time it everywhere at once."""
        units = int(self.estimate.get(name, 60.0) * seconds * 1.7) + 20
        self.ask("prepare", name, units)
        answers = self.ask("slice", name, seconds)
        rate = sum(len(took) / elapsed for took, elapsed in answers)
        self.estimate[name] = max(len(took) / elapsed for took, elapsed in answers)
        latencies = sorted(one for took, _elapsed in answers for one in took)
        return Slice(rate, latencies[int(len(latencies) * 0.95)])

    def stop(self) -> None:
        """End the processes."""
        for end in self.ends:
            end.send(("stop",))
        for process in self.processes:
            process.join(timeout=10)
            if process.is_alive():
                process.kill()


def compare(
    pool: Pool, names: Sequence[str], passes: int, settle: Callable[[], None]
) -> dict[str, Ratios]:
    """Time contenders in random order, an anchor slice every third; return their ratios.

    ``settle`` is called between warming up and measuring. The control is the anchor itself:
    how far it is from 1 is the error of the method.
    """
    order = random.Random()
    for name in (ANCHOR, *names):
        for _ in range(3):
            pool.slice(name, 0.3)
    settle()
    for name in (ANCHOR, *names):
        pool.slice(name, 0.3)
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in (*names, CONTROL)}
    before = pool.slice(ANCHOR)
    for _ in range(passes):
        queue = [*names, CONTROL]
        order.shuffle(queue)
        for begin in range(0, len(queue), 2):
            two = queue[begin : begin + 2]
            measured = [(name, pool.slice(ANCHOR if name == CONTROL else name)) for name in two]
            after = pool.slice(ANCHOR)
            rate, p95 = (before.rate + after.rate) / 2, (before.p95 + after.p95) / 2
            for name, found in measured:
                pairs[name].append((found.rate / rate, found.p95 / p95))
            before = after
    return {name: _ratios(found) for name, found in pairs.items()}


def _ratios(pairs: list[tuple[float, float]]) -> Ratios:
    rates = sorted(rate for rate, _p95 in pairs)
    quarter = len(rates) // 4
    return Ratios(
        rate=statistics.median(rates),
        p95=statistics.median(p95 for _rate, p95 in pairs),
        passes=len(pairs),
        spread=(rates[quarter], rates[-1 - quarter]),
    )


def _serve(
    end: Connection, make: Callable[[int], dict[str, Contender]], worker: int, barrier: Any
) -> None:
    contenders: dict[str, Contender] = {}
    while True:
        kind, *rest = end.recv()
        try:
            if kind == "stop":
                return
            answer: Any = None
            if kind == "ready":
                contenders = make(worker)
            elif kind == "prepare":
                contenders[rest[0]].prepare(rest[1])
                # What was prepared is not looked through while units are timed.
                gc.collect()
                gc.freeze()
            elif kind == "call":
                answer = rest[0](contenders, *rest[1:])
            else:
                barrier.wait(timeout=60)
                answer = _time(contenders[rest[0]].unit, rest[1])
            end.send(answer)
        except Exception as error:  # noqa: BLE001  # told to the parent, which raises it
            end.send(RuntimeError(f"{kind} {rest[:1]}: {type(error).__name__}: {error}"))


def _time(unit: Callable[[], None], seconds: float) -> tuple[list[float], float]:
    """Return how long each unit took, and all of them, in seconds."""
    took = []
    clock = time.perf_counter
    start = last = clock()
    until = start + seconds
    while last < until:
        try:
            unit()
        except IndexError:
            # What was prepared is used up: the slice is a little shorter.
            break
        now = clock()
        took.append(now - last)
        last = now
    return took, last - start
