"""How much waits at a place of the navigation; who knows it says so when the app starts."""

from collections.abc import Callable

from helpdesk.models import Tenant, User

# More than this is told as "50+": nobody counts on.
MOST = 50

type Count = Callable[[User, Tenant], int]

_counts: dict[str, Count] = {}


def register(place: str, count: Count) -> None:
    """Ask ``count`` what waits at the place of this name, from now on."""
    _counts[place] = count


def waiting_at(place: str, user: User, tenant: Tenant) -> str:
    """Write how much waits for a person at a place; empty where nothing does."""
    count = _counts.get(place)
    found = count(user, tenant) if count else 0
    if found > MOST:
        return f"{MOST}+"
    return str(found) if found else ""
