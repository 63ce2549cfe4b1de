"""What people wrote of a run goes with the run; whom it names goes with the person."""

from datetime import timedelta
from uuid import uuid4

import pytest

from procedures import engine
from procedures.models import Run
from procedures.personal.erasing import erase_person, erase_run
from tests.canary import where_is
from tests.factories import Company, at, company, person
from tickets.tracking import feedback, links
from tickets.tracking.models import Feedback, TextReport

pytestmark = pytest.mark.django_db
NINE = at("2026-11-02T09:00")
LATER = NINE + timedelta(days=1)
NAME, EMAIL = "남궁가람", "garam.namgung@hanbit.example"


@pytest.fixture
def hanbit() -> Company:
    made = company()
    made.people["garam"] = person(made.tenant, "member", name=NAME, email=EMAIL)
    return made


@pytest.fixture
def run(hanbit: Company) -> Run:
    """Have a run that has ended, of which two have said how it went."""
    opened = engine.open_run(
        hanbit.tenant, procedure="service_sync", actor_id=hanbit["member"].pk, now=NINE,
        values={"service": "email", "changes": ["kim, 김하나, 신규"]},
    )  # fmt: skip
    assert opened.run is not None
    run = Run.objects.get(pk=opened.run.pk)
    links.make_link(run, actor=hanbit["support"], now=NINE)
    link = run.tracking_links.get()
    words = f"{NAME} 님({EMAIL})이 빨랐다"
    feedback.give(run, rating=3, words=words, now=NINE, user=hanbit["member"])
    feedback.give(run, rating=1, words=f"{NAME} 님은 늦었다", now=NINE, link=link)
    assert engine.cancel_run(run, actor_id=hanbit["site_admin"].pk, now=NINE, reason="끝").done
    return Run.objects.get(pk=run.pk)


def test_an_erased_run_keeps_ratings_and_no_words(hanbit: Company, run: Run) -> None:
    erase_run(run, reason="요청 2026-19", now=LATER)
    for word in ("빨랐다", "늦었다"):
        assert where_is(word) == []
    assert sorted(Feedback.objects.values_list("rating", "words")) == [(1, ""), (3, "")]


def test_an_erased_person_is_named_in_no_words_of_others(hanbit: Company, run: Run) -> None:
    TextReport.objects.create(
        tenant=hanbit.tenant, reporter=hanbit["member"], submission=uuid4(), at=NINE, version=1,
        procedure="service_sync", sentence=f"{NAME} " * 190, wrong=f"{NAME} 님께 물으라니요",
        answer=f"{EMAIL} 은 지웠습니다",
    )  # fmt: skip
    feedback.give(run, rating=2, words="내 말", now=NINE, user=hanbit["garam"])
    erase_person(hanbit["garam"], reason="요청 2026-20", now=LATER)
    for word in (NAME, EMAIL, "내 말"):
        assert where_is(word) == []
    words = "".join(Feedback.objects.values_list("words", flat=True))
    assert "님은 늦었다" in words
    assert "빨랐다" in words
    left = TextReport.objects.get()
    assert left.wrong.endswith("님께 물으라니요")
    assert left.answer.endswith("은 지웠습니다")
