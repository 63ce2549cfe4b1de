"""Contests about a run's tracking link, and about what one person says of it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock

from helpdesk.models import User
from procedures.models import Run
from tests.races.jobs import Outcome
from tickets.tracking import feedback, links

# How long a twin stands between reading and writing, so that everybody has read.
PAUSE_SECONDS = 3.0


class FollowAttempt:
    """Somebody makes the tracking link, or says how it went; perhaps without the lock."""

    def __init__(self, run: int, actor: int, now: datetime, what: str, *, guarded: bool) -> None:
        self.run, self.actor = Run.objects.get(pk=run), User.objects.get(pk=actor)
        self.now, self.what, self.guarded = now, what, guarded

    def __call__(self) -> Outcome:
        """Say that it was done."""
        with nullcontext() if self.guarded else _unlocked():
            if self.what == "link":
                links.make_link(self.run, actor=self.actor, now=self.now)
            else:
                feedback.give(self.run, user=self.actor, rating=3, words="", now=self.now)
        return ("won", self.run.pk)


@contextmanager
def _unlocked() -> Iterator[None]:
    """Take the transaction and the lock away, and with them SQLite's only one."""
    talk = SimpleNamespace(lock=lambda _run: None, append=lambda *_a, **_kw: 0)
    free = SimpleNamespace(atomic=nullcontext)
    with ExitStack() as stack:
        for module, name in ((links, "_end"), (feedback, "given_by")):
            stack.enter_context(mock.patch.object(module, "stream", talk))
            stack.enter_context(mock.patch.object(module, "transaction", free))
            stack.enter_context(mock.patch.object(module, name, _then_wait(module, name)))
        yield


def _then_wait(module: Any, name: str) -> Any:
    read = getattr(module, name)

    def read_and_wait(*given: Any, **named: Any) -> Any:
        found = read(*given, **named)
        time.sleep(PAUSE_SECONDS)
        return found

    return read_and_wait
