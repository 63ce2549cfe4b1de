"""A change of domain at a point of its window, told by the engine; and who looks at it."""

from datetime import datetime

from django.test import Client

from procedures.models import Run
from tests.catalog.facts import kst
from tests.engine.cast import Cast
from tests.engine.domains import prepared, scheduled

START = kst("2026-11-14T22:00")


def out(cast: Cast) -> Run:
    """Take a change of domain out of service at 22:01."""
    run = scheduled(cast)
    prepared(cast, run)
    return run


def address(run: Run, page: str = "window/") -> str:
    """Return the address of a page of the run."""
    return f"/t/{run.tenant.slug}/runs/{run.reference}/{page}"


def browser(cast: Cast, who: str) -> Client:
    """Return the browser of a person who reads English."""
    user = cast.people[who]
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def at(clock: str) -> datetime:
    """Read a wall-clock time of Seoul."""
    return kst(clock)
