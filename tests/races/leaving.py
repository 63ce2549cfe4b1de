"""Contests about people: roles taken, people deactivated, one invitation accepted."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime
from types import SimpleNamespace
from unittest import mock

from django.core.exceptions import PermissionDenied

from helpdesk import history
from helpdesk.models import Tenant, User
from helpdesk.people import joining, leaving, roles
from helpdesk.people.errors import Refused
from tests.races import meeting
from tests.races.jobs import Outcome


class LeavingAttempt:
    """An admin takes a role from somebody, or without one deactivates them."""

    def __init__(
        self, tenant: int, person: int, actor: int, now: datetime, role: str, *, guarded: bool
    ) -> None:
        self.tenant = Tenant.objects.get(pk=tenant)
        self.person, self.actor = User.objects.get(pk=person), User.objects.get(pk=actor)
        self.now, self.role, self.guarded = now, role, guarded

    def __call__(self) -> Outcome:
        """Say whether it was done or why not."""
        said = {"actor": self.actor, "reason": "경합", "now": self.now}
        try:
            with nullcontext() if self.guarded else _unlocked():
                if self.role:
                    roles.take_role(self.tenant, self.person, self.role, **said)
                else:
                    leaving.deactivate(self.tenant, self.person, **said)
        except Refused as refused:
            return (refused.code, None)
        except PermissionDenied:
            return ("forbidden", None)
        return ("won", self.person.pk)


class JoiningAttempt:
    """Somebody presses the button of an invitation."""

    def __init__(self, token: str, now: datetime) -> None:
        self.token, self.now = token, now

    def __call__(self) -> Outcome:
        """Say whether it was the first press."""
        try:
            by = joining.Newcomer("새 사람", "gana-dara-maba-2026")
            user, _tenant = joining.accept(self.token, by=by, now=self.now)
        except joining.LinkIsOver:
            return ("over", None)
        return ("won", user.pk)


@contextmanager
def _unlocked() -> Iterator[None]:
    """Take the tenant's lock, and with it SQLite's only one; write when everybody has read."""
    check = roles.keep_an_admin

    def check_and_meet(*args: object) -> None:
        check(*args)  # type: ignore[arg-type]
        meeting.meet()

    faults: tuple[AbstractContextManager[object], ...] = (
        mock.patch.object(roles, "transaction", SimpleNamespace(atomic=nullcontext)),
        mock.patch.object(history, "lock_tenant", lambda pk: Tenant.objects.get(pk=pk)),
        mock.patch.object(roles, "keep_an_admin", check_and_meet),
    )
    with ExitStack() as stack:
        for fault in faults:
            stack.enter_context(fault)
        yield
