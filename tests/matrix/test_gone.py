"""Whoever is switched off is out at their next request: session, links and open pages alike."""

from collections.abc import Callable

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from helpdesk.models import User
from helpdesk.people import invitations, leaving
from helpdesk.signin import create_link
from helpdesk.vendor import staff
from tests.matrix.calls import Call
from tests.matrix.driver import Browser
from tests.matrix.routes import CALLS
from tests.matrix.world import NOON, World


def leave(world: World, who: str) -> None:
    """Deactivate somebody as their company or the vendor does."""
    user = world.people[who]
    if who.startswith(("support", "manager", "visitor")):
        actor = world.people["manager_free"]
        staff.deactivate(user, actor=actor, reason="그만두었다", now=NOON)
    else:
        side = world.sides["a"]
        actor = side.people["stand_in" if who == "site_admin_a" else "site_admin"]
        leaving.deactivate(side.tenant, user, actor=actor, reason="그만두었다", now=NOON)
    assert not User.objects.get(pk=user.pk).is_active


def outcome(world: World, browser: Browser, who: str, method: str, call: Call) -> str:
    cache.clear()
    with transaction.atomic():
        answer = browser.ask(who, method, call.path(world, "own"), call.data(world, "own"))
        transaction.set_rollback(True)
    return answer.outcome


@pytest.mark.parametrize("who", ["requester_a", "boss_a", "support_a", "visitor_a"])
def test_their_session_opens_nothing_any_more(world: World, browser: Browser, who: str) -> None:
    assert browser.ask(who, "GET", "/t/hanbit/").status == 200
    leave(world, who)
    for call in CALLS:
        for method in ("GET", "POST"):
            due = [k for k, names in call.expected(method, "own").items() if "anonymous" in names]
            assert [outcome(world, browser, who, method, call)] == due, f"{method} {call.name}"


def test_an_open_page_hears_nothing_more(world: World, browser: Browser) -> None:
    path = f"/t/hanbit/runs/{world.sides['a'].find('run:recovery')}/live/"
    assert browser.ask("requester_a", "GET", path).status == 200
    leave(world, "requester_a")
    assert browser.ask("requester_a", "GET", path, HTTP_HX_REQUEST="true").status != 200


def test_who_stays_elsewhere_is_out_here_alone(world: World, browser: Browser) -> None:
    side = world.sides["a"]
    user = world.people["both_ab"]
    leaving.deactivate(
        side.tenant, user, actor=side.people["site_admin"], reason="여기서만", now=NOON
    )
    browser.sessions = {**browser.sessions, "both_ab": signed_in_again(user)}
    assert browser.ask("both_ab", "GET", "/t/hanbit/").status == 404
    assert browser.ask("both_ab", "GET", "/t/zqcanary/").status == 200


def signed_in_again(user: User) -> str:
    """Sign somebody in anew; being taken out of a company may end sessions."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return str(client.cookies["sid"].value)


def reset_link(world: World, user: User) -> str:
    key = default_token_generator.make_token(user)
    return f"/account/password/reset/key/{user_pk_to_url_str(user)}-{key}/"


def sign_in_link(world: World, user: User) -> str:
    User.objects.filter(pk=user.pk).update(persona="member")
    return create_link(user, now=NOON)


def invitation_link(world: World, user: User) -> str:
    side = world.sides["a"]
    made = invitations.make(
        side.tenant, email=user.email, name=user.name, language="ko", roles=["site_admin"],
        actor=side.people["site_admin"], now=NOON,
    )  # fmt: skip
    made.digest = invitations.digest("y" * 43)
    made.save()
    return f"/account/invitations/{'y' * 43}/"


@pytest.mark.parametrize("make", [reset_link, sign_in_link, invitation_link])
def test_their_links_are_like_links_that_never_were(
    world: World, browser: Browser, settings: object, make: Callable[[World, User], str]
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    path = make(world, User.objects.get(pk=world.people["requester_a"].pk))
    nothing = path[:-9] + "zzzzzzzz/"

    def ask(method: str, address: str) -> object:
        return browser.ask("anonymous", method, address, {}, HTTP_HOST="localhost").print()

    assert ask("GET", path) != ask("GET", nothing)
    leave(world, "requester_a")
    for method in ("GET", "POST"):
        assert ask(method, path) == ask(method, nothing)
