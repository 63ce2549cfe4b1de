"""News on an open page: silent and cheap while nothing is new, at once when something is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from pytest_django import DjangoAssertNumQueries

from procedures.models import Run
from tests.factories import Company, at
from tests.web.runs import done, korean_company, reviewed, sync, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(at("2026-11-23T10:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def hanbit(clock: Any) -> Company:
    return korean_company()


def live_url(page: str) -> str:
    """Read from a page where it asks for news."""
    start = page.index('hx-get="') + len('hx-get="')
    return page[start : page.index('"', start)].replace("&amp;", "&")


def test_nothing_new_is_204_in_three_statements(
    hanbit: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    admin = hanbit.signed_in("site_admin")
    ask = live_url(admin.get(url(sync(hanbit))).text)
    with django_assert_num_queries(3):
        answer = admin.get(ask, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_anothers_step_appears_and_the_new_part_asks_on_from_there(hanbit: Company) -> None:
    run = sync(hanbit)
    member = hanbit.signed_in("member")
    ask = live_url(member.get(url(run)).text)
    done(hanbit, run, "site_admin", "review")
    answer = member.get(ask, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.count('id="run-live"') == 1
    assert "<html" not in answer.text
    assert "단계 완료: 변경 사항 모두 확인" in answer.text
    assert member.get(live_url(answer.text)).status_code == 204


def test_an_answer_that_changes_with_time_is_news_too(hanbit: Company, clock: Any) -> None:
    first = reviewed(hanbit)
    done(hanbit, first, "site_admin", "run_sync")
    run = reviewed(hanbit)
    member = hanbit.signed_in("member")
    ask = live_url(member.get(url(run)).text)
    assert "until=2026-11-23T15:00:00.000000Z" in ask
    clock.move_to(at("2026-11-23T14:00"))
    assert member.get(ask).status_code == 204
    clock.move_to(at("2026-11-24T00:00") + timedelta(microseconds=1))
    member = hanbit.signed_in("member")
    assert member.get(ask).status_code == 200


def test_asking_for_news_does_not_prolong_the_session(hanbit: Company, clock: Any) -> None:
    run = sync(hanbit)
    admin = hanbit.signed_in("site_admin")
    ask = live_url(admin.get(url(run)).text)
    before = Session.objects.get().expire_date
    for _minute in range(30):
        clock.shift(timedelta(minutes=10))
        assert admin.get(ask).status_code in {200, 204}
    assert Session.objects.get().expire_date == before


@pytest.mark.parametrize("seen", ["", "x", "-1", "99", "1&until=never", "1&edit=%00"])
def test_nonsense_only_draws_the_page_part_again(hanbit: Company, seen: str) -> None:
    run = sync(hanbit)
    answer = hanbit.signed_in("site_admin").get(f"{url(run)}live/?seen={seen}")
    assert answer.status_code == 200
    assert Run.objects.get(pk=run.pk).event_number == 2
