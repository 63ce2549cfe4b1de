"""Whatever changes something needs the page's own token; from elsewhere it is refused."""

import json

import pytest
from django.conf import settings

from tests.matrix.acts import Act, acts
from tests.matrix.driver import Browser, watched
from tests.matrix.world import World

ELSEWHERE = "https://evil.example"


@pytest.mark.parametrize("act", acts(), ids=lambda act: act.call.name)
def test_without_the_token_nothing_is_sent(world: World, browser: Browser, act: Act) -> None:
    path, data = act.call.path(world, "own"), act.call.data(world, "own")
    body = json.dumps(data)
    kinds = {
        "form": browser.request(act.actor, "POST", path, data),
        "json": browser.request(act.actor, "POST", path, body, content_type="application/json"),
        "from elsewhere": browser.request(act.actor, "POST", path, data, HTTP_ORIGIN=ELSEWHERE),
        "plain text": browser.request(act.actor, "POST", path, body, content_type="text/plain"),
        "put": browser.request(act.actor, "PUT", path),
        "patch": browser.request(act.actor, "PATCH", path),
        "delete": browser.request(act.actor, "DELETE", path),
    }
    for kind, request in kinds.items():
        with watched() as written:
            answer = browser.send(request)
        assert answer.status == 403, kind
        assert written == [], kind


def test_a_token_of_elsewhere_fits_no_session(world: World, browser: Browser) -> None:
    path = world.sides["a"].find("run:recovery")
    address = f"/t/hanbit/runs/{path}/cancel/"
    data = {"csrfmiddlewaretoken": "z" * 64, "reason": "fremd"}
    request = browser.request("site_admin_a", "POST", address, data)
    request.COOKIES[settings.CSRF_COOKIE_NAME] = "y" * 32
    assert browser.send(request).status == 403
