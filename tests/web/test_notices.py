"""Notices: what somebody was told, in words, marked as read by pressing."""

import re
from collections.abc import Iterator

import pytest
import time_machine

from helpdesk.models import User
from procedures.models import Notice, Run
from procedures.present.notices import words
from tests.factories import Company, at, company
from tests.web.opening import opened

pytestmark = pytest.mark.django_db
NOON = at("2026-11-23T12:00")
NOTICES = "/t/hanbit/notices/"


@pytest.fixture
def hanbit() -> Company:
    return company()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def told(run: Run, user: User, template: str = "step_ready", **params: object) -> Notice:
    return Notice.objects.create(
        run=run,
        number=Notice.objects.count() + 1,
        recipient=user,
        template=template,
        params=params or {"steps": [{"ko": "메일 복구 실행", "en": "Recover the mail"}]},
        at=NOON,
    )


def test_a_notice_says_what_happened_to_which_run(hanbit: Company) -> None:
    run = opened(hanbit, NOON)
    told(run, hanbit["mail_admin"])
    html = hanbit.signed_in("mail_admin").get(NOTICES).text
    assert "할 차례입니다" in html
    assert "메일 복구 실행" in html
    assert run.reference in html
    hanbit["mail_admin"].__class__.objects.update(language="en")
    assert "Recover the mail" in hanbit.signed_in("mail_admin").get(NOTICES).text


def test_opening_a_notice_marks_it_and_leads_to_the_run(hanbit: Company) -> None:
    run = opened(hanbit, NOON)
    notice = told(run, hanbit["mail_admin"])
    client = hanbit.signed_in("mail_admin")
    answer = client.post(f"{NOTICES}{notice.pk}/read/", {"then": "run"})
    assert answer.url == f"/t/hanbit/runs/{run.reference}/"
    notice.refresh_from_db()
    assert notice.read_at == NOON
    assert client.post(f"{NOTICES}{notice.pk}/read/").url == NOTICES


def test_reading_the_list_marks_nothing(hanbit: Company) -> None:
    notice = told(opened(hanbit, NOON), hanbit["mail_admin"])
    client = hanbit.signed_in("mail_admin")
    client.get(NOTICES)
    assert client.get(f"{NOTICES}{notice.pk}/read/").status_code == 405
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_marked_at_once_but_nobody_else_s(hanbit: Company) -> None:
    run = opened(hanbit, NOON)
    mine, theirs = told(run, hanbit["mail_admin"]), told(run, hanbit["site_admin"])
    hanbit.signed_in("mail_admin").post(f"{NOTICES}read/")
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.read_at, theirs.read_at) == (NOON, None)


def test_another_s_notice_is_like_one_that_never_was(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    run = opened(other, NOON)
    foreign = told(run, other["mail_admin"])
    # somebody who is in both companies sees each one's notices there only
    elsewhere = told(run, hanbit["mail_admin"])
    client = hanbit.signed_in("mail_admin")
    answers = [client.post(f"{NOTICES}{pk}/read/") for pk in (foreign.pk, elsewhere.pk, 999_999)]
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert len({one.content for one in answers}) == 1
    assert run.subject not in client.get(NOTICES).text


@pytest.mark.parametrize(
    ("template", "params", "detail"),
    [
        ("run_cancelled", {"reason": "<b>실수</b>"}, "<b>실수</b>"),
        (
            "deadline_remind",
            {"text": {"ko": "한 시간 남았습니다.", "en": "One hour."}},
            "한 시간 남았습니다.",
        ),
        ("deadline_alarm", {"text": "already a sentence"}, "already a sentence"),
        ("something_new", {}, ""),
    ],
)
def test_each_kind_has_words(template: str, params: dict[str, object], detail: str) -> None:
    title, found = words(template, params)
    assert title
    assert found == detail


def test_what_was_typed_is_printed_as_it_is(hanbit: Company) -> None:
    told(opened(hanbit, NOON), hanbit["member"], "run_cancelled", reason="<script>x</script>")
    html = hanbit.signed_in("member").get(NOTICES).text
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


def counted(html: str) -> str:
    """Return what the navigation says is unread; empty where it says nothing."""
    found = re.search(r'<span class="nav__count">([^<]*)<', html)
    return found.group(1) if found else ""


def test_every_page_says_how_many_are_unread_of_one_s_own_within_the_company(
    hanbit: Company,
) -> None:
    run, client = opened(hanbit, NOON), hanbit.signed_in("mail_admin")
    assert counted(client.get(f"/t/hanbit/runs/{run.reference}/").text) == ""
    notice = told(run, hanbit["mail_admin"])
    told(run, hanbit["mail_admin"], "run_completed", reason="")
    told(run, hanbit["site_admin"])
    told(opened(company("saebom"), NOON), hanbit["mail_admin"])
    for page in (f"/t/hanbit/runs/{run.reference}/", "/t/hanbit/", NOTICES):
        assert counted(client.get(page).text) == "2"
    client.post(f"{NOTICES}{notice.pk}/read/")
    assert counted(client.get("/t/hanbit/").text) == "1"


@pytest.mark.parametrize(("number", "shown"), [(50, "50"), (51, "50+"), (60, "50+")])
def test_nobody_counts_unread_notices_further_than_a_page(
    hanbit: Company, number: int, shown: str
) -> None:
    run = opened(hanbit, NOON)
    for _number in range(number):
        told(run, hanbit["mail_admin"])
    assert counted(hanbit.signed_in("mail_admin").get("/t/hanbit/").text) == shown
