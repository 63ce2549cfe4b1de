"""Comments: who may say what to whom, once each, and what a company never learns."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries, Settings

from audit.models import Body, Event
from audit.verify import verify
from procedures.heads import read_heads
from procedures.invariants import check_all
from procedures.mail import describe
from procedures.models import Notice, Run
from tests.factories import Company, at
from tests.tickets.conversation.talking import post, say, talk_url
from tests.web.runs import korean_company, sync, url
from tickets.conversation import commenting
from tickets.conversation.commenting import SubmissionReused, TooLate
from tickets.conversation.models import Comment, Conversation

pytestmark = pytest.mark.django_db
SECRET = "내부사정"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(at("2026-11-23T10:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def hanbit(clock: Any, settings: Settings, tmp_path: Any) -> Company:
    settings.MEDIA_ROOT = tmp_path / "files"
    return korean_company()


@pytest.fixture
def run(hanbit: Company) -> Run:
    return sync(hanbit)


def whole() -> None:
    """Make sure that history and rows are what they should be."""
    assert list(verify(heads=read_heads())) == []
    assert list(check_all()) == []


def test_a_comment_is_seen_by_everybody_who_sees_the_run(hanbit: Company, run: Run) -> None:
    answer = post(hanbit.signed_in("member"), run, "동기화가 급합니다.\n오늘 안에요.")
    assert (answer.status_code, answer["Location"]) == (303, f"{url(run)}#talk")
    for who in ("member", "site_admin", "support", "manager"):
        page = hanbit.signed_in(who).get(url(run)).text
        assert "동기화가 급합니다.<br>오늘 안에요." in page
    assert Run.objects.get(pk=run.pk).event_number == run.event_number
    whole()


def test_an_internal_comment_is_the_vendors_alone(hanbit: Company, run: Run) -> None:
    before = pages(hanbit, run, "member"), pages(hanbit, run, "site_admin")
    answer = post(hanbit.signed_in("support"), run, SECRET, visibility="internal")
    assert answer.status_code == 303
    for who in ("support", "manager"):
        page = hanbit.signed_in(who).get(url(run)).text
        assert SECRET in page
        assert "comment--internal" in page
        assert "고객사에는 보이지 않습니다" in page
    # Not a word, count, gap, size or header of their answers differs.
    assert before == (pages(hanbit, run, "member"), pages(hanbit, run, "site_admin"))
    whole()


def pages(firm: Company, run: Run, who: str) -> list[tuple[int, str, str]]:
    """Take what a person of the company is shown, without one-time marks."""
    from tests.matrix.driver import masked

    client = firm.signed_in(who)
    found = [url(run), talk_url(run), f"{talk_url(run)}live/", "/t/hanbit/", "/t/hanbit/runs/"]
    found += [f"{talk_url(run)}live/?seen=0-{run.event_number}", "/t/hanbit/notices/"]
    answers = [client.get(path) for path in found]
    return [(one.status_code, masked(one.content.decode()), str(one.headers)) for one in answers]


def test_the_vendor_says_each_time_who_may_read_it(hanbit: Company, run: Run) -> None:
    answer = post(hanbit.signed_in("support"), run, "알려 드립니다")
    assert answer.status_code == 422
    assert "누가 볼 수 있는 댓글인지 고르세요." in answer.text
    assert "알려 드립니다" in answer.text
    assert Comment.objects.count() == 0


def test_a_company_can_say_nothing_internal(hanbit: Company, run: Run) -> None:
    assert "visibility" not in hanbit.signed_in("site_admin").get(url(run)).text
    answer = post(hanbit.signed_in("site_admin"), run, "모두에게", visibility="internal")
    assert answer.status_code == 303
    assert Comment.objects.get().internal is False
    with pytest.raises(PermissionDenied):
        say(run, hanbit["site_admin"], internal=True)


def test_whoever_lost_the_role_meanwhile_says_nothing(hanbit: Company, run: Run) -> None:
    person = hanbit["member"]
    person.memberships.all().delete()
    with pytest.raises(PermissionDenied):
        say(run, person)
    assert Event.objects.filter(stream=f"talk:{run.uid}").count() == 0


def test_the_same_sent_again_is_one_comment(hanbit: Company, run: Run) -> None:
    client, submission = hanbit.signed_in("member"), str(uuid4())
    for _time in range(3):
        assert post(client, run, "한 번만", submission=submission).status_code == 303
    assert Comment.objects.count() == 1
    assert "전에 보낸 것입니다" in client.get(url(run)).text or Comment.objects.count() == 1
    answer = post(client, run, "다른 말", submission=submission)
    assert answer.status_code == 422
    assert "다른 말" in answer.text
    assert Comment.objects.count() == 1
    with pytest.raises(SubmissionReused):
        say(run, hanbit["member"], "또 다른 말", submission=submission)
    whole()


def test_what_is_too_long_or_empty_is_said_at_its_field(hanbit: Company, run: Run) -> None:
    client = hanbit.signed_in("member")
    answer = post(client, run, "가" * 10_001)
    assert answer.status_code == 422
    assert "10,000자까지 쓸 수 있습니다. 지금 10,001자입니다." in answer.text
    assert post(client, run, "가" * 10_000).status_code == 303
    for nothing in ("", "  \n ", "\r\n"):
        assert post(client, run, nothing).status_code == 422
    assert post(client, run, "a\x00b").status_code == 422
    assert Comment.objects.count() == 1


def test_a_busy_database_is_503_and_the_same_form_can_be_sent_again(
    hanbit: Company, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: object) -> None:
        raise OperationalError("database is locked")

    client, submission = hanbit.signed_in("member"), str(uuid4())
    with monkeypatch.context() as patch:
        patch.setattr(commenting.stream, "lock", busy)
        answer = post(client, run, "급해요", submission=submission)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert submission in answer.text
    assert "급해요" in answer.text
    assert post(client, run, "급해요", submission=submission).status_code == 303


def test_an_ended_run_can_be_talked_about(hanbit: Company, run: Run) -> None:
    from procedures import engine

    done = engine.cancel_run(
        run, actor_id=hanbit["site_admin"].pk, now=commenting_time(), reason="그만"
    )
    assert done.done
    assert post(hanbit.signed_in("member"), run, "왜 취소되었나요?").status_code == 303
    whole()


def commenting_time() -> Any:
    return at("2026-11-23T10:01")


def test_addresses_are_links_and_nothing_else_is(hanbit: Company, run: Run) -> None:
    say(run, hanbit["member"], "https://x.example/a?b=1&c=<b> javascript:alert(1) <i>x</i>")
    page = hanbit.signed_in("member").get(url(run)).text
    assert '<a href="https://x.example/a?b=1&amp;c=" rel="nofollow">' in page
    assert "&lt;i&gt;x&lt;/i&gt;" in page
    assert 'href="javascript' not in page


def test_removing_leaves_a_trace_and_the_chain(hanbit: Company, run: Run, clock: Any) -> None:
    comment = say(run, hanbit["member"], "비밀번호는 1234")
    client = hanbit.signed_in("member")
    clock.shift(timedelta(minutes=15))
    assert client.post(f"{talk_url(run)}{comment.uid}/remove/").status_code == 303
    page = client.get(url(run)).text
    assert "비밀번호는" not in page
    assert "이소라 님이 삭제했습니다" in page
    assert not Body.objects.filter(body__contains="1234").exists()
    assert client.post(f"{talk_url(run)}{comment.uid}/remove/").status_code == 303
    kinds = Event.objects.filter(stream=f"talk:{run.uid}").values_list("kind", flat=True)
    assert list(kinds) == ["comment.added", "comment.removed"]
    whole()


def test_removing_is_the_authors_and_for_a_quarter_of_an_hour(
    hanbit: Company, run: Run, clock: Any
) -> None:
    comment = say(run, hanbit["member"])
    where = f"{talk_url(run)}{comment.uid}/remove/"
    assert hanbit.signed_in("site_admin").post(where).status_code == 403
    clock.shift(timedelta(minutes=15, microseconds=1))
    answer = hanbit.signed_in("member").post(where, follow=True)
    assert "15분 안에만" in answer.text
    assert Comment.objects.get().removed_at is None
    with pytest.raises(TooLate):
        commenting.remove_comment(comment, actor=hanbit["member"], now=at("2026-11-23T11:00"))


def test_an_internal_comment_has_no_address_for_the_company(hanbit: Company, run: Run) -> None:
    comment = say(run, hanbit["support"], SECRET, internal=True)
    client = hanbit.signed_in("site_admin")
    real = client.post(f"{talk_url(run)}{comment.uid}/remove/")
    none = client.post(f"{talk_url(run)}{uuid4()}/remove/")
    assert (real.status_code, real.content) == (none.status_code, none.content)
    assert real.status_code == 404
    older = client.get(f"{talk_url(run)}?before={comment.uid}").text
    assert SECRET not in older


def test_who_is_named_is_told_once(hanbit: Company, run: Run) -> None:
    admin, support = hanbit["site_admin"], hanbit["support"]
    post(hanbit.signed_in("member"), run, "@정민호 님, 봐 주세요", people=[support.pk])
    rows = Notice.objects.filter(template="comment_mentioned")
    assert {row.recipient for row in rows} == {admin, support}
    page = hanbit.signed_in("site_admin").get("/t/hanbit/notices/").text
    assert "댓글에서 언급되었습니다" in page
    assert "이소라 님이 썼습니다" in page
    line = describe("comment_mentioned", rows[0].params, run, "ko")
    assert line.startswith("댓글에서 언급되었습니다")
    assert describe("comment_mentioned", {}, run, "en").startswith("You were named")
    whole()


def test_a_company_is_never_told_of_what_is_internal(hanbit: Company, run: Run) -> None:
    admin, boss = hanbit["site_admin"], hanbit["manager"]
    client = hanbit.signed_in("support")
    answer = post(client, run, SECRET, visibility="internal", people=[admin.pk, boss.pk])
    assert answer.status_code == 422
    assert "정민호 님은 내부 댓글을 볼 수 없으므로" in answer.text
    assert post(client, run, "@정민호 @한도윤", visibility="internal").status_code == 303
    told = Notice.objects.filter(template="comment_mentioned")
    assert {row.recipient for row in told} == {boss}
    with pytest.raises(commenting.CannotRead):
        say(run, hanbit["support"], internal=True, people=[admin.pk])


def test_only_who_may_see_the_run_can_be_told(hanbit: Company, run: Run) -> None:
    from tests.factories import person

    stranger = person(hanbit.tenant, "member", name="구경꾼", email="x@hanbit.example")
    page = hanbit.signed_in("site_admin").get(url(run)).text
    assert "이소라" in page
    assert "구경꾼" not in page
    answer = post(hanbit.signed_in("site_admin"), run, "보세요", people=[stranger.pk])
    assert answer.status_code == 422
    post(hanbit.signed_in("site_admin"), run, "@구경꾼 보세요")
    assert Notice.objects.filter(recipient=stranger).count() == 0


def test_nothing_new_is_204_in_three_statements(
    hanbit: Company, run: Run, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    say(run, hanbit["member"])
    for who in ("site_admin", "support"):
        client = hanbit.signed_in(who)
        ask = live_url(client.get(url(run)).text)
        with django_assert_num_queries(3):
            answer = client.get(ask, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content) == (204, b"")


def live_url(page: str) -> str:
    """Read from a page where its conversation asks for news."""
    start = page.index('hx-get="', page.index('id="talk-live"')) + len('hx-get="')
    return page[start : page.index('"', start)].replace("&amp;", "&")


def test_anothers_comment_appears_and_an_internal_one_does_not(hanbit: Company, run: Run) -> None:
    member, support = hanbit.signed_in("member"), hanbit.signed_in("manager")
    asks = live_url(member.get(url(run)).text), live_url(support.get(url(run)).text)
    say(run, hanbit["support"], SECRET, internal=True)
    assert member.get(asks[0]).status_code == 204
    assert SECRET in support.get(asks[1]).text
    say(run, hanbit["support"], "답변드립니다")
    answer = member.get(asks[0])
    assert "답변드립니다" in answer.text
    assert "<html" not in answer.text
    assert "<textarea" not in answer.text
    assert member.get(live_url(answer.text)).status_code == 204


def test_a_long_conversation_has_pages(hanbit: Company, run: Run) -> None:
    for number in range(55):
        say(run, hanbit["member"], f"댓글 {number:02}번")
    client = hanbit.signed_in("site_admin")
    page = client.get(url(run)).text
    assert "댓글 05번" in page
    assert "댓글 04번" not in page
    start = page.index("?before=")
    older = client.get(talk_url(run) + page[start : page.index('"', start)]).text
    assert "댓글 04번" in older
    assert "댓글 05번" not in older
    assert Conversation.objects.get().event_number == 55
