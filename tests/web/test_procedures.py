"""The pages of procedures: the FAQ's words, starting a run, and when it would be possible."""

from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape

from audit.models import Event
from procedures.catalog import PROCEDURES
from procedures.models import ProcedureVersion, Run
from tests.factories import Company, at, company, person, tenant
from tests.web.opening import opened, sync_requested, synced

pytestmark = pytest.mark.django_db
NOON = at("2026-11-23T12:00")


@pytest.fixture
def hanbit() -> Company:
    return company()


@pytest.fixture(autouse=True)
def noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def url(key: str, slug: str = "hanbit") -> str:
    return f"/t/{slug}/procedures/{key}/"


def start(client: Client, key: str, **values: object) -> object:
    return client.post(url(key), {"submission": str(uuid4()), **values})


def test_all_procedures_are_listed_in_the_order_of_the_faq(hanbit: Company) -> None:
    html = hanbit.signed_in("member").get("/t/hanbit/procedures/").text
    places = [html.index(url(one.key)) for one in PROCEDURES]
    assert places == sorted(places)


@pytest.mark.parametrize("one", PROCEDURES, ids=lambda one: one.key)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_page_quotes_the_faq_and_names_steps_and_rules(
    hanbit: Company, one: object, language: str
) -> None:
    client = hanbit.signed_in("member")
    hanbit["member"].__class__.objects.update(language=language)
    html = client.get(url(one.key)).text  # type: ignore[attr-defined]
    for line in (one.question, *one.answer):  # type: ignore[attr-defined]
        assert escape(line) in html
    for step in one.steps:  # type: ignore[attr-defined]
        assert escape(getattr(step.title, language)) in html
        for gate in step.gates:
            assert escape(gate.quote) in html
            if gate.ours:
                assert escape(getattr(gate.ours, language)) in html


def test_unknown_and_foreign_pages_are_the_same_404(hanbit: Company) -> None:
    tenant("saebom", name="새봄")
    client = hanbit.signed_in("member")
    answers = [client.get(u) for u in (url("nope"), url("mail_recovery", "saebom"))]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content


# starting


def test_starting_opens_a_run_and_leads_to_it(hanbit: Company) -> None:
    answer = start(
        hanbit.signed_in("member"),
        "mail_recovery",
        mailbox="kim@hanbit.example",
        deleted_at="2026-11-23T09:30",
    )
    run = Run.objects.get()
    assert (answer.status_code, answer.url) == (303, f"/t/hanbit/runs/{run.reference}/")  # type: ignore[attr-defined]
    assert run.requester_id == hanbit["member"].pk


def test_the_same_form_twice_opens_one_run(hanbit: Company) -> None:
    client, mark = hanbit.signed_in("member"), str(uuid4())
    form = {"submission": mark, "mailbox": "kim@hanbit.example"}
    first, second = client.post(url("mail_recovery"), form), client.post(url("mail_recovery"), form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.url == second.url
    assert Run.objects.count() == 1
    other = client.post(url("mail_recovery"), {**form, "mailbox": "lee@hanbit.example"})
    assert other.status_code == 422
    assert "lee@hanbit.example" in other.text
    assert Run.objects.count() == 1


def test_what_cannot_be_read_is_said_at_its_field_and_stays(hanbit: Company) -> None:
    client = hanbit.signed_in("member")
    answer = start(client, "mail_backup", mailbox="nobody", month_from="202413", month_to="202406")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    html = answer.text  # type: ignore[attr-defined]
    assert 'value="202413"' in html
    assert 'value="nobody"' in html
    assert "예: 202408" in html
    assert not Run.objects.exists()


def test_a_rule_that_refuses_says_why_and_is_kept(hanbit: Company) -> None:
    client = hanbit.signed_in("member")
    answer = start(
        client,
        "mail_backup",
        mailbox="kim@hanbit.example",
        month_from="202406",
        month_to="202401",
    )
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "202406" in answer.text  # type: ignore[attr-defined]
    assert "verdict--blocked" in answer.text  # type: ignore[attr-defined]
    assert Event.objects.filter(kind="opening.refused").count() == 1


def test_a_second_request_joins_the_run_that_collects(hanbit: Company) -> None:
    run = sync_requested(hanbit, NOON)
    client = hanbit.signed_in("member")
    answer = client.post(
        url("service_sync"),
        {"submission": str(uuid4()), "service": "email", "changes": "lee, 이소라, 신규"},
        follow=True,
    )
    assert run.reference in answer.text
    assert "합쳐졌습니다" in answer.text
    assert Run.objects.count() == 1


def test_an_open_run_that_stands_in_the_way_is_named_and_linked(hanbit: Company) -> None:
    values = {
        "requester": "kim@hanbit.example",
        "received": "2026-11-23T09:00",
        "current_main": "hanbit.example",
        "new_main": "hanbit.kr",
        "rollback_plan": "되돌립니다",
        "uses_group_mail": "false",
    }
    client = hanbit.signed_in("support")
    assert start(client, "domain_change", **values).status_code == 303  # type: ignore[attr-defined]
    run = Run.objects.get()
    answer = start(client, "domain_change", **values)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert f"/t/hanbit/runs/{run.reference}/" in answer.text  # type: ignore[attr-defined]


def test_who_may_not_start_is_told_who_may(hanbit: Company) -> None:
    client = hanbit.signed_in("site_admin")
    html = client.get(url("domain_change")).text
    assert "이 절차를 시작할 수 있는 사람: 고객지원" in html
    assert 'name="rollback_plan"' not in html
    form = {"new_main": "a.kr", "current_main": "b.kr", "requester": "a@b.kr"}
    answer = start(client, "domain_change", **form)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert not Run.objects.exists()


def test_a_linked_run_remembers_its_parent_only_within_the_tenant(hanbit: Company) -> None:
    parent = opened(hanbit, NOON)
    client = hanbit.signed_in("mail_admin")
    assert parent.reference in client.get(url("godomall_mx"), {"parent": parent.reference}).text
    start(client, "godomall_mx", domain="a.kr", parent=parent.reference)
    unseen = start(client, "godomall_mx", domain="b.kr", parent="MR-2026-9999")
    assert unseen.status_code == 404  # type: ignore[attr-defined]
    assert Run.objects.get(procedure="godomall_mx").parent_id == parent.pk


# when would it be possible?


def asked(client: Client, key: str, **values: str) -> str:
    return client.get(url(key), values).text


def test_the_what_if_answers_and_writes_nothing(hanbit: Company) -> None:
    client = hanbit.signed_in("mail_admin")
    before = Event.objects.count(), Run.objects.count()
    words = {"step": "recover", "deleted_at": "2026-11-22T12:00"}
    assert "verdict--allowed" in asked(client, "mail_recovery", at="2026-11-23T12:00", **words)
    late = asked(client, "mail_recovery", at="2026-11-23T12:01", **words)
    assert "verdict--blocked" in late
    assert "복구 기한이 2026-11-23(월) 12:00에 지났습니다" in late
    assert (Event.objects.count(), Run.objects.count()) == before


def test_the_what_if_says_when_it_opens(hanbit: Company) -> None:
    client = hanbit.signed_in("site_admin")
    html = asked(
        client,
        "domain_change",
        step="confirm_schedule",
        at="2026-11-23T12:00",
        received="2026-11-23T09:00",
        work_start="2026-12-01T09:00",
    )
    assert "2026-12-02 (수) 00:00 +09:00" in html
    assert "영업일 기준 최소 7일 전" in html


def test_the_what_if_knows_the_slots_of_the_tenant(hanbit: Company) -> None:
    synced(hanbit, NOON)
    client = hanbit.signed_in("member")
    words = {"step": "run_sync", "service": "email"}
    assert "2026-11-24 (화) 00:00 +09:00" in asked(
        client, "service_sync", at="2026-11-23T18:00", **words
    )
    assert "verdict--blocked" not in asked(client, "service_sync", at="2026-11-24T00:00", **words)


def test_an_invalid_value_is_a_blocked_gate_and_stays_typed(hanbit: Company) -> None:
    html = asked(
        hanbit.signed_in("member"), "mail_recovery", step="recover", at="2026-11-23T12:00",
        month="202413",
    )  # fmt: skip
    assert "verdict--blocked" in html
    assert 'value="202413"' in html


@pytest.mark.parametrize(
    "moment", ["", "noon", "2026-11-23", "9999-12-31T23:59", "0001-01-01T00:00"]
)
def test_a_moment_that_cannot_be_read_is_said_at_the_field(hanbit: Company, moment: str) -> None:
    html = asked(hanbit.signed_in("member"), "mail_recovery", step="recover", at=moment)
    assert "field--wrong" in html
    assert 'class="verdict ' not in html


def test_with_nothing_given_it_asks_for_a_value(hanbit: Company) -> None:
    html = asked(hanbit.signed_in("member"), "mail_recovery", step="recover", at="2026-11-23T12:00")
    assert "값을 하나 이상 입력하고 다시 확인하세요." in html


def test_htmx_gets_the_fragment_alone(hanbit: Company) -> None:
    answer = hanbit.signed_in("member").get(
        url("mail_recovery"),
        {"step": "recover", "at": "2026-11-23T12:00", "deleted_at": "2026-11-23T09:00"},
        headers={"HX-Request": "true", "HX-Target": "whatif"},
    )
    assert "<html" not in answer.text
    assert 'id="whatif"' in answer.text
    assert "verdict--allowed" in answer.text


def test_today_s_slots_stand_beside_the_sync(hanbit: Company) -> None:
    client = hanbit.signed_in("member")
    assert "2026-11-24 (화) 00:00" not in client.get(url("service_sync")).text
    synced(hanbit, NOON)
    assert "2026-11-24 (화) 00:00" in client.get(url("service_sync")).text


def test_a_procedure_that_is_not_published_is_not_there(hanbit: Company) -> None:
    assert ProcedureVersion.objects.filter(key="mail_recovery").exists()
    person(hanbit.tenant, "member", email="second@hanbit.example")
    assert hanbit.signed_in("member").get(url("mail_recover")).status_code == 404


def test_support_starts_a_run_for_a_person_of_the_company(hanbit: Company) -> None:
    asked = {"service": "email", "changes": "kim, 김하나, 신규"}
    client, address = hanbit.signed_in("support"), hanbit["member"].email.upper()
    assert 'name="on_behalf_of"' in client.get(url("service_sync")).text
    assert start(client, "service_sync", on_behalf_of=address, **asked).status_code == 303
    assert Run.objects.get().requester == hanbit["member"]


@pytest.mark.parametrize("address", ["nobody@hanbit.example", "member@saebom.example", "kein"])
def test_who_is_no_person_of_the_company_is_told_at_the_field(
    hanbit: Company, address: str
) -> None:
    person(tenant("saebom"), "member")
    asked = {"service": "email", "changes": "kim, 김하나, 신규"}
    page = start(hanbit.signed_in("support"), "service_sync", on_behalf_of=address, **asked)
    assert page.status_code == 422
    assert f'value="{address}"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert not Run.objects.exists()


def test_nobody_else_names_who_asks(hanbit: Company) -> None:
    asked = {"service": "email", "changes": "kim, 김하나, 신규"}
    client = hanbit.signed_in("site_admin")
    assert 'name="on_behalf_of"' not in client.get(url("service_sync")).text
    start(client, "service_sync", on_behalf_of=hanbit["member"].email, **asked)
    assert Run.objects.get().requester == hanbit["site_admin"]
