"""Roles are given and taken with one event each; the last admin keeps theirs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from helpdesk.models import Membership, Substitute, User
from helpdesk.people import invitations, leaving, roles, substitutes
from helpdesk.people.errors import REASONS, Refused
from tests.factories import Company, company, person
from tests.helpdesk.people import NOON, kinds, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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


@pytest.mark.parametrize("lost", ["role", "account", "stand-in"])
def test_a_right_lost_a_moment_ago_finishes_nothing(hanbit: Company, lost: str) -> None:
    admin = hanbit["site_admin"]
    actor = person(hanbit.tenant, "site_admin", "member", email="second@hanbit.example")
    if lost == "account":
        User.objects.filter(pk=actor.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=actor, role="site_admin").delete()
    if lost == "stand-in":
        Substitute.objects.create(
            tenant=hanbit.tenant, absent=admin, stand_in=actor, appointed_by=admin, reason="휴가",
            starts_at=NOON - DAY, ends_at=NOON, appointed_at=NOON - DAY,
        )  # fmt: skip
    tenant, member = hanbit.tenant, hanbit["member"]
    said = {"actor": actor, "now": NOON}
    days = {"first": NOON.date(), "last": NOON.date()}
    new = {"email": "x@x.example", "name": "새", "language": "ko", "roles": ["site_admin"]}
    for command in (
        lambda: roles.give_role(tenant, member, "site_admin", reason="x", **said),
        lambda: roles.take_role(tenant, admin, "site_admin", reason="x", **said),
        lambda: leaving.deactivate(tenant, member, reason="x", **said),
        lambda: leaving.reactivate(tenant, member, given=["member"], reason="x", **said),
        lambda: invitations.invite(tenant, **new, **said),
        lambda: invitations.invite(None, **new, **said),
        lambda: invitations.send_link(tenant, member, **said),
        lambda: substitutes.appoint(tenant, admin, member, reason="x", **days, **said),
    ):
        with pytest.raises(PermissionDenied):
            command()
    assert kinds(tenant) == []
