"""Contests about tickets: who takes one first."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime
from types import SimpleNamespace
from unittest import mock

from helpdesk.models import User
from procedures.models import Run
from tests.races.jobs import Outcome
from tickets.conversation import stream
from tickets.conversation.models import Conversation
from tickets.queue import assigning

# How long a twin stands between reading and writing, so that everybody has read.
PAUSE_SECONDS = 3.0


class TakeAttempt:
    """Somebody presses "Take" on a page that shows the ticket as nobody's."""

    def __init__(self, run: int, person: int, now: datetime, *, guarded: bool) -> None:
        self.run = Run.objects.select_related("tenant").get(pk=run)
        self.person, self.now = User.objects.get(pk=person), now
        self.guarded = guarded

    def __call__(self) -> Outcome:
        """Say whether it was taken, or who has it."""
        try:
            with nullcontext() if self.guarded else _unlocked():
                assigning.take(self.run, actor=self.person, seen=None, now=self.now)
        except assigning.Held as held:
            return ("held", held.holder.pk if held.holder else None)
        return ("won", self.person.pk)


@contextmanager
def _unlocked() -> Iterator[None]:
    """Take the lock of the talk, and SQLite's only one; wait between reading and writing."""
    look = assigning.holder_of

    def look_and_wait(run_id: int, now: datetime) -> User | None:
        found = look(run_id, now)
        time.sleep(PAUSE_SECONDS)
        return found

    def begun(run: Run) -> Conversation:
        talk, _new = Conversation.objects.get_or_create(run=run)
        talk.run = run
        return talk

    with ExitStack() as stack:
        for fault in (
            mock.patch.object(assigning, "transaction", SimpleNamespace(atomic=nullcontext)),
            mock.patch.object(stream, "lock", begun),
            mock.patch.object(assigning, "holder_of", look_and_wait),
        ):
            stack.enter_context(fault)
        yield
