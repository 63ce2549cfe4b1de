"""How it went: asked once it is time, one answer each, changeable for a week, told the vendor."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit.models import Body
from procedures.models import Run
from tests.engine.cast import Cast, kinds
from tests.tickets.outage.windows import address, browser, out
from tickets.tracking import links
from tickets.tracking.models import Feedback

WEEK = timedelta(days=7)
GOOD = {"rating": "3", "words": "빨랐다"}


def resumed(cast: Cast) -> Run:
    run = out(cast)
    cast.done("support", run, "stabilise")
    cast.done("support", run, "resume", resumed_on="new")
    return run


def test_nobody_is_asked_before_service_is_resumed(cast: Cast, clock: Any) -> None:
    run = out(cast)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    clock.move_to(cast.now)
    chair = browser(cast, "chair")
    assert "How did it go?" not in chair.get(address(run, "")).text
    assert chair.post(address(run, "feedback/"), GOOD).status_code == 409
    early = Client().post(f"/track/{token}/feedback/", GOOD)
    assert early["Location"].startswith(f"/track/{token}/?")
    assert not Feedback.objects.exists()


def test_each_says_it_once_and_changes_it_for_a_week(cast: Cast, clock: Any) -> None:
    run = resumed(cast)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    clock.move_to(cast.now)
    chair, stranger = browser(cast, "chair"), Client()
    assert "How did it go?" in chair.get(address(run, "")).text
    for _again in range(2):
        assert chair.post(address(run, "feedback/"), GOOD).status_code == 303
        assert stranger.post(f"/track/{token}/feedback/", GOOD).status_code == 303
    assert Feedback.objects.count() == 2
    assert kinds(f"talk:{run.uid}").count("feedback.given") == 2
    given = Feedback.objects.get(user=cast.people["chair"]).at
    clock.move_to(given + WEEK)
    bad = {"rating": "1", "words": ""}
    assert browser(cast, "chair").post(address(run, "feedback/"), bad).status_code == 303
    assert stranger.post(f"/track/{token}/feedback/", bad).status_code == 303
    assert set(Feedback.objects.values_list("rating", flat=True)) == {1}
    clock.move_to(given + WEEK + timedelta(microseconds=1))
    assert browser(cast, "chair").post(address(run, "feedback/"), GOOD).status_code == 409
    assert stranger.post(f"/track/{token}/feedback/", GOOD).status_code == 409
    assert "빨랐다" not in "".join(Body.objects.values_list("body", flat=True))


def test_the_vendor_reads_it_and_does_not_rate_itself(cast: Cast, clock: Any) -> None:
    run = resumed(cast)
    clock.move_to(cast.now)
    assert browser(cast, "chair").post(address(run, "feedback/"), GOOD).status_code == 303
    support = browser(cast, "support")
    assert "빨랐다" in support.get(address(run, "feedback/")).text
    assert support.post(address(run, "feedback/"), GOOD).status_code == 403
    assert "빨랐다" not in browser(cast, "site").get(address(run, "feedback/")).text
    page = browser(cast, "manager").get("/vendor/feedback/")
    assert "빨랐다" in page.text
    assert support.get("/vendor/feedback/").status_code == 403
    assert browser(cast, "site").get("/vendor/feedback/").status_code == 404


@pytest.mark.parametrize("body", [{}, {"rating": "0"}, {"rating": "4"}, {"rating": "x"},
                                  {"rating": "3", "words": "x" * 2001}])  # fmt: skip
def test_what_is_no_face_is_refused(cast: Cast, clock: Any, body: dict[str, str]) -> None:
    run = resumed(cast)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    clock.move_to(cast.now)
    assert browser(cast, "chair").post(address(run, "feedback/"), body).status_code == 422
    assert Client().post(f"/track/{token}/feedback/", body).status_code == 422
    assert not Feedback.objects.exists()


def test_a_revoked_link_says_nothing_any_more(cast: Cast, clock: Any) -> None:
    run = resumed(cast)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    links.revoke_link(run, actor=cast.people["site"], now=cast.now)
    clock.move_to(cast.now)
    answer = Client().post(f"/track/{token}/feedback/", GOOD)
    assert answer.content == Client().post("/track/none/feedback/", GOOD).content
    assert answer.status_code == 404


def test_what_somebody_said_goes_with_their_account(cast: Cast, clock: Any) -> None:
    from procedures.personal.erasing import erase_person
    from procedures.personal.export import export_person
    from tests.canary import where_is

    run = resumed(cast)
    clock.move_to(cast.now)
    word = "zqgone"
    user = cast.people["mail2"]
    assert (
        browser(cast, "mail2")
        .post(address(run, "feedback/"), {"rating": "1", "words": word})
        .status_code
        == 303
    )
    assert where_is(word)
    assert export_person(user, cast.now)["feedback"][0]["words"] == word
    erase_person(user, reason="요청", now=cast.now)
    assert where_is(word) == []
