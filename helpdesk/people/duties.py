"""What a person still has open here; who knows of such things says so when the app starts."""

from collections.abc import Callable
from dataclasses import dataclass

from helpdesk.models import Tenant, User


@dataclass(frozen=True, slots=True)
class Duty:
    """Something open that a person asked for: what, where, and for whom it waits now."""

    reference: str
    title: str
    href: str
    waits_for: str


type Source = Callable[[Tenant, User], list[Duty]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Ask this source, too, from now on."""
    if source not in _sources:
        _sources.append(source)


def duties_of(tenant: Tenant, person: User) -> list[Duty]:
    """List what a person has open in a company, as each source tells it."""
    return [duty for source in _sources for duty in source(tenant, person)]
