"""Opening a ticket for a company: prefilled, for one of its people, and the opener's own."""

import re
from datetime import timedelta

import pytest
import time_machine

from helpdesk.models import SupportVisit
from procedures.models import Run, Value
from tests.catalog.facts import kst
from tests.tickets.queue.floor import Floor, make_floor, shown
from tests.web.pages import all_forms
from tickets.queue.models import Ticket

pytestmark = pytest.mark.django_db
NOW = kst("2026-09-18T10:00")
OPEN = "/vendor/tenants/hanbit/open/"
TYPED = {
    "requester": "site-admin@hanbit.example",
    "new_main": "hanbit-new.example",
    "rollback_plan": "MX를 되돌립니다",
    "uses_group_mail": "false",
}


@pytest.fixture
def floor() -> Floor:
    made = make_floor()
    tenant = made.a.tenant
    tenant.multi_domains = ["shop.hanbit.example"]
    tenant.outlook_guide_url = "https://guide.hanbit.example/"
    tenant.save()
    return made


@pytest.fixture(autouse=True)
def friday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def filled(floor: Floor, **typed: object) -> dict[str, object]:
    """Return what a browser would send: the page's own values and what was typed."""
    page = floor.browser(floor.support).get(OPEN)
    (form,) = [one for one in all_forms(page) if "new_main" in one.names]
    return {**form.values, **TYPED, **typed}


def test_the_companys_page_leads_to_a_form_that_knows_the_company(floor: Floor) -> None:
    client = floor.browser(floor.support)
    assert f'href="{OPEN}"' in client.get("/vendor/tenants/hanbit/").content.decode()
    sent = filled(floor)
    assert sent["current_main"] == ["hanbit.example"]
    assert sent["multi_domains"] == ["shop.hanbit.example"]
    assert sent["outlook_guide"] == ["https://guide.hanbit.example/"]
    assert sent["received"] == ["2026-09-18T10:00"]
    text = client.get(OPEN).content.decode()
    people = re.findall(r'<option value="([^"]+@hanbit.example)"', text)
    # Those who look after the company come first; the vendor's people are not among them.
    assert set(people[:3]) == {
        "site-admin@hanbit.example", "mail-admin@hanbit.example", "tenant-manager@hanbit.example",
    }  # fmt: skip
    assert people[3:] == ["member@hanbit.example"]
    assert "saebom" not in text


def test_the_ticket_is_the_openers_and_asked_by_who_was_chosen(floor: Floor) -> None:
    client = floor.browser(floor.support)
    answer = client.post(OPEN, filled(floor))
    run = Run.objects.get(procedure="domain_change")
    assert (answer.status_code, answer["Location"]) == (303, f"/t/hanbit/runs/{run.reference}/")
    assert run.requester == floor.a["site_admin"]
    assert Ticket.objects.get(run=run).assignee == floor.support
    stored = Value.objects.get(run=run, field="requester").value
    assert stored == "site-admin@hanbit.example"
    assert shown(floor.support, "assignee=me") == [run.reference]


def test_pressing_twice_opens_one_ticket(floor: Floor) -> None:
    client, sent = floor.browser(floor.support), filled(floor)
    first, second = (client.post(OPEN, sent)["Location"] for _number in range(2))
    assert first == second
    assert Run.objects.filter(procedure="domain_change").count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requester", ""),
        ("requester", "nobody@hanbit.example"),
        ("requester", "site-admin@saebom.example"),
        ("new_main", "not a domain"),
        ("received", "2026-09-18T25:00"),
        ("rollback_plan", ""),
    ],
)
def test_bad_input_is_said_at_its_field_and_what_was_typed_stays(
    floor: Floor, name: str, value: str
) -> None:
    sent = filled(floor, **{name: value, "drop_domains": "drop.hanbit.example"})
    answer = floor.browser(floor.support).post(OPEN, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in text
    assert "drop.hanbit.example" in text
    assert not Run.objects.filter(procedure="domain_change").exists()
    assert not Ticket.objects.exists()


def test_a_second_change_of_domain_is_refused_with_the_first_ones_number(floor: Floor) -> None:
    client = floor.browser(floor.support)
    client.post(OPEN, filled(floor))
    run = Run.objects.get(procedure="domain_change")
    answer = client.post(OPEN, filled(floor, new_main="other.example"))
    assert answer.status_code == 422
    assert run.reference in answer.content.decode()
    assert "other.example" in answer.content.decode()


def test_any_procedure_that_support_opens_can_be_opened_for_one_of_its_people(
    floor: Floor,
) -> None:
    url = f"{OPEN}dormant_account/"
    client = floor.browser(floor.support)
    sent = {
        "on_behalf_of": "member@hanbit.example",
        "account": "asleep@hanbit.example",
        "symptom": "휴면 안내가 보입니다",
        "submission": "5f5d0a7e-0000-4000-8000-000000000002",
    }
    assert "member@hanbit.example" in client.get(url).content.decode()
    assert client.post(url, sent).status_code == 303
    run = Run.objects.get(procedure="dormant_account")
    assert run.requester == floor.a["member"]
    assert client.get(f"{OPEN}no_such/").status_code == 404


def test_a_visiting_support_person_opens_one_too_and_nobody_else(floor: Floor) -> None:
    where = "/vendor/tenants/saebom/open/"
    client = floor.browser(floor.support)
    assert client.get(where).status_code == 404
    SupportVisit.objects.create(
        user=floor.support,
        tenant=floor.b.tenant,
        reason="도메인 변경 문의 전화",
        starts_at=NOW - timedelta(minutes=5),
        ends_at=NOW + timedelta(hours=1),
    )
    assert client.get(where).status_code == 200
    assert where in client.get("/vendor/tickets/open/").content.decode()
    assert floor.browser(floor.manager).get(OPEN).status_code == 403
    assert floor.browser(floor.elsewhere).get(OPEN).status_code == 404
    for who in ("site_admin", "member"):
        assert floor.a.signed_in(who).get(OPEN).status_code == 404


def test_who_serves_one_company_is_led_straight_to_its_form(floor: Floor) -> None:
    answer = floor.browser(floor.support).get("/vendor/tickets/open/")
    assert (answer.status_code, answer["Location"]) == (302, OPEN)
