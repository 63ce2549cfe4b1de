"""A text is said to be wrong: once, to its owner, who answers; the reporter reads it."""

from typing import Any
from uuid import uuid4

import pytest

from audit.models import Body
from tests.corpus import XSS
from tests.engine.cast import Cast, kinds
from tests.tickets.outage.windows import browser
from tickets.tracking.models import TextReport

PAGE = "/t/hankuk/procedures/domain_change/wrong/?step=resume"


def words(**more: str) -> dict[str, str]:
    return {"submission": str(uuid4()), "sentence": "가동 재개", "wrong": "순서가 다르다", **more}


def test_every_text_has_the_way_to_say_so(cast: Cast, clock: Any) -> None:
    member = browser(cast, "member")
    page = member.get("/t/hankuk/procedures/domain_change/").text
    assert 'href="/t/hankuk/procedures/domain_change/wrong/"' in page
    assert 'href="/t/hankuk/procedures/domain_change/wrong/?step=resume"' in page
    run = cast.open("site", "mailing_list", list_name="가", local_part="ga", domain="old.example",
                    kind_of_members="individuals", members=["member@old.example"])  # fmt: skip
    clock.move_to(cast.now)
    text = browser(cast, "site").get(f"/t/hankuk/runs/{run.reference}/").text
    assert "/procedures/mailing_list/wrong/?step=" in text
    assert "Resume the service" in member.get(PAGE).text
    assert member.get("/t/hankuk/procedures/none/wrong/").status_code == 404


def test_the_owner_is_told_answers_and_the_reporter_reads_it(cast: Cast, clock: Any) -> None:
    member, manager = browser(cast, "member"), browser(cast, "manager")
    body = words()
    assert member.post(PAGE, body).status_code == 303
    assert member.post(PAGE, body).status_code == 303  # the same again
    report = TextReport.objects.get()
    assert (report.procedure, report.step, report.state) == ("domain_change", "resume", "new")
    assert kinds(cast.tenant.stream) == ["text.reported"]
    assert "순서가" not in Body.objects.get(stream=cast.tenant.stream).body
    told = manager.get("/t/hankuk/notices/").text
    assert "1 report that a text is wrong waits" in told
    assert "waits" not in browser(cast, "support").get("/t/hankuk/notices/").text
    listed = manager.get("/vendor/text-reports/").text
    assert "순서가 다르다" in listed
    answer = {"state": "accepted", "answer": "다음 판에서 고칩니다"}
    path = f"/vendor/text-reports/{report.pk}/"
    assert manager.post(path, {"state": "accepted"}).status_code == 422
    assert manager.post(path, answer).status_code == 303
    assert manager.post(path, answer | {"state": "declined"}).status_code == 303
    report = TextReport.objects.get()
    assert report.state == "accepted"
    assert "다음 판에서" in manager.get("/vendor/text-reports/?state=accepted").text
    assert kinds(cast.tenant.stream) == ["text.reported", "text_report.answered"]
    notices = member.get("/t/hankuk/notices/").text
    assert "You were right: the text will be corrected" in notices
    assert "다음 판에서 고칩니다" in notices
    read = f"/t/hankuk/notices/answers/{report.pk}/read/"
    assert browser(cast, "member2").post(read).status_code == 404
    assert member.post(read).status_code == 303
    assert "다음 판에서" not in member.get("/t/hankuk/notices/").text


@pytest.mark.parametrize("body", [{}, {"wrong": " "}, {"wrong": "x" * 4001}])
def test_an_empty_report_comes_back(cast: Cast, clock: Any, body: dict[str, str]) -> None:
    typed = {"submission": str(uuid4()), "sentence": "여기", **body}
    answer = browser(cast, "member").post(PAGE, typed)
    assert answer.status_code == 422
    assert "여기" in answer.text
    assert not TextReport.objects.exists()


def test_who_reports_too_often_waits(cast: Cast, clock: Any) -> None:
    member = browser(cast, "member")
    codes = [member.post(PAGE, words()).status_code for _ in range(21)]
    assert codes.count(303) == 20
    assert codes[-1] == 429


def test_what_is_reported_is_shown_as_text(cast: Cast, clock: Any) -> None:
    for bad in XSS[:15]:
        TextReport.objects.create(
            tenant=cast.tenant, reporter=cast.people["member"], submission=uuid4(),
            procedure="domain_change", version=1, step=bad[:40], sentence=bad, wrong=bad,
            at=cast.now, state="declined", answer=bad, answered_at=cast.now,
            answered_by=cast.people["manager"],
        )  # fmt: skip
    pages = [
        browser(cast, "manager").get("/vendor/text-reports/?state=declined").text,
        browser(cast, "member").get("/t/hankuk/notices/").text,
    ]
    for text in pages:
        assert "<script>xq7" not in text
        assert "<img src=x" not in text
        assert "<svg onload" not in text
