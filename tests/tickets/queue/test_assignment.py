"""Taking, giving and releasing a ticket: who may, what is recorded, what the loser is told."""

import json

import pytest
import time_machine

from audit.models import Body, Event
from audit.verify import verify
from helpdesk.models import Assignment, User
from procedures.heads import read_heads
from procedures.models import Notice, Run
from tests.catalog.facts import kst
from tests.tickets.queue.floor import Floor, make_floor, shown, sync
from tickets.queue.models import Ticket

pytestmark = pytest.mark.django_db
NOW = kst("2026-11-23T12:00")


@pytest.fixture
def floor() -> Floor:
    return make_floor()


@pytest.fixture(autouse=True)
def noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def url(run: Run, command: str = "") -> str:
    return f"/vendor/tickets/of/{run.tenant.slug}/{run.reference}/" + (
        f"{command}/" if command else ""
    )


def told(run: Run) -> list[tuple[str, dict[str, object]]]:
    """List what the talk about a run records."""
    stream = f"talk:{run.uid}"
    kinds = dict(Event.objects.filter(stream=stream).values_list("number", "kind"))
    bodies = Body.objects.filter(stream=stream).order_by("number")
    return [(kinds[one.number], json.loads(one.body)) for one in bodies]


def press(floor: Floor, who: User, run: Run, command: str, **body: object) -> int:
    return floor.browser(who).post(url(run, command), body).status_code


def test_whoever_takes_a_ticket_has_it_and_it_is_recorded_for_the_vendor_alone(
    floor: Floor,
) -> None:
    run = sync(floor.a)
    assert shown(floor.support, "assignee=nobody") == [run.reference]
    assert press(floor, floor.support, run, "take", seen="") == 303
    assert shown(floor.support, "assignee=me") == [run.reference]
    assert shown(floor.colleague, "assignee=me") == []
    assert shown(floor.colleague, f"assignee={floor.support.pk}") == [run.reference]
    assert shown(floor.support, "assignee=nobody") == []
    ((kind, body),) = told(run)
    assert kind == "ticket.assigned"
    assert body["internal"] is True
    assert body["to"] == {"id": floor.support.pk, "name": "문지호"}
    assert list(verify(heads=read_heads())) == []
    # Who takes it themselves needs no notice of it.
    assert not Notice.objects.filter(template="ticket_assigned").exists()


def test_taking_again_records_nothing(floor: Floor) -> None:
    run = sync(floor.a)
    for _number in range(2):
        assert press(floor, floor.support, run, "take", seen="") == 303
    assert len(told(run)) == 1


def test_who_comes_second_is_told_who_has_it_and_may_decide_again(floor: Floor) -> None:
    run = sync(floor.a)
    press(floor, floor.colleague, run, "take", seen="")
    answer = floor.browser(floor.support).post(url(run, "take"), {"seen": ""})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "강은비" in text
    assert Ticket.objects.get(run=run).assignee == floor.colleague
    assert f'name="seen" value="{floor.colleague.pk}"' in text
    assert press(floor, floor.support, run, "take", seen=floor.colleague.pk) == 303
    assert Ticket.objects.get(run=run).assignee == floor.support


def test_whoever_is_given_a_ticket_finds_a_notice(floor: Floor) -> None:
    run = sync(floor.a)
    assert press(floor, floor.support, run, "give", seen="", person=floor.colleague.pk) == 303
    notice = Notice.objects.get(template="ticket_assigned")
    assert notice.recipient == floor.colleague
    text = floor.browser(floor.colleague).get("/t/hanbit/notices/").content.decode()
    assert "티켓을 맡았습니다" in text
    assert "문지호" in text


def test_a_ticket_goes_to_nobody_who_does_not_serve_the_company(floor: Floor) -> None:
    run = sync(floor.a)
    for person in (floor.elsewhere.pk, floor.a["site_admin"].pk, 987654):
        assert press(floor, floor.support, run, "give", seen="", person=person) == 422
    assert not Ticket.objects.exists()
    text = floor.browser(floor.support).get(url(run)).content.decode()
    assert floor.elsewhere.name not in text


def test_a_released_ticket_is_nobodys(floor: Floor) -> None:
    run = sync(floor.a)
    press(floor, floor.support, run, "take", seen="")
    assert press(floor, floor.support, run, "release", seen="") == 409
    assert press(floor, floor.support, run, "release", seen=floor.support.pk) == 303
    assert shown(floor.support, "assignee=nobody") == [run.reference]
    assert [kind for kind, _body in told(run)] == ["ticket.assigned", "ticket.released"]


@pytest.mark.parametrize("gone", ["unassigned", "deactivated", "left"])
def test_whoever_no_longer_serves_the_company_holds_nothing(floor: Floor, gone: str) -> None:
    run = sync(floor.a)
    press(floor, floor.colleague, run, "take", seen="")
    if gone == "unassigned":
        Assignment.objects.filter(user=floor.colleague).delete()
    elif gone == "deactivated":
        User.objects.filter(pk=floor.colleague.pk).update(is_active=False)
    else:
        floor.colleague.vendor_roles.all().delete()
    assert shown(floor.support, "assignee=nobody") == [run.reference]
    text = floor.browser(floor.support).get("/vendor/tickets/").content.decode()
    assert floor.colleague.name not in text
    # It is there to be taken, as if nobody had ever had it.
    assert press(floor, floor.support, run, "take", seen="") == 303


def test_a_manager_hands_out_what_they_do_not_serve_but_cannot_take_it(floor: Floor) -> None:
    run = sync(floor.b)
    assert press(floor, floor.manager, run, "take", seen="") == 409
    assert press(floor, floor.manager, run, "give", seen="", person=floor.elsewhere.pk) == 303
    assert shown(floor.elsewhere, "assignee=me") == [run.reference]


def test_what_is_not_served_is_not_there(floor: Floor) -> None:
    run = sync(floor.b)
    client = floor.browser(floor.support)
    missing = "/vendor/tickets/of/hanbit/DC-2026-9999/"
    assert client.get(url(run)).status_code == client.get(missing).status_code == 404
    assert press(floor, floor.support, run, "take", seen="") == 404
    assert press(floor, floor.support, sync(floor.a), "sing", seen="") == 404
    assert floor.a.signed_in("site_admin").get(url(run)).status_code == 404
