"""A tracking link shows how far it is and nothing internal; a dead one is as none."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit.models import Body
from procedures import engine
from procedures.models import Run, Value
from tests.engine.cast import Cast, kinds
from tests.engine.domains import ASKED, PLAN, agree, closed, prepared, scheduled
from tests.tickets.outage.windows import address, at, browser, out
from tickets.conversation import stream
from tickets.tracking import links
from tickets.tracking.models import TrackingLink

# Words that stand in every place where somebody can type, and in every name.
CANARY = "zqinternal"
DAY = timedelta(days=1)
_TOKEN = re.compile(r"/track/([\w-]{43})/")
_MASKED = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def made(cast: Cast, run: Run) -> str:
    """Make a link as support does on the page, and read it there."""
    answer = browser(cast, "support").post(address(run, "tracking/make/"))
    assert answer.status_code == 200
    found = _TOKEN.search(answer.text)
    assert found
    return found[1]


def stranger(token: str, language: str = "en") -> Any:
    client = Client()
    return client.get(f"/track/{token}/", headers={"Accept-Language": language})


def test_a_link_is_shown_once_and_only_its_digest_is_stored(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    token = made(cast, run)
    assert len(token) == 43
    row = TrackingLink.objects.get()
    assert row.digest == links.digest(token)
    talk = f"talk:{run.uid}"
    assert kinds(talk) == ["link.made"]
    assert token not in Body.objects.get(stream=talk).body
    page = browser(cast, "support").get(address(run, "tracking/"))
    assert token not in page.text
    assert "A link is in force" in page.text


def test_nothing_internal_is_shown(cast: Cast, clock: Any) -> None:
    for who, user in cast.people.items():
        user.name = f"{CANARY} {who}"
        user.save()
    asked = ASKED | {
        "new_main": f"{CANARY}.example",
        "rollback_plan": f"{CANARY} 되돌린다",
        "outlook_users": [f"{CANARY}@old.example"],
        "outlook_guide": f"https://{CANARY}.example/",
    }
    cast.tenant.name = f"{CANARY} 상사"
    cast.tenant.expected_mx = [f"10 mx.{CANARY}.example"]
    cast.tenant.save()
    run = cast.open("support", "domain_change", **asked)
    cast.done("support", run, "set_dns")
    cast.look(run, f"{CANARY}.example")
    cast.done("support", run, "check_dns")
    cast.done("support", run, "propose", notice_text=f"{CANARY} 공지", **PLAN)
    assert cast.approve("chair", run, "agree", note=f"{CANARY} 승인").done
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    for kind, internal in (("comment.added", True), ("comment.added", False)):
        stream.record(
            run, kind, {"text": f"{CANARY} 말"}, actor=cast.people["support"], now=cast.now,
            internal=internal,
        )  # fmt: skip
    pages = [shown(token, clock, cast)]
    cast.look(run, f"{CANARY}.example")
    cast.done("support", run, "confirm_schedule", **PLAN)
    pages.append(shown(token, clock, cast))
    cast.done("site", run, "notify_users")
    cast.done("site", run, "outlook_guide_sent")
    cast.done("support", run, "check_group_mail", group_domains=["old.example"])
    cast.done("support", run, "prepare")
    pages.append(shown(token, clock, cast))
    cast.now = at("2026-11-14T22:00")
    cast.look(run, f"{CANARY}.example")
    cast.done("support", run, "start_work")
    pages.append(shown(token, clock, cast))
    cast.done("support", run, "stabilise")
    cast.done("support", run, "resume", resumed_on="new")
    pages.append(shown(token, clock, cast))
    cast.done("support2", run, "verify")
    for text in pages:
        assert CANARY not in text
        assert "old.example" not in text
        assert "vendor.example" not in text
        assert "한국상사" not in text
    assert Value.objects.filter(run=run, field="rollback_plan").exists()


def shown(token: str, clock: Any, cast: Cast) -> str:
    clock.move_to(cast.now)
    texts = [stranger(token, language) for language in ("ko", "en")]
    assert [one.status_code for one in texts] == [200, 200]
    return "".join(one.text for one in texts)


def test_it_answers_what_happens_next_and_when(cast: Cast, clock: Any) -> None:
    run = cast.open("support", "domain_change", **ASKED)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    cast.done("support", run, "propose", **PLAN)
    clock.move_to(cast.now)
    text = stranger(token).text
    assert "A date is being arranged. None is fixed yet." in text
    assert "2026-11-14" not in text
    assert "Waiting for your company: The tenant agrees to the schedule" in text
    agree(cast, run)
    clock.move_to(cast.now)
    text = stranger(token).text
    assert "2026-11-14 (Sat) 22:00 +09:00" in text
    assert 'data-deadline="2026-11-14T22:00:00+09:00"' in text
    prepared(cast, run)
    clock.move_to(cast.now)
    assert "do not send mail until it is resumed" in stranger(token).text
    cast.done("support", run, "stabilise")
    cast.done("support", run, "resume", resumed_on="new")
    clock.move_to(cast.now)
    assert "1 Outlook user has still to correct the settings" in stranger(token).text


def test_a_dead_link_is_the_same_404_as_a_random_one(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    old = made(cast, run)
    revoked = made(cast, run)
    assert stranger(old).status_code == 404
    browser(cast, "chair").post(address(run, "tracking/revoke/"))
    assert kinds(f"talk:{run.uid}") == ["link.made", "link.made", "link.revoked"]
    answers = [stranger(token) for token in (old, revoked, "z" * 43, "x", "한글")]
    prints = {(one.status_code, one.content, str(sorted(one.headers.items()))) for one in answers}
    assert len(prints) == 1
    assert answers[0].status_code == 404


def test_it_lives_for_thirty_days_after_the_end(cast: Cast, clock: Any) -> None:
    run = closed(cast)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    run = Run.objects.get(pk=run.pk)
    assert run.closed_at
    clock.move_to(run.closed_at + 30 * DAY - timedelta(seconds=1))
    assert stranger(token).status_code == 200
    clock.move_to(run.closed_at + 30 * DAY)
    assert stranger(token).content == stranger("z" * 43).content


def test_the_address_is_told_nobody_and_the_page_kept_nowhere(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    for answer in (stranger(made(cast, run)), stranger("z" * 43)):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex">' in stranger(made(cast, run)).text


def test_who_is_signed_in_is_not_named_either(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    token = made(cast, run)
    cast.people["site2"].name = CANARY
    cast.people["site2"].save()
    page = browser(cast, "site2").get(f"/track/{token}/")
    assert page.status_code == 200
    assert CANARY not in page.text
    assert "한국상사" not in page.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("support", 200), ("site2", 200), ("chair", 200), ("mail", 403), ("manager", 403),
     ("member", 404)],
)  # fmt: skip
def test_who_makes_a_link(cast: Cast, clock: Any, who: str, status: int) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    assert browser(cast, who).post(address(run, "tracking/make/")).status_code == status
    assert TrackingLink.objects.exists() is (status == 200)
    assert browser(cast, who).post(address(run, "tracking/revoke/")).status_code == (
        303 if status == 200 else status
    )


def test_a_sender_who_tries_too_often_waits(cast: Cast, clock: Any) -> None:
    client = Client()
    codes = {client.get("/track/" + "z" * 43 + "/").status_code for _ in range(241)}
    assert codes == {404, 429}


def test_a_cancelled_change_says_so(cast: Cast, clock: Any) -> None:
    run = out(cast)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    assert cast.ask(engine.cancel_run, "support", run, reason=CANARY).done
    clock.move_to(cast.now)
    text = stranger(token).text
    assert "The change was cancelled" in text
    assert CANARY not in text


def test_the_fixed_window_is_a_calendar_entry_that_names_no_domain(cast: Cast, clock: Any) -> None:
    run = cast.open("support", "domain_change", **ASKED)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    cast.done("support", run, "propose", **PLAN)
    clock.move_to(cast.now)
    page = f"/track/{token}/window.ics"
    assert Client().get(page).status_code == 404
    assert Client().get(page).content == Client().get("/track/zzz/window.ics").content
    agree(cast, run)
    clock.move_to(cast.now)
    answer = Client().get(page)
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    assert "DTSTART;TZID=Asia/Seoul:20261114T220000" in text
    assert run.reference in text
    assert "new.example" not in text
    assert "vendor" not in text


def test_no_token_comes_into_the_log(
    cast: Cast, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    caplog.set_level("DEBUG")
    for path, code in (("feedback/", 303), ("window.ics", 405), ("", 405)):
        answer = Client().post(f"/track/{token}/{path}", {"rating": "3"})
        assert answer.status_code == code
    assert Client().get("/track/" + "y" * 43 + "/").status_code == 404
    assert token not in caplog.text
    assert "y" * 43 not in caplog.text


def test_the_language_is_chosen_by_the_address(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    token = links.make_link(run, actor=cast.people["support"], now=cast.now)
    client = Client(headers={"Accept-Language": "ko"})
    assert 'lang="ko"' in client.get(f"/track/{token}/").text
    text = client.get(f"/track/{token}/?language=en").text
    assert "What happens next?" in text
    assert "window.ics?language=en" in text
    assert client.get(f"/track/{token}/?language=xx").status_code == 200
    assert 'method="post"' not in text
    dead = {client.get(f"/track/{one}/?language=en").content for one in ("a" * 43, "b" * 43)}
    assert len(dead) == 1
