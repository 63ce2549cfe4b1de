"""The queue: what is in it for whom, in which order, and that its cost does not grow."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.models import Assignment, SupportVisit
from procedures import engine
from procedures.models import Deadline
from tests.catalog.facts import kst
from tests.tickets.queue.floor import (
    QUEUE,
    Floor,
    make_floor,
    recovery,
    references,
    shown,
    sync,
)

pytestmark = pytest.mark.django_db
NOW = kst("2026-11-23T12:00")


@pytest.fixture
def floor() -> Floor:
    return make_floor()


@time_machine.travel(NOW, tick=False)
def test_support_sees_the_tickets_of_the_companies_served_and_no_others(floor: Floor) -> None:
    ours = sync(floor.a)
    theirs = recovery(floor.b, "2026-11-23T11:00+09:00")
    assert shown(floor.support) == [ours.reference]
    assert shown(floor.elsewhere) == [theirs.reference]
    text = floor.browser(floor.support).get(QUEUE).content.decode()
    assert "새봄" not in text
    assert floor.elsewhere.name not in text


@time_machine.travel(NOW, tick=False)
def test_a_visit_opens_a_companys_tickets_until_it_is_over(floor: Floor) -> None:
    theirs = sync(floor.b)
    visit = SupportVisit.objects.create(
        user=floor.support,
        tenant=floor.b.tenant,
        reason="메일이 열리지 않는다는 문의",
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=1),
    )
    assert shown(floor.support) == [theirs.reference]
    SupportVisit.objects.filter(pk=visit.pk).update(ends_at=NOW)
    assert shown(floor.support) == []


@time_machine.travel(NOW, tick=False)
def test_a_manager_sees_every_ticket_but_what_it_is_about_only_where_they_serve(
    floor: Floor,
) -> None:
    ours = recovery(floor.a, "2026-11-23T11:00+09:00", "ours")
    theirs = recovery(floor.b, "2026-11-23T11:30+09:00", "theirs")
    client = floor.browser(floor.manager)
    text = client.get(QUEUE).content.decode()
    assert references(text) == [ours.reference, theirs.reference]
    assert "ours@hanbit.example" in text
    assert "theirs@saebom.example" not in text
    assert f"/t/saebom/runs/{theirs.reference}/" not in text
    assert 'href="/vendor/tenants/saebom/"' in text
    # Nor does the search tell.
    assert references(client.get(f"{QUEUE}?q=theirs").content.decode()) == []
    assert references(client.get(f"{QUEUE}?q=ours").content.decode()) == [ours.reference]


@pytest.mark.parametrize("who", ["site_admin", "mail_admin", "member", "tenant_manager"])
def test_nobody_of_a_company_finds_the_queue(floor: Floor, who: str) -> None:
    assert floor.a.signed_in(who).get(QUEUE).status_code == 404


@time_machine.travel(NOW, tick=False)
def test_the_vendors_people_begin_at_the_queue(floor: Floor) -> None:
    answer = floor.browser(floor.support).get("/")
    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    assert floor.a.signed_in("member").get("/")["Location"] == "/t/hanbit/"


def test_what_is_due_first_comes_first_and_what_is_never_due_last(floor: Floor) -> None:
    with time_machine.travel(kst("2026-11-20T09:00"), tick=False):
        never = sync(floor.a)
        later = sync(floor.a, "approval")
    with time_machine.travel(NOW, tick=False):
        second = recovery(floor.a, "2026-11-23T11:00+09:00", "second")
        first = recovery(floor.a, "2026-11-23T09:00+09:00", "first")
        order = [one.reference for one in (first, second, never, later)]
        assert shown(floor.support) == order
        newest = [one.reference for one in (first, second, later, never)]
        assert shown(floor.support, "sort=newest") == newest
        untouched = [one.reference for one in (never, later, second, first)]
        assert shown(floor.support, "sort=untouched") == untouched


def test_an_alarm_that_has_gone_off_stands_first_while_its_step_is_to_be_done(
    floor: Floor,
) -> None:
    with time_machine.travel(NOW, tick=False):
        soon = recovery(floor.a, "2026-11-22T13:00+09:00", "soon")
        gone = recovery(floor.a, "2026-11-23T11:00+09:00", "gone")
        step = Deadline.objects.filter(run=gone, state="pending").latest("due_at")
        # As if this run's step had an alarm, and it had gone off an hour ago.
        Deadline.objects.create(
            run=gone, step=step.step, round=step.round, key="overrun", action="alarm",
            due_at=NOW - timedelta(hours=1), state="fired",
        )  # fmt: skip
        assert shown(floor.support) == [gone.reference, soon.reference]
        assert shown(floor.support, "due=overdue") == [gone.reference]
        text = floor.browser(floor.support).get(QUEUE).content.decode()
        assert "기한 지남" in text or "Overdue" in text
        assert text.count(f"<code>{gone.reference}</code>") == 1


def test_a_deadline_that_no_worker_has_fired_is_overdue_all_the_same(floor: Floor) -> None:
    with time_machine.travel(NOW, tick=False):
        run = recovery(floor.a, "2026-11-23T11:00+09:00")
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert shown(floor.support, "due=overdue") == [run.reference]


def test_days_are_the_companys(floor: Floor) -> None:
    with time_machine.travel(NOW, tick=False):
        Deadline.objects.all().delete()
        run = sync(floor.a)
        # 23:59:59.999999 and 00:00 of Seoul.
        last = kst("2026-11-24T00:00") - timedelta(microseconds=1)
        row = Deadline.objects.create(
            run=run, step="review", round=1, key="x", action="remind", due_at=last
        )
        assert shown(floor.support, "due=today") == [run.reference]
        Deadline.objects.filter(pk=row.pk).update(due_at=kst("2026-11-24T00:00"))
        assert shown(floor.support, "due=today") == []
        assert shown(floor.support, "due=week") == [run.reference]
        Deadline.objects.filter(pk=row.pk).update(due_at=kst("2026-11-30T00:00"))
        assert shown(floor.support, "due=week") == []


@time_machine.travel(NOW, tick=False)
def test_each_filter_narrows(floor: Floor) -> None:
    asked = sync(floor.a)
    lost = recovery(floor.a, "2026-11-23T11:00+09:00", "lost")
    engine.cancel_run(lost, actor_id=floor.a["member"].pk, now=NOW, reason="찾았습니다")
    assert shown(floor.support) == [asked.reference]
    assert shown(floor.support, "state=cancelled") == [lost.reference]
    assert shown(floor.support, "state=all") == [lost.reference, asked.reference]
    assert shown(floor.support, "state=all&procedure=service_sync") == [asked.reference]
    assert shown(floor.support, "company=hanbit") == [asked.reference]
    assert shown(floor.support, "company=saebom") == []
    assert shown(floor.support, "waiting=company") == [asked.reference]
    assert shown(floor.support, "waiting=vendor") == []
    assert shown(floor.support, f"q={asked.reference.lower()}") == [asked.reference]
    assert shown(floor.support, "q=한빛") == [asked.reference]
    assert shown(floor.support, "q=%00zz") == []
    assert shown(floor.support, "state=nonsense&due=nonsense&sort=x") == [asked.reference]


@time_machine.travel(NOW, tick=False)
def test_a_tenant_manager_is_no_manager_of_the_vendor(floor: Floor) -> None:
    run = sync(floor.a)
    type(run).objects.filter(pk=run.pk).update(waiting_roles="site_admin,tenant_manager")
    assert shown(floor.support, "waiting=vendor") == []
    type(run).objects.filter(pk=run.pk).update(waiting_roles="site_admin,support")
    assert shown(floor.support, "waiting=vendor") == [run.reference]


def page_by_page(floor: Floor, query: str) -> tuple[list[list[str]], list[list[str]]]:
    """Turn the pages to the last one and back again."""
    import html
    import re

    client = floor.browser(floor.support)
    there: list[list[str]] = []
    back: list[list[str]] = []
    url = f"{QUEUE}?{query}"
    for pages, rel in ((there, "next"), (back, "prev")):
        while True:
            text = client.get(url).content.decode()
            pages.append(references(text))
            found = re.search(rf'href="([^"]+)"\s+rel="{rel}"', text)
            if not found:
                break
            url = html.unescape(found[1])
            url = QUEUE + url if url.startswith("?") else url
    return there, back


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("query", ["sort=due", "sort=newest", "sort=untouched", "state=all"])
def test_every_ticket_stands_on_exactly_one_page_there_and_back(
    floor: Floor, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tickets.queue import order

    monkeypatch.setattr(order, "PAGE", 3)
    runs = [sync(floor.a, service) for service in ("email", "approval", "board", "drive")]
    runs += [recovery(floor.a, "2026-11-23T11:00+09:00", f"box{n}") for n in range(6)]
    there, back = page_by_page(floor, query)
    assert sorted(ref for page in there for ref in page) == sorted(r.reference for r in runs)
    assert [len(page) for page in there] == [3, 3, 3, 1]
    assert back == there[::-1]


@time_machine.travel(NOW, tick=False)
def test_a_place_of_another_order_or_none_at_all_shows_the_first_page(floor: Floor) -> None:
    run = sync(floor.a)
    for place in ("n__9", "u_2026-11-23T00:00:00+00:00_1", "x", "d__1", "d_2026-11-23_1"):
        assert shown(floor.support, f"after={place}".replace("+", "%2B")) == [run.reference], place


@time_machine.travel(NOW, tick=False)
def test_the_cost_does_not_grow_with_the_tickets(floor: Floor) -> None:
    client = floor.browser(floor.support)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(QUEUE).status_code == 200
        return len(caught)

    sync(floor.a)
    recovery(floor.a, "2026-11-23T11:00+09:00", "first")
    cost()
    few = cost()
    for number in range(6):
        recovery(floor.a, "2026-11-23T11:00+09:00", f"more{number}")
        sync(floor.a, f"service{number}")
    assert cost() == few
    assert few <= STATEMENTS


# Session, person, roles, companies, views, three parts, two of counts, runs, values, steps, looks,
# overrides, slots, calendar, holders, unread, two kinds of deadlines, versions, people, the frame.
STATEMENTS = 26


@time_machine.travel(timezone.now(), tick=False)
def test_who_serves_nobody_is_told_how_to_get_there(floor: Floor) -> None:
    Assignment.objects.filter(user=floor.support).delete()
    text = floor.browser(floor.support).get(QUEUE).content.decode()
    assert 'href="/vendor/tenants/"' in text
    assert references(text) == []


@time_machine.travel(NOW, tick=False)
def test_what_is_new_about_a_ticket_is_counted_until_it_was_looked_at(floor: Floor) -> None:
    run = sync(floor.a)
    client = floor.browser(floor.support)
    assert "ticket__unread" in client.get(QUEUE).content.decode()
    page = f"/t/hanbit/runs/{run.reference}/"
    assert client.get(page).status_code == 200
    # A manager who does not serve the company reads nothing of it, so that nothing is unread.
    sync(floor.b)
    text = floor.browser(floor.manager).get(f"{QUEUE}?company=saebom").content.decode()
    assert "ticket__unread" not in text


@time_machine.travel(NOW, tick=False)
def test_views_are_counted_while_there_are_few_enough_to_look_through(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tickets.queue import reading

    sync(floor.a)
    client = floor.browser(floor.support)
    assert "tabs__count" in client.get(QUEUE).content.decode()
    monkeypatch.setattr(reading, "LIMIT", 0)
    text = client.get(QUEUE).content.decode()
    assert "tabs__count" not in text
    assert "티켓 1건" in text
