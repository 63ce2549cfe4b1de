"""The search page: what happened, which procedure helps, what it already knows."""

import pytest
from django.test import Client

from tests.factories import Company, at, company, person, tenant
from tests.web.opening import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def hanbit() -> Company:
    return company()


@pytest.fixture
def member(hanbit: Company) -> Client:
    return hanbit.signed_in("member")


def ask(client: Client, query: str) -> str:
    return client.get("/t/hanbit/search/", {"q": query}).text


def test_the_best_procedure_comes_first_with_what_was_told(member: Client) -> None:
    html = ask(member, "어제 오후 3시에 kim@hanbit.example 메일을 지웠어요")
    best = html[html.index("find--best") :]
    assert best[best.index("href=") :].startswith('href="/t/hanbit/procedures/mail_recovery/?')
    assert "mailbox=kim%40hanbit.example" in html
    assert "deleted_at=" in html
    assert "kim@hanbit.example" in html


def test_the_procedure_page_is_filled_in_with_it(member: Client) -> None:
    html = ask(member, "일본 출장인데 메일이 안 열려요")
    href = html[html.index('href="/t/hanbit/procedures/allowed_countries/') + 6 :].split('"')[0]
    page = member.get(href.replace("&amp;", "&")).text
    assert "일본</textarea>" in page


def test_without_a_question_there_are_examples_that_find_something(member: Client) -> None:
    html = member.get("/t/hanbit/search/").text
    assert "어제 오후 3시에 메일을 지웠어요" in html
    assert "mail_recovery" in ask(member, "어제 오후 3시에 메일을 지웠어요")


@pytest.mark.parametrize("query", ["점심 뭐 먹지", "\x00", "%", "🙂"])
def test_what_is_about_nothing_leads_to_all_procedures(member: Client, query: str) -> None:
    assert "find--best" not in ask(member, query)


def test_what_is_typed_is_printed_and_never_run(member: Client) -> None:
    html = ask(member, "메일 <script>alert(1)</script> {{7*7}}")
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert "{{7*7}}" in html


def test_a_reference_finds_its_run_for_who_may_see_it(hanbit: Company) -> None:
    run = opened(hanbit, at("2026-11-23T09:00"))
    admin = hanbit.signed_in("mail_admin")
    assert f"/t/hanbit/runs/{run.reference}/" in ask(admin, run.reference.lower())
    other = Client()
    other.force_login(person(hanbit.tenant, "member", email="other@hanbit.example"))
    assert f"/runs/{run.reference}/" not in ask(other, run.reference)


def test_strangers_get_the_404_of_what_does_not_exist(member: Client) -> None:
    tenant("saebom", name="새봄")
    foreign, unknown = member.get("/t/saebom/search/"), member.get("/t/nowhere/search/")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)


def test_it_asks_the_database_as_often_for_any_question(
    member: Client, django_assert_max_num_queries: object
) -> None:
    ask(member, "메일 접속이 안 돼요")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        ask(member, "메일 접속이 안 돼요")
