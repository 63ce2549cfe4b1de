"""What has to be said at the top of a run's page, told by whoever registers it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from procedures.models import Run

# What to say of a run of a company (slug) now: a template and its values; {} for nothing.
Banner = Callable[[Run, str, datetime], dict[str, Any]]

_banners: list[Banner] = []


def register(banner: Banner) -> None:
    """Let this be asked for every run's page; it must cost nothing where it says nothing."""
    if banner not in _banners:
        _banners.append(banner)


def banners_of(run: Run, slug: str, now: datetime) -> list[dict[str, Any]]:
    """List what is to be said, each with its ``template``."""
    return [told for told in (banner(run, slug, now) for banner in _banners) if told]
