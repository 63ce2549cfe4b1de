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
type Going = Callable[[Tenant], set[str]]

_sources: list[Source] = []
_going: list[Going] = []


def register(source: Source) -> None:
    """Ask this source, too, from now on."""
    if source not in _sources:
        _sources.append(source)


def duties_of(tenant: Tenant, person: User) -> list[Duty]:
    """List what a person has open in a company, as each source tells it."""
    return [duty for source in _sources for duty in source(tenant, person)]


def register_going(source: Going) -> None:
    """Ask this source, too, whose role is as good as taken."""
    if source not in _going:
        _going.append(source)


def mail_admins_going(tenant: Tenant) -> frozenset[str]:
    """Return the addresses, in small letters, of mail admins who are about to lose the role.

    The product has removed them already, so none of them can be the last one here.
    """
    return frozenset(address for source in _going for address in source(tenant))
