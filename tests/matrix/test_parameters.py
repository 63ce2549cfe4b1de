"""What an address may ask for is listed: another order, filter or lookup is as if unasked."""

import pytest
from django.db import transaction

from tests.matrix.calls import Call
from tests.matrix.driver import Browser, masked
from tests.matrix.routes import CALLS
from tests.matrix.world import World

_READERS = ("site_admin_a", "manager_a", "several_a", "requester_a")
READ = [call for call in CALLS if any(who in call.read["own"].get("page", ()) for who in _READERS)]
UNASKED = {
    "order": "user__password",
    "order_by": "-requester__password",
    "ordering": "tenant__event_mac",
    "sort": "requester__sessions_epoch",
    "tenant": "2",
    "tenant__slug": "zqcanary",
    "requester__password__startswith": "a",
    "fields": "__all__",
    "limit": "100000",
    "offset": "-1",
    "page_size": "100000",
    "format": "json",
    "pk__gt": "0",
    "user": "1",
}
ASKED = (
    "after", "at", "before", "edit", "field", "key", "mine", "next", "page", "parent",
    "procedure", "q", "seen", "state", "step", "until", "way",
)  # fmt: skip
BENT = (
    "requester__password", "' OR 1=1 --", "%00", "\x00", "-1", "9" * 30, "__class__",
    "{{7*7}}", "2026-02-30T25:61", "../../x",
)  # fmt: skip


def reader(call: Call) -> str:
    """Return somebody who may read a page."""
    return next(who for who in _READERS if who in call.read["own"].get("page", ()))


@pytest.mark.parametrize("call", READ, ids=lambda call: call.name)
def test_what_nobody_offers_changes_nothing(world: World, browser: Browser, call: Call) -> None:
    who, path = reader(call), call.path(world, "own").partition("?")[0]
    plain = browser.ask(who, "GET", path)
    bent = browser.ask(who, "GET", path, UNASKED)
    assert (bent.status, bent.print()[1]) == (plain.status, plain.print()[1])


@pytest.mark.parametrize("call", READ, ids=lambda call: call.name)
def test_what_is_offered_takes_no_nonsense(world: World, browser: Browser, call: Call) -> None:
    who, path = reader(call), call.path(world, "own").partition("?")[0]
    for value in BENT:
        with transaction.atomic():
            answer = browser.ask(who, "GET", path, dict.fromkeys(ASKED, value))
            transaction.set_rollback(True)
        assert answer.status in (200, 302, 400, 404), f"{value!r} at {path}: {answer.status}"
        assert "Traceback" not in masked(answer.text)
