"""Object or 404: a stranger cannot tell another's run from one that does not exist."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from helpdesk.access import roles_in, tenant_or_404
from helpdesk.models import Assignment, User
from procedures import engine
from procedures.access import run_or_404
from procedures.models import Run
from tests.factories import Company, at, company, person

pytestmark = pytest.mark.django_db
NOON = at("2026-11-23T12:00")


@pytest.fixture
def hanbit() -> Company:
    return company()


def ask(firm: Company, who: User, mailbox: str) -> Run:
    result = engine.open_run(
        firm.tenant,
        procedure="mail_recovery",
        actor_id=who.pk,
        now=NOON,
        values={"mailbox": mailbox, "deleted_at": "2026-11-23T09:00+09:00"},
    )
    assert result.run is not None
    return result.run


def page(firm: Company, run: Run) -> str:
    return f"/t/{firm.tenant.slug}/runs/{run.reference}/"


@pytest.mark.parametrize(
    "role", ["site_admin", "mail_admin", "tenant_manager", "support", "manager"]
)
def test_whoever_looks_after_the_tenant_sees_every_run(hanbit: Company, role: str) -> None:
    run = ask(hanbit, hanbit["member"], "somebody@hanbit.example")
    assert hanbit.signed_in(role).get(page(hanbit, run)).status_code == 200


def test_a_member_sees_what_they_asked_for_and_what_their_mailbox_is_about(hanbit: Company) -> None:
    other = person(hanbit.tenant, "member", name="최민준", email="Choi@Hanbit.example")
    third = person(hanbit.tenant, "member", name="강은비", email="kang@hanbit.example")
    run = ask(hanbit, hanbit["member"], "Choi@hanbit.example")
    for who, status in [(hanbit["member"], 200), (other, 200), (third, 404)]:
        client = Client()
        client.force_login(who)
        assert client.get(page(hanbit, run)).status_code == status


def test_a_mailbox_that_was_corrected_shows_the_run_to_its_owner_alone(hanbit: Company) -> None:
    old = person(hanbit.tenant, "member", email="old@hanbit.example")
    new = person(hanbit.tenant, "member", email="new@hanbit.example")
    run = ask(hanbit, hanbit["member"], "old@hanbit.example")
    engine.amend_values(
        run, actor_id=hanbit["member"].pk, now=NOON, reason="오타",
        values={"mailbox": "new@hanbit.example"},
    )  # fmt: skip
    seen = {}
    for who in (old, new):
        client = Client()
        client.force_login(who)
        seen[who.email] = client.get(page(hanbit, run)).status_code
    assert seen == {"old@hanbit.example": 404, "new@hanbit.example": 200}


def stranger_of(firm: Company) -> dict[str, Client]:
    """Return people of elsewhere: another tenant's admin, the vendor's unassigned support."""
    elsewhere = company("saebom", name="새봄")
    unassigned = person(elsewhere.tenant, "support", email="far@vendor.example")
    clients = {"admin": elsewhere.signed_in("site_admin"), "support": Client()}
    clients["support"].force_login(unassigned)
    return clients


@pytest.mark.parametrize("path", ["", "live/", "cancel/", "steps/recover/complete/"])
def test_a_stranger_gets_the_same_404_for_anothers_run_as_for_none(
    hanbit: Company, path: str
) -> None:
    run = ask(hanbit, hanbit["member"], "somebody@hanbit.example")
    for client in stranger_of(hanbit).values():
        call: Callable[..., object] = (
            client.post if path.endswith(("cancel/", "complete/")) else client.get
        )
        there = call(f"/t/hanbit/runs/{run.reference}/{path}")
        nowhere = call(f"/t/hanbit/runs/MR-2026-9999/{path}")
        no_tenant = call(f"/t/nobody/runs/{run.reference}/{path}")
        assert there.status_code == nowhere.status_code == no_tenant.status_code == 404
        assert there.content == nowhere.content == no_tenant.content
        assert dict(there.headers) == dict(nowhere.headers) == dict(no_tenant.headers)


def test_an_assignment_without_a_role_at_the_vendor_opens_nothing(hanbit: Company) -> None:
    nobody = User.objects.create_user("left@vendor.example", name="퇴사자")
    Assignment.objects.create(user=nobody, tenant=hanbit.tenant)
    run = ask(hanbit, hanbit["member"], "somebody@hanbit.example")
    client = Client()
    client.force_login(nobody)
    assert client.get(page(hanbit, run)).status_code == 404
    assert roles_in(nobody, hanbit.tenant, NOON) == frozenset()


def test_each_look_is_one_query(
    hanbit: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = ask(hanbit, hanbit["member"], "somebody@hanbit.example")
    with django_assert_num_queries(1):
        tenant, found = run_or_404(hanbit["member"], "hanbit", run.reference, NOON)
        assert (tenant.name, found.requester.name) == ("한빛상사", "이소라")
    with django_assert_num_queries(1):
        assert tenant_or_404(hanbit["support"], "hanbit", NOON) == hanbit.tenant
    with django_assert_num_queries(1):
        assert roles_in(hanbit["support"], hanbit.tenant, NOON) == {"support"}
