"""Saved views: named once a person, few, one of them first; a view outlives what it names."""

import pytest
import time_machine
from django.test import Client

from helpdesk.models import Assignment
from tests.catalog.facts import kst
from tests.tickets.queue.floor import QUEUE, Floor, make_floor, references, sync
from tickets.queue import saved
from tickets.queue.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor() -> Floor:
    return make_floor()


@pytest.fixture(autouse=True)
def noon() -> object:
    with time_machine.travel(kst("2026-11-23T12:00"), tick=False):
        yield


def save(client: Client, name: str, query: str = "", **more: str) -> int:
    return client.post(f"{QUEUE}views/", {"name": name, "query": query, **more}).status_code


def test_a_view_is_saved_under_a_name_and_shown_as_a_tab_with_its_count(floor: Floor) -> None:
    client = floor.browser(floor.support)
    sync(floor.a)
    assert save(client, " 내  것 ", "assignee=nobody&sort=newest&evil=1&page=3") == 303
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("내 것", "assignee=nobody&sort=newest")
    text = client.get(QUEUE).content.decode()
    assert 'href="/vendor/tickets/?assignee=nobody&amp;sort=newest"' in text
    assert "내 것" in text


def test_names_are_a_persons_own_and_there_once_whatever_their_case(floor: Floor) -> None:
    mine, other = floor.browser(floor.support), floor.browser(floor.colleague)
    assert save(mine, "Urgent", "due=today") == 303
    answer = mine.post(f"{QUEUE}views/", {"name": "urgent", "query": "due=week"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="urgent"' in text
    assert save(other, "Urgent", "due=today") == 303
    assert "Urgent" not in floor.browser(floor.manager).get(QUEUE).content.decode()


def test_a_bare_queue_begins_with_the_view_that_was_chosen(floor: Floor) -> None:
    client = floor.browser(floor.support)
    run = sync(floor.a)
    save(client, "하나", "state=cancelled", is_default="on")
    save(client, "둘", "state=open&procedure=mail_recovery", is_default="on")
    assert SavedView.objects.filter(is_default=True).count() == 1
    assert references(client.get(QUEUE).content.decode()) == []
    assert references(client.get(f"{QUEUE}?state=open").content.decode()) == [run.reference]
    view = SavedView.objects.get(is_default=True)
    assert client.post(f"{QUEUE}views/{view.pk}/default/").status_code == 303
    assert references(client.get(QUEUE).content.decode()) == [run.reference]


def test_a_view_is_renamed_and_deleted_by_its_owner_alone(floor: Floor) -> None:
    client, other = floor.browser(floor.support), floor.browser(floor.colleague)
    save(client, "하나", "due=today")
    save(client, "둘", "due=week")
    view = SavedView.objects.get(name="하나")
    where = f"{QUEUE}views/{view.pk}/"
    for command in ("rename", "delete", "default"):
        assert other.post(f"{where}{command}/", {"name": "x"}).status_code == 404
    assert client.post(f"{where}sing/").status_code == 404
    assert client.post(f"{where}rename/", {"name": "둘"}).status_code == 422
    assert client.post(f"{where}rename/", {"name": "하나"}).status_code == 303
    assert client.post(f"{where}rename/", {"name": "셋"}).status_code == 303
    assert SavedView.objects.get(pk=view.pk).name == "셋"
    assert client.post(f"{where}delete/").status_code == 303
    assert list(SavedView.objects.values_list("name", flat=True)) == ["둘"]


def test_there_are_no_more_than_twelve(floor: Floor) -> None:
    client = floor.browser(floor.support)
    for number in range(saved.MOST):
        assert save(client, f"보기 {number}", "due=today") == 303
    assert save(client, "한 개 더", "due=today") == 422
    assert SavedView.objects.count() == saved.MOST


def test_a_view_of_a_company_that_is_no_longer_served_shows_nothing(floor: Floor) -> None:
    client = floor.browser(floor.support)
    sync(floor.a)
    save(client, "한빛", "company=hanbit")
    Assignment.objects.filter(user=floor.support).delete()
    Assignment.objects.create(user=floor.support, tenant=floor.b.tenant)
    sync(floor.b)
    text = client.get(f"{QUEUE}?company=hanbit").content.decode()
    assert references(text) == []
    assert "한빛상사" not in text
