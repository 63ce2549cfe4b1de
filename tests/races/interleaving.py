"""Two commands at once, statement by statement, in every order that the database permits."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections

from procedures import engine
from procedures.change import NotPossible

type Act = Callable[[], engine.Result]
PATIENCE = 30.0
_TURN = 0.002


@dataclass
class Actor:
    """One command in a thread of its own, which stops before each of its statements."""

    act: Act
    pid: int = 0
    outcome: str = ""
    waiting: str = ""
    inside: bool = False
    finished: bool = False
    statements: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start it; it comes as far as its first statement."""
        self._go = threading.Semaphore(0)
        self._moved = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        assert self._moved.wait(PATIENCE)

    def _live(self) -> None:
        db: Any = connections["default"]
        db.ensure_connection()
        if db.vendor == "postgresql":
            self.pid = db.connection.info.backend_pid
        commit, rollback = db._commit, db._rollback

        def gated() -> None:
            self._stop("COMMIT")
            commit()
            self.inside = False

        def undone() -> None:
            rollback()
            self.inside = False

        db._commit, db._rollback = gated, undone
        with ExitStack() as stack:
            stack.enter_context(db.execute_wrapper(self._before))
            self.outcome = outcome_of(self.act)
        self.finished = True
        self._moved.set()
        db.close()

    def _before(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._stop(sql)
        result = execute(sql, params, many, context)
        # On SQLite whoever has begun holds the only lock there is.
        self.inside = self.inside or sql.startswith("BEGIN")
        return result

    def _stop(self, what: str) -> None:
        self.waiting = what
        self._moved.set()
        assert self._go.acquire(timeout=PATIENCE)

    def step(self) -> None:
        """Let it execute the statement before which it stands."""
        self.statements.append(self.waiting.split("\n")[0][:40])
        self._moved.clear()
        self._go.release()

    @property
    def stands(self) -> bool:
        """Say whether it stands before a statement, or has finished."""
        return self._moved.is_set()

    def settle(self) -> None:
        """Wait until it stands again, or waits for a lock of the other."""
        ends = time.monotonic() + PATIENCE
        while not self._moved.wait(_TURN):
            if self._locked_out():
                return
            assert time.monotonic() < ends, f"stuck in {self.waiting}"

    def _locked_out(self) -> bool:
        if not self.pid:
            # On SQLite nobody is let begin while the other is inside.
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", [self.pid])
            return cursor.fetchone() is not None

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


def outcome_of(act: Act) -> str:
    """Carry a command out, and say in a word how it ended."""
    try:
        result = act()
    except NotPossible as error:
        return error.code
    except engine.Busy:
        return "busy"
    return "done" if result.done else str(result.refusal.code if result.refusal else "")


def run_once(acts: tuple[Act, Act], prefix: list[int]) -> tuple[tuple[str, str], list[int]]:
    """Run both, choosing as told where both could go on and the first where nothing is told.

    Return how each ended, and every choice that was made.
    """
    actors = [Actor(act) for act in acts]
    chosen: list[int] = []
    while not all(actor.finished for actor in actors):
        able = [n for n, one in enumerate(actors) if _can_go(one, actors[1 - n])]
        if not able:
            # Who waited for a lock has been let in by now.
            for actor in actors:
                if not actor.stands:
                    actor.settle()
            continue
        turn = able[0]
        if len(able) == 2:
            turn = prefix[len(chosen)] if len(chosen) < len(prefix) else 0
            chosen.append(turn)
        actors[turn].step()
        actors[turn].settle()
        other = actors[1 - turn]
        if not other.stands:
            other.settle()
    for actor in actors:
        actor.join()
    return (actors[0].outcome, actors[1].outcome), chosen


def _can_go(one: Actor, other: Actor) -> bool:
    if one.finished or not one.stands:
        return False
    return not (other.inside and one.waiting.startswith("BEGIN"))


def every_order(
    make: Callable[[], tuple[Act, Act]],
    first: tuple[int, ...] = (),
    around: Callable[[], AbstractContextManager[Any]] = nullcontext,
) -> Iterator[tuple[str, str]]:
    """Yield how both ended, once for each order of their statements; each from a fresh start.

    The caller looks at the database before it asks for the next. ``first`` is the order to
    begin with; those before it are left out. ``around`` is entered while both are at it.
    """
    prefix: list[int] | None = list(first)
    while prefix is not None:
        acts = make()
        with around():
            outcomes, chosen = run_once(acts, prefix)
        yield outcomes
        prefix = _next(chosen)


def _next(chosen: list[int]) -> list[int] | None:
    """Return the beginning of the next order: the last choice that was the first, the other way."""
    for place in range(len(chosen) - 1, -1, -1):
        if chosen[place] == 0:
            return [*chosen[:place], 1]
    return None
