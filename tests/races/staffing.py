"""Contests at the vendor: the last manager, one visit, one configuration."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.core.exceptions import PermissionDenied

from helpdesk import history
from helpdesk.models import Tenant, User, VendorDesk
from helpdesk.vendor import configuration, staff, visits
from tests.races import meeting
from tests.races.jobs import Outcome


class StaffAttempt:
    """A manager gives their own role back, or without one ends their own account."""

    def __init__(self, person: int, now: datetime, role: str, *, guarded: bool) -> None:
        self.person, self.now = User.objects.get(pk=person), now
        self.role, self.guarded = role, guarded

    def __call__(self) -> Outcome:
        """Say whether it was done or why not."""
        said: dict[str, Any] = {"actor": self.person, "reason": "경합", "now": self.now}
        try:
            with nullcontext() if self.guarded else _unlocked():
                if self.role:
                    staff.take_role(self.person, self.role, **said)
                else:
                    staff.deactivate(self.person, **said)
        except staff.StaffRefused as refused:
            return (refused.code, None)
        except PermissionDenied:
            return ("manages no more", None)
        return ("won", self.person.pk)


class VisitAttempt:
    """Somebody presses the button of a visit."""

    def __init__(self, tenant: int, user: int, now: datetime) -> None:
        self.tenant, self.user = Tenant.objects.get(pk=tenant), User.objects.get(pk=user)
        self.now = now

    def __call__(self) -> Outcome:
        """Name the visit that is open then."""
        told = "문의 2026-113: 확인"
        made = visits.open_visit(self.tenant, user=self.user, reason=told, now=self.now)
        return ("won", made.pk)


class ConfigureAttempt:
    """A manager saves what was changed on a page that everybody has open."""

    def __init__(self, tenant: int, actor: int, now: datetime, name: str) -> None:
        self.tenant, self.actor = Tenant.objects.get(pk=tenant), User.objects.get(pk=actor)
        self.now, self.name = now, name
        self.seen = configuration.configured(self.tenant)

    def __call__(self) -> Outcome:
        """Say whether it was written, or somebody else was first."""
        try:
            configuration.configure(
                self.tenant,
                values={**self.seen, "name": self.name},
                seen=self.seen,
                reason="경합",
                actor=self.actor,
                now=self.now,
            )
        except configuration.Conflict:
            return ("conflict", None)
        return ("won", self.tenant.pk)


@contextmanager
def _unlocked() -> Iterator[None]:
    """Take the vendor's lock, and with it SQLite's only one; write when everybody has read."""
    check = staff.keep_a_manager

    def check_and_meet(person: User) -> None:
        check(person)
        meeting.meet()

    faults: tuple[AbstractContextManager[object], ...] = (
        mock.patch.object(staff, "transaction", SimpleNamespace(atomic=nullcontext)),
        mock.patch.object(history, "lock_vendor", VendorDesk.objects.get),
        mock.patch.object(staff, "keep_a_manager", check_and_meet),
    )
    with ExitStack() as stack:
        for fault in faults:
            stack.enter_context(fault)
        yield
