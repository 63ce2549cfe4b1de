"""Contests for the room that a company's files have."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock
from uuid import uuid4

from django.db import transaction

from helpdesk.models import User
from procedures.models import Run
from tests.races.jobs import Outcome
from tickets.conversation import space, vault
from tickets.conversation.commenting import Said, add_comment
from tickets.conversation.models import FileSpace

# How long a twin stands between reading and writing, so that everybody has read.
PAUSE_SECONDS = 3.0


class RoomAttempt:
    """Somebody sends a comment with a file, or takes the room for one without the lock."""

    def __init__(self, run: int, actor: int, now: datetime, size: int, *, guarded: bool) -> None:
        self.run, self.actor = Run.objects.get(pk=run), User.objects.get(pk=actor)
        self.now, self.size, self.guarded = now, size, guarded

    def __call__(self) -> Outcome:
        """Say whether there was room."""
        try:
            if self.guarded:
                self._send()
            else:
                with _unlocked():
                    space.take(self.run.tenant_id, self.size)
        except space.Full:
            return ("full", None)
        return ("won", self.run.pk)

    def _send(self) -> None:
        # What is raced for is the row, so that no disk is waited for.
        file = vault.Stored(uuid4(), "a.txt", "txt", self.size, "0" * 64)
        said = Said("경합", internal=False, files=(file,))
        add_comment(self.run, said, author=self.actor, submission=uuid4(), now=self.now)


@contextmanager
def _unlocked() -> Iterator[None]:
    """Take the lock of the row away, and with it SQLite's only one; wait before writing."""

    def read_and_wait(tenant_id: int) -> FileSpace:
        assert not transaction.get_connection().in_atomic_block
        found = FileSpace.objects.get(tenant_id=tenant_id)
        time.sleep(PAUSE_SECONDS)
        return found

    with mock.patch.object(space, "lock", read_and_wait):
        yield
