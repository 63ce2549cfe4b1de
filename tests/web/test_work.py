"""My work and the list of runs: what waits for whom, filtered and counted without many queries."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Tenant, User
from procedures import engine
from procedures.models import Run
from procedures.selectors.run_list import COUNT_LIMIT, PAGE
from tests.factories import Company, at, company, person, tenant
from tests.web.opening import opened, sync_requested, synced

pytestmark = pytest.mark.django_db
NOON = at("2026-11-23T12:00")


@pytest.fixture
def hanbit() -> Company:
    return company()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def group(html: str, key: str) -> str:
    """Return one group of the page; empty where it is not there."""
    _before, found, rest = html.partition(f'id="{key}"')
    return rest.partition("</section>")[0] if found else ""


def work(who: Client) -> str:
    return who.get("/t/hanbit/").text


# home


def test_the_front_door_leads_to_the_first_company(hanbit: Company) -> None:
    answer = hanbit.signed_in("site_admin").get("/")
    assert (answer.status_code, answer.url) == (302, "/t/hanbit/")


def test_who_belongs_nowhere_is_told_so(db: None) -> None:
    nobody, client = User.objects.create_user("nobody@a.kr", name="없음"), Client()
    client.force_login(nobody)
    answer = client.get("/")
    assert answer.status_code == 200
    assert "소속된 고객사가 없습니다" in answer.text


def test_a_stranger_signs_in_first() -> None:
    assert Client().get("/").url.startswith("/account/login/")


# my work


def test_a_recovery_is_urgent_for_the_mail_admin_and_waits_for_the_requester(
    hanbit: Company,
) -> None:
    run = opened(hanbit, NOON - timedelta(hours=1))
    admin = work(hanbit.signed_in("mail_admin"))
    assert run.reference in group(admin, "urgent")
    # both may settle the time of deletion
    assert run.reference in group(work(hanbit.signed_in("member")), "urgent")
    engine.complete_step(run, step="settle_time", values={}, actor_id=hanbit["member"].pk, now=NOON)
    assert run.reference in group(work(hanbit.signed_in("member")), "waiting")
    assert "이메일 관리자" in group(work(hanbit.signed_in("member")), "waiting")
    assert run.reference not in work(hanbit.signed_in("site_admin"))


def test_overdue_work_says_so_while_the_worker_is_down(hanbit: Company) -> None:
    opened(hanbit, NOON - timedelta(hours=25))
    assert "run-card--overdue" in group(work(hanbit.signed_in("mail_admin")), "urgent")


def test_a_sync_that_must_wait_for_tomorrow_is_no_work_of_today(hanbit: Company) -> None:
    synced(hanbit, NOON - timedelta(hours=1), "succeeded")
    run = sync_requested(hanbit, NOON - timedelta(minutes=1))
    admin = hanbit["site_admin"].pk
    assert run.reference in group(work(hanbit.signed_in("site_admin")), "today")
    engine.complete_step(run, step="review", actor_id=admin, now=NOON)
    html = work(hanbit.signed_in("site_admin"))
    assert run.reference not in group(html, "today")
    assert run.reference in group(html, "week")
    assert "2026-11-24 (화) 00:00 +09:00" in group(html, "week")


def test_what_is_planned_for_later_stands_under_later(hanbit: Company) -> None:
    run = opened(
        hanbit,
        NOON,
        "external_user_mail",
        users=["ryu@partner.example"],
        purpose="협업",
        start="2026-11-23",
        end="2027-01-31",
        cost_center="영업",
    )
    admin = hanbit["site_admin"].pk
    assert run.reference in group(work(hanbit.signed_in("site_admin")), "today")
    engine.complete_step(run, step="acknowledge_cost", actor_id=admin, now=NOON)
    engine.approve(run, step="approve", actor_id=hanbit["tenant_manager"].pk, now=NOON)
    for step in ("perform", "confirm_use"):
        assert engine.complete_step(run, step=step, actor_id=admin, now=NOON).done
    assert run.reference in group(work(hanbit.signed_in("site_admin")), "later")


def test_nothing_to_do_leads_on(hanbit: Company) -> None:
    html = work(hanbit.signed_in("tenant_manager"))
    assert "/t/hanbit/procedures/" in html
    assert "run-card" not in html


def test_the_page_costs_the_same_for_one_run_and_for_many(hanbit: Company) -> None:
    client = hanbit.signed_in("mail_admin")
    opened(hanbit, NOON)
    work(client)
    with CaptureQueriesContext(connection) as one:
        work(client)
    for number in range(8):
        opened(hanbit, NOON, mailbox=f"kim{number}@hanbit.example", deleted_at=NOON.isoformat())
    with CaptureQueriesContext(connection) as many:
        work(client)
    assert len(many) == len(one) <= 9


# the list of runs


def runs(who: Client, **query: str) -> str:
    return who.get("/t/hanbit/runs/", query).text


def test_a_member_sees_their_own_runs_only(hanbit: Company) -> None:
    mine = opened(hanbit, NOON)
    other = person(hanbit.tenant, "member", email="other@hanbit.example")
    hanbit.people["other"] = other
    theirs = opened(hanbit, NOON, who="other")
    for_me = opened(hanbit, NOON, who="other", mailbox=hanbit["member"].email)
    html = runs(hanbit.signed_in("member"))
    assert mine.reference in html
    assert theirs.reference not in html
    assert for_me.reference in html
    everything = runs(hanbit.signed_in("site_admin"))
    assert all(run.reference in everything for run in (mine, theirs, for_me))


def test_runs_of_another_company_are_nowhere(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    run = opened(other, NOON)
    client = hanbit.signed_in("site_admin")
    # the same reference may exist in both companies; the mailbox is the canary
    assert run.subject not in runs(client) + work(client) + runs(client, q=run.subject[:3])
    assert client.get("/t/saebom/runs/").status_code == 404
    assert client.get("/t/saebom/").status_code == 404


def test_filters_narrow_and_can_be_taken_off(hanbit: Company) -> None:
    first = opened(hanbit, NOON)
    second = sync_requested(hanbit, NOON)
    engine.cancel_run(first, reason="실수", actor_id=hanbit["mail_admin"].pk, now=NOON)
    client = hanbit.signed_in("site_admin")
    for query, found, not_found in (
        ({"state": "cancelled"}, first, second),
        ({"procedure": "service_sync"}, second, first),
        ({"mine": "on"}, second, first),
        ({"q": first.reference.lower()}, first, second),
        ({"q": "member@"}, first, second),
    ):
        html = runs(client, **query)
        assert found.reference in html, query
        assert not_found.reference not in html, query
        assert 'class="chip"' in html
    nothing = runs(client, q="없는것")
    assert "조건에 맞는 실행이 없습니다" in nothing


@pytest.mark.parametrize(
    "query",
    [
        {"state": "'; DROP"},
        {"procedure": "user__password"},
        {"before": "x_1"},
        {"before": "2026-11-23T12:00_1"},
        {"before": "2026-11-23T12:00:00+09:00_99999999999999999999"},
        {"after": "_"},
        {"q": "\x00%_"},
    ],
)
def test_what_is_not_offered_filters_nothing_and_breaks_nothing(
    hanbit: Company, query: dict[str, str]
) -> None:
    opened(hanbit, NOON)
    answer = hanbit.signed_in("site_admin").get("/t/hanbit/runs/", query)
    assert answer.status_code == 200


def many(where: Company, count: int) -> None:
    """Insert rows that a list shows; what they did is not the question here."""
    model = opened(where, NOON)
    Run.objects.bulk_create(
        Run(
            tenant=where.tenant,
            reference=f"MR-2025-{number:04d}",
            procedure=model.procedure,
            version=model.version,
            requester=model.requester,
            # two share each moment, so that the id must decide
            opened_at=NOON - timedelta(minutes=number // 2 + 1),
            event_at=NOON,
        )
        for number in range(count)
    )


def references(html: str) -> list[str]:
    parts = html.split("/runs/MR-2025-")[1:]
    return [part[:4] for part in parts]


def test_pages_follow_one_another_without_gaps_and_back(hanbit: Company) -> None:
    many(hanbit, 2 * PAGE + 20)
    client = hanbit.signed_in("site_admin")
    seen: list[str] = []
    urls = ["/t/hanbit/runs/"]
    while True:
        html = client.get(urls[-1]).text
        rows = references(html)
        assert len(rows) <= PAGE
        seen += rows
        if 'rel="next"' not in html:
            break
        link = html[: html.index('rel="next"')].rpartition('href="')[2].split('"')[0]
        urls.append(link.replace("&amp;", "&"))
    assert len(seen) == len(set(seen)) == 2 * PAGE + 20
    assert len(urls) == 3
    last = client.get(urls[-1]).text
    back = last[: last.index('rel="prev"')].rpartition('href="')[2].split('"')[0]
    assert references(client.get(back.replace("&amp;", "&")).text) == seen[PAGE - 1 : 2 * PAGE - 1]


def test_nobody_counts_further_than_a_thousand(hanbit: Company) -> None:
    many(hanbit, COUNT_LIMIT + 5)
    client = hanbit.signed_in("site_admin")
    assert "실행 1,000건 이상" in runs(client)
    with CaptureQueriesContext(connection) as queries:
        runs(client)
    assert len(queries) <= 10


def test_reading_writes_nothing(hanbit: Company) -> None:
    run = opened(hanbit, NOON)
    client = hanbit.signed_in("mail_admin")
    client.get("/t/hanbit/")
    before = (Run.objects.get(pk=run.pk).event_number, Tenant.objects.get().event_number)
    for page in ("", "runs/", "search/?q=메일", "procedures/", "ledger/", "notices/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/t/hanbit/{page}").status_code == 200
        written = [q["sql"] for q in queries if not q["sql"].lstrip(" (").startswith("SELECT")]
        assert written == []
    assert (Run.objects.get(pk=run.pk).event_number, Tenant.objects.get().event_number) == before


def test_the_company_of_the_address_is_the_company_of_the_page(hanbit: Company) -> None:
    tenant("saebom", name="새봄")
    assert "한빛상사" in work(hanbit.signed_in("member"))
