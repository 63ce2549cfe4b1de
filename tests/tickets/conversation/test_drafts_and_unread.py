"""Drafts come back to whoever typed them, and to nobody else; what is new is counted and marked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries, Settings

from audit.verify import verify
from procedures import engine
from procedures.heads import read_heads
from procedures.invariants import check_all
from procedures.models import Run
from procedures.selectors.unread import unread_of
from tests.factories import Company, at
from tests.tickets.conversation.talking import post, say, talk_url
from tests.web.pages import forms_of
from tests.web.runs import korean_company, reviewed, sync, url
from tickets.conversation import stream
from tickets.conversation.models import Comment, Conversation, Draft, Look
from tickets.conversation.unread import counts

pytestmark = pytest.mark.django_db


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


def typed(firm: Company, who: str, run: Run) -> dict[str, list[str]]:
    """Return what the form of a comment holds when the page is opened."""
    return forms_of(firm.signed_in(who).get(url(run)))[talk_url(run)].values


def read(firm: Company, who: str, run: Run) -> None:
    """Look at a run as a browser does: open the page, and send what marks it as read."""
    client = firm.signed_in(who)
    form = forms_of(client.get(url(run))).get(f"{talk_url(run)}read/")
    if form is not None:
        answer = client.post(form.action, form.values, headers={"HX-Request": "true"})
        assert answer.status_code == 204


def new(firm: Company, who: str, run: Run) -> int:
    """Count what is new to a person."""
    return unread_of(firm[who], [Run.objects.get(pk=run.pk)]).get(run.pk, 0)


@pytest.mark.parametrize("then", ["draft", "autosave"])
def test_a_draft_comes_back_on_any_device_and_goes_when_it_is_sent(
    hanbit: Company, run: Run, then: str
) -> None:
    support, boss = hanbit.signed_in("support"), hanbit["manager"]
    answer = post(
        support,
        run,
        "아직 <b>생각</b> 중\n둘째 줄",
        visibility="internal",
        people=[boss.pk],
        then=then,
    )
    assert answer.status_code == (303 if then == "draft" else 204)
    held = typed(hanbit, "support", run)
    assert held["text"] == ["아직 <b>생각</b> 중\n둘째 줄"]
    assert held["visibility"] == ["internal"]
    assert held["people"] == [str(boss.pk)]
    for other in ("member", "manager", "site_admin"):
        assert typed(hanbit, other, run)["text"] == [""]
        assert "생각" not in hanbit.signed_in(other).get(url(run)).text
    assert Comment.objects.count() == 0
    assert post(support, run, "이제 됐다", visibility="public").status_code == 303
    assert Draft.objects.count() == 0


def test_a_draft_that_arrives_after_it_was_sent_is_not_kept(hanbit: Company, run: Run) -> None:
    client, submission = hanbit.signed_in("member"), str(uuid4())
    post(client, run, "보냄", submission=submission)
    assert post(client, run, "보냄", submission=submission, then="autosave").status_code == 204
    assert Draft.objects.count() == 0


def test_an_emptied_or_discarded_draft_is_gone(hanbit: Company, run: Run) -> None:
    client = hanbit.signed_in("member")
    post(client, run, "하나", then="draft")
    post(client, run, "  ", then="autosave")
    assert Draft.objects.count() == 0
    post(client, run, "둘", then="draft")
    post(client, run, "둘", then="discard")
    assert Draft.objects.count() == 0


def test_a_company_keeps_no_internal_draft_and_no_stranger_in_it(hanbit: Company, run: Run) -> None:
    other = korean_company(slug="other")
    post(
        hanbit.signed_in("member"), run, "x", visibility="internal",
        people=[other["member"].pk, "x", "9" * 30], then="draft",
    )  # fmt: skip
    row = Draft.objects.get()
    assert (row.internal, row.people) == (None, [])


def test_what_is_new_is_counted_and_marked_by_looking(hanbit: Company, run: Run) -> None:
    assert new(hanbit, "site_admin", run) == run.event_number
    read(hanbit, "site_admin", run)
    assert new(hanbit, "site_admin", run) == 0
    say(run, hanbit["member"])
    say(run, hanbit["support"], "안쪽", internal=True)
    assert new(hanbit, "site_admin", run) == 1
    read(hanbit, "manager", run)
    say(run, hanbit["support"], "또 안쪽", internal=True)
    assert new(hanbit, "manager", run) == 1
    assert new(hanbit, "site_admin", run) == 1
    page = hanbit.signed_in("site_admin").get("/t/hanbit/runs/").text
    assert "새 소식 1" in page
    assert "새 소식 1" in hanbit.signed_in("site_admin").get("/t/hanbit/").text
    read(hanbit, "site_admin", run)
    assert "새 소식" not in hanbit.signed_in("site_admin").get("/t/hanbit/runs/").text


def test_ones_own_words_are_no_news(hanbit: Company, run: Run) -> None:
    read(hanbit, "member", run)
    say(run, hanbit["member"])
    assert new(hanbit, "member", run) == 0


def test_a_step_is_news_too(hanbit: Company, run: Run) -> None:
    read(hanbit, "member", run)
    done = engine.complete_step(
        run, step="review", actor_id=hanbit["site_admin"].pk, now=at("2026-11-23T10:01")
    )
    assert done.done
    assert new(hanbit, "member", run) >= 1


def test_looking_marks_as_far_as_was_shown_and_never_less(hanbit: Company, run: Run) -> None:
    client = hanbit.signed_in("site_admin")
    form = forms_of(client.get(url(run)))[f"{talk_url(run)}read/"]
    say(run, hanbit["member"])
    client.post(form.action, form.values)
    assert new(hanbit, "site_admin", run) == 1
    read(hanbit, "site_admin", run)
    client.post(form.action, form.values)
    assert new(hanbit, "site_admin", run) == 0
    for seen in ("9999-9999", "-1--1", "x", "", "１-１"):
        client.post(form.action, {"seen": seen, "at": "2999-01-01T00:00:00Z"})
    row = Look.objects.get(user=hanbit["site_admin"])
    assert (row.talk, row.events) == (1, run.event_number)
    assert row.at == at("2026-11-23T10:00")


def test_the_divider_stands_before_the_first_new_comment(
    hanbit: Company, run: Run, clock: Any
) -> None:
    say(run, hanbit["member"], "먼저 온 말")
    read(hanbit, "site_admin", run)
    clock.shift(timedelta(minutes=1))
    say(run, hanbit["site_admin"], "내 말")
    clock.shift(timedelta(minutes=1))
    say(run, hanbit["member"], "나중 온 말")
    page = hanbit.signed_in("site_admin").get(url(run)).text
    where = page.index("지난번에 본 뒤")
    assert page.index("내 말") < where < page.index("나중 온 말")
    assert "새 댓글 1개" in page
    read(hanbit, "site_admin", run)
    assert "지난번에 본 뒤" not in hanbit.signed_in("site_admin").get(url(run)).text


def test_a_page_of_runs_costs_one_query(
    hanbit: Company, run: Run, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    runs = [run, reviewed(hanbit, "approval")]
    say(runs[1], hanbit["support"], internal=True)
    runs = list(Run.objects.filter(pk__in=[one.pk for one in runs]))
    with django_assert_num_queries(1):
        found = counts(hanbit["manager"], runs)
    mine = counts(hanbit["member"], runs)
    assert {pk: found[pk] - mine[pk] for pk in found} == {run.pk: 0, runs[1].pk: 1}


def test_what_waited_for_the_send_is_not_kept_again(
    hanbit: Company, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission, lock = uuid4(), stream.lock

    def behind_the_send(run: Run) -> Conversation:
        # The send, which held the lock, has committed by the time it is had here.
        monkeypatch.setattr(stream, "lock", lock)
        say(run, hanbit["member"], "보냄", submission=submission)
        return lock(run)

    monkeypatch.setattr(stream, "lock", behind_the_send)
    sent = {"submission": str(submission), "then": "autosave"}
    assert post(hanbit.signed_in("member"), run, "보냄", **sent).status_code == 204
    assert not Draft.objects.exists()


def test_a_draft_alone_leaves_a_conversation_that_holds(hanbit: Company, run: Run) -> None:
    sent = {"submission": str(uuid4()), "then": "autosave"}
    assert post(hanbit.signed_in("member"), run, "아직", **sent).status_code == 204
    assert Draft.objects.get().text == "아직"
    assert list(verify(heads=read_heads())) == []
    assert list(check_all()) == []
