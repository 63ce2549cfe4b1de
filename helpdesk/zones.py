"""In which zone a tenant's days begin: a new zone counts from the next midnight of the old one."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_STEP = timedelta(minutes=15)


class HasZone(Protocol):
    """What is needed of a tenant."""

    zone: str
    zone_next: str
    zone_next_at: datetime | None


def zone_name_at(tenant: HasZone, now: datetime) -> str:
    """Name the zone that counts at a moment, whether or not a worker has moved it yet."""
    return tenant.zone_next if is_due(tenant, now) else tenant.zone


def zone_at(tenant: HasZone, now: datetime) -> ZoneInfo:
    """Return the zone in which a tenant's days are decided at a moment."""
    return ZoneInfo(zone_name_at(tenant, now))


def is_due(tenant: HasZone, now: datetime) -> bool:
    """Say whether a new zone counts already and waits only for being written down."""
    return bool(tenant.zone_next) and tenant.zone_next_at is not None and tenant.zone_next_at <= now


def takes_effect(old: ZoneInfo, new: ZoneInfo, now: datetime) -> datetime:
    """Return when a change asked for now counts: the next midnight of the old zone, in UTC.

    Between zones more than a day apart a little later: a day that has begun is never followed
    by the day before it, so that a limit per day cannot be used for an earlier day.
    """
    today = now.astimezone(old).date()
    midnight = first_instant(today + timedelta(days=1), old)
    return max(midnight, first_instant(today, new))


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day in UTC, also where clocks skip midnight."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    while start.astimezone(zone).date() < day:
        start += _STEP
    while (start - _STEP).astimezone(zone).date() >= day:
        start -= _STEP
    return start
