"""Every route of the project and who gets what of it. A route that is not here fails the tests."""

from collections.abc import Iterable
from dataclasses import replace

from tests.matrix.calls import Call
from tests.matrix.routes import (
    account,
    dns,
    outage,
    people,
    plain,
    queue,
    runs,
    schedule,
    talk,
    tenant,
    tracking,
    vendor,
)


def marked(calls: Iterable[Call]) -> tuple[Call, ...]:
    """Mark the calls of a route after its first: their address is asked in full by that one."""
    seen: set[str] = set()
    found = []
    for call in calls:
        found.append(replace(call, again=call.route in seen))
        seen.add(call.route)
    return tuple(found)


CALLS: tuple[Call, ...] = marked(
    (
        *plain.CALLS,
        *account.CALLS,
        *tenant.CALLS,
        *runs.CALLS,
        *dns.CALLS,
        *outage.CALLS,
        *tracking.CALLS,
        *talk.CALLS,
        *people.CALLS,
        *vendor.CALLS,
        *schedule.CALLS,
        *queue.CALLS,
    )
)
