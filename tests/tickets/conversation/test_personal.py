"""A person's words about runs are given out to them, and go when they or the run are erased."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from procedures import engine
from procedures.models import Run
from procedures.personal.erasing import erase_person, erase_run
from procedures.personal.export import export_person
from tests.canary import where_is
from tests.factories import Company, at, company, person
from tests.tickets.conversation.talking import say, talk_url
from tests.web.runs import url
from tickets.conversation.models import Attachment, Conversation, Draft, FileSpace

pytestmark = pytest.mark.django_db
NINE = at("2026-11-02T09:00")
LATER = NINE + timedelta(days=1)
NAME, EMAIL = "남궁가람", "garam.namgung@hanbit.example"
WORDS = "제 번호는 010-0000-1234"


@pytest.fixture
def hanbit(settings: Settings, tmp_path: Path) -> Company:
    settings.MEDIA_ROOT = tmp_path / "files"
    made = company()
    made.people["garam"] = person(made.tenant, "member", name=NAME, email=EMAIL)
    return made


@pytest.fixture
def run(hanbit: Company) -> Run:
    """Have a run that others talk about as well, and that has ended."""
    opened = engine.open_run(
        hanbit.tenant, procedure="service_sync", actor_id=hanbit["member"].pk, now=NINE,
        values={"service": "email", "changes": ["kim, 김하나, 신규"]},
    )  # fmt: skip
    assert opened.run is not None
    garam, support = hanbit["garam"], hanbit["support"]
    join = engine.open_run(
        hanbit.tenant, procedure="service_sync", actor_id=garam.pk, now=NINE,
        values={"service": "email", "changes": ["lee, 이하나, 신규"]},
    )  # fmt: skip
    assert join.run is not None
    run = Run.objects.get(pk=opened.run.pk)
    say(run, garam, WORDS, now=NINE, files={f"{NAME} 이력서.txt": b"x"})
    say(run, support, f"{NAME} 님과 통화했습니다", internal=True, now=NINE, people=[])
    say(run, support, "알겠습니다", now=NINE, people=[garam.pk])
    Draft.objects.create(user=garam, run=run, text=WORDS, at=NINE)
    Draft.objects.create(user=support, run=run, text=f"{EMAIL} 확인", at=NINE)
    ended = engine.cancel_run(run, actor_id=hanbit["site_admin"].pk, now=NINE, reason="끝")
    assert ended.done
    return Run.objects.get(pk=run.pk)


def proven() -> None:
    """Make sure that history and rows hold together."""
    for command in ("verify_audit", "verify"):
        call_command(command, stdout=io.StringIO())


def test_an_export_holds_ones_own_comments_and_nobody_elses(hanbit: Company, run: Run) -> None:
    held = export_person(hanbit["garam"], LATER)
    [comment] = held["comments"]
    assert (comment["text"], comment["run"]) == (WORDS, run.reference)
    assert [file["name"] for file in comment["files"]] == [f"{NAME} 이력서.txt"]
    assert [draft["text"] for draft in held["drafts"]] == [WORDS]
    assert "통화" not in str(held)
    assert export_person(hanbit["member"], LATER)["comments"] == []


def test_an_erased_person_is_named_nowhere(
    hanbit: Company, run: Run, django_capture_on_commit_callbacks: Callable[..., Any], settings: Any
) -> None:
    before = Conversation.objects.get().told(internal=False)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(hanbit["garam"], reason="요청 2026-17", now=LATER)
    for word in (NAME, EMAIL, WORDS, "garam.namgung"):
        assert where_is(word) == []
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert FileSpace.objects.get().used == 0
    page = hanbit.signed_in("support").get(url(run)).text
    assert "이 내용은 지워졌습니다" in page or "What was said here is erased" in page
    assert "님과 통화했습니다" in page
    assert "알겠습니다" in page
    # An erasure is no news to the company, and leaves no gap.
    assert Conversation.objects.get().told(internal=False) == before
    proven()


def test_an_erased_run_says_nothing_any_more(
    hanbit: Company, run: Run, django_capture_on_commit_callbacks: Callable[..., Any], settings: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erase_run(run, reason="요청 2026-18", now=LATER)
    for word in (WORDS, "통화했습니다", "알겠습니다", "이력서"):
        assert where_is(word) == []
    assert Draft.objects.count() == 0
    assert Attachment.objects.filter(erased_at=None).count() == 0
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert hanbit.signed_in("member").get(talk_url(run)).status_code == 200
    proven()
