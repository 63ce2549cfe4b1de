"""What a rule may know: one frozen value, made at one door, without clock or database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from procedures.rules.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with roles. ``kind`` is user, support, system or api."""

    id: int | None
    email: str
    name: str
    roles: frozenset[str] = frozenset()
    kind: str = "user"


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at the DNS. ``outcome``: right, wrong, disagree, timeout, none (not configured)."""

    domain: str
    at: datetime
    outcome: str
    expected: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Facts(NamedTuple):
    """Everything a rule may look at, cheap to make. ``None`` means not known: not judged.

    ``values`` are typed (datetimes aware, dates local); ``value_at`` says when each was
    last changed; ``done`` maps a step to the performed_at of its latest completion,
    ``recorded`` to the time it was entered, ``doers`` to who did it.
    ``slots``: claims in force, key to the local date. ``acknowledged``: step to the digest
    of the values it covered. ``countries_elsewhere``: what other open runs of the tenant
    asked to be allowed.
    """

    now: datetime
    performed_at: datetime
    zone: ZoneInfo
    actor: Person | None = None
    requester_id: int | None = None
    values: Mapping[str, Any] = _NOTHING
    value_at: Mapping[str, datetime] = _NOTHING
    done: Mapping[str, datetime] = _NOTHING
    recorded: Mapping[str, datetime] = _NOTHING
    doers: Mapping[str, int | None] = _NOTHING
    covered: Mapping[str, Mapping[str, Any]] = _NOTHING
    calendar: "Calendar | None" = None
    slots: frozenset[str] | None = None
    sync_scope: str = "unknown"
    mail_admins: frozenset[str] | None = None
    addresses: frozenset[str] | None = None
    domains: tuple[str, ...] | None = None
    country: str | None = None
    countries_elsewhere: frozenset[str] | None = None
    expected_mx: tuple[str, ...] | None = None
    name_server_suffixes: tuple[str, ...] | None = None
    probes: Mapping[str, Probe] | None = None

    def but(self, **changes: Any) -> "Facts":
        """Return the same facts with some of them changed."""
        return self._replace(**changes)

    def has(self, name: str) -> bool:
        """Say whether an input such as ``values.month`` or ``calendar`` is known."""
        group, _, key = name.partition(".")
        known = getattr(self, group)
        if key:
            return known is not None and known.get(key) is not None
        return known is not None

    def local_date(self, moment: datetime) -> date:
        """Return the day of a moment in the tenant's zone."""
        return moment.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """Return the first instant of a local day, in the tenant's zone.

        Where clocks spring over midnight, the first instant that exists.
        """
        return first_instant(day, self.zone)


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant that belongs to a local day, zone attached."""
    from datetime import UTC

    naive_start = datetime(day.year, day.month, day.day, tzinfo=zone)
    start = naive_start.astimezone(UTC)
    # In a gap the wall clock 00:00 does not exist; fold 0 maps it to the instant that
    # an unchanged clock would show, which is at or after the jump or just before it.
    while start.astimezone(zone).date() < day:
        start += timedelta(minutes=15)
    while (start - timedelta(minutes=15)).astimezone(zone).date() == day:
        start -= timedelta(minutes=15)
    return start.astimezone(zone)
