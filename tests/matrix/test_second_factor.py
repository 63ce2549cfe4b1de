"""Where a role needs a second factor, whoever has shown none gets no page but the way to it."""

import pytest
from django.core.cache import cache
from django.db import transaction

from helpdesk.mfa_gate import OPEN
from tests.matrix.calls import Call
from tests.matrix.driver import Browser
from tests.matrix.personas import SIGNED_OUT
from tests.matrix.routes import CALLS
from tests.matrix.world import World

ROLES = frozenset({"support", "manager", "site_admin"})
NEED = ("site_admin_a", "stand_in_a", "manager_free", "visitor_a")
FREE = ("requester_a",)


@pytest.fixture(autouse=True)
def required(settings: object) -> None:
    settings.MFA_ROLES = ROLES  # type: ignore[attr-defined]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_role_that_needs_it_leads_there_first(world: World, browser: Browser, call: Call) -> None:
    path = call.path(world, "own")
    asked = [("GET", who) for who in (*NEED, *FREE)] + [("POST", who) for who in NEED[:2]]
    for method, who in asked:
        cache.clear()
        with transaction.atomic():
            answer = browser.ask(who, method, path, call.data(world, "own"))
            transaction.set_rollback(True)
        if who in NEED and call.route not in OPEN:
            assert answer.outcome == "2fa/totp/activate", f"{method} {path} of {who}"
        else:
            due = [one for one, names in call.expected(method, "own").items() if who in names]
            assert [answer.outcome] == due, f"{method} {path} of {who}"


def test_personas_need_it_for_a_reason(world: World) -> None:
    assert not SIGNED_OUT & {*NEED, *FREE}
    assert not world.people["site_admin_a"].authenticator_set.exists()
