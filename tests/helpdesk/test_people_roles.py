"""Roles are given and taken with one event each; the last admin keeps theirs."""

from collections.abc import Callable

import pytest

from helpdesk.models import Membership, User
from helpdesk.people import leaving, roles
from helpdesk.people.errors import REASONS, Refused
from tests.factories import Company, company, person
from tests.helpdesk.people import NOON, kinds, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def hanbit() -> Company:
    return company()


def change(firm: Company, what: Callable[..., None], who: User, role: str, by: str = "") -> None:
    actor = firm[by or "site_admin"]
    what(firm.tenant, who, role, actor=actor, reason="업무 변경", now=NOON)


def refused(command: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        command()
    assert caught.value.words == str(REASONS[caught.value.code])
    return caught.value.code


def test_a_role_given_and_taken_is_two_events_with_actor_and_reason(hanbit: Company) -> None:
    member, admin = hanbit["member"], hanbit["site_admin"]
    change(hanbit, roles.give_role, member, "tenant_manager")
    change(hanbit, roles.take_role, member, "member")
    assert roles.roles_held(hanbit.tenant, member) == {"tenant_manager"}
    body = {
        "user": member.pk,
        "email": member.email,
        "role": "tenant_manager",
        "reason": "업무 변경",
        "actor": {"name": admin.name, "email": admin.email},
    }
    assert told(hanbit.tenant) == [
        ("membership.given", body),
        ("membership.taken", body | {"role": "member"}),
    ]


@pytest.mark.parametrize(
    ("what", "who", "role", "why"),
    [
        (roles.give_role, "site_admin", "tenant_manager", "own_role"),
        (roles.give_role, "member", "member", "role_held"),
        (roles.give_role, "member", "mail_admin", "mail_admin_by_procedure"),
        (roles.give_role, "support", "member", "not_a_member"),
        (roles.take_role, "mail_admin", "mail_admin", "mail_admin_by_procedure"),
        (roles.take_role, "member", "site_admin", "role_not_held"),
        (roles.take_role, "member", "member", "last_role"),
        (roles.take_role, "site_admin", "site_admin", "last_site_admin"),
    ],
)
def test_what_is_refused_writes_nothing(
    hanbit: Company, what: Callable[..., None], who: str, role: str, why: str
) -> None:
    before = set(Membership.objects.values_list("user", "role"))
    assert refused(lambda: change(hanbit, what, hanbit[who], role)) == why
    assert set(Membership.objects.values_list("user", "role")) == before
    assert kinds(hanbit.tenant) == []


def test_an_admin_who_is_inactive_does_not_count(hanbit: Company) -> None:
    second = person(hanbit.tenant, "site_admin", "member", email="second@hanbit.example")
    User.objects.filter(pk=second.pk).update(is_active=False)
    first = hanbit["site_admin"]
    Membership.objects.create(tenant=hanbit.tenant, user=first, role="member")

    def take() -> None:
        change(hanbit, roles.take_role, first, "site_admin")

    assert refused(take) == "last_site_admin"
    User.objects.filter(pk=second.pk).update(is_active=True)
    take()
    assert roles.roles_held(hanbit.tenant, first) == {"member"}


def test_an_admin_of_another_company_does_not_count(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    Membership.objects.create(tenant=hanbit.tenant, user=other["site_admin"], role="member")
    taken = refused(
        lambda: leaving.deactivate(
            hanbit.tenant, hanbit["site_admin"], actor=hanbit["site_admin"], reason="x", now=NOON
        )
    )
    assert taken == "last_site_admin"
