"""What a comment begins with where nobody has typed yet: told by whoever registers a text."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest

from procedures.models import Run

# The text that a request asks for about a run, empty for none.
Provider = Callable[[HttpRequest, Run, datetime], str]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Ask this for the first words of a comment; once, when the app is ready."""
    if provider not in _providers:
        _providers.append(provider)


def text_for(request: HttpRequest, run: Run, now: datetime) -> str:
    """Return what a comment begins with; empty where no text was asked for."""
    return next((text for one in _providers if (text := one(request, run, now))), "")
