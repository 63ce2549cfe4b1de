"""Where contenders of a twin meet: nobody writes before everybody has read."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier

from tests.races.jobs import WAIT_SECONDS

_middle: list[Barrier] = []


@contextmanager
def at(middle: Barrier | None) -> Iterator[None]:
    """Let this process meet the others at a barrier, once; without one it goes on."""
    _middle[:] = [middle] if middle else []
    yield
    _middle.clear()


def meet() -> None:
    """Wait for the others, the first time one comes here."""
    if _middle:
        _middle.pop().wait(WAIT_SECONDS)
