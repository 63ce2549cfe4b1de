"""A stand-in holds the admin roles of who is absent, for whole days of the tenant, and no more."""

from datetime import date, datetime, timedelta

import pytest
from django.http import Http404

from helpdesk.access import roles_in, tenant_or_404
from helpdesk.models import Membership, Substitute, User
from helpdesk.people import leaving, roles, substitutes
from procedures.access import run_or_404
from tests.factories import Company, at, company, person
from tests.helpdesk.people import NOON, kinds, told
from tests.helpdesk.test_people_roles import refused
from tests.web.opening import opened

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)
FIRST, LAST = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def hanbit() -> Company:
    return company()


def appoint(
    firm: Company, absent: str, stand_in: User, by: str = "site_admin", **days: date
) -> Substitute:
    days = {"first": FIRST, "last": LAST, **days}
    return substitutes.appoint(
        firm.tenant, firm[absent], stand_in, reason="휴가", actor=firm[by], now=NOON, **days
    )


@pytest.mark.parametrize(
    ("zone", "moment", "holds"),
    [
        ("Asia/Seoul", at("2026-11-24T00:00") - MICRO, False),
        ("Asia/Seoul", at("2026-11-24T00:00"), True),
        ("Asia/Seoul", at("2026-11-26T00:00") - MICRO, True),
        ("Asia/Seoul", at("2026-11-26T00:00"), False),
        # Midnight in Los Angeles is 17 hours later.
        ("America/Los_Angeles", at("2026-11-24T17:00") - MICRO, False),
        ("America/Los_Angeles", at("2026-11-24T17:00"), True),
        ("America/Los_Angeles", at("2026-11-26T17:00") - MICRO, True),
        ("America/Los_Angeles", at("2026-11-26T17:00"), False),
    ],
)
def test_days_are_whole_days_of_the_tenant(zone: str, moment: datetime, holds: bool) -> None:
    firm = company(zone=zone)
    one = appoint(firm, "tenant_manager", firm["member"])
    wanted = {"member", "tenant_manager"} if holds else {"member"}
    assert roles_in(firm["member"], firm.tenant, moment) == wanted
    assert one.is_in_force(moment) is holds


def test_only_admin_roles_are_held_and_only_those_the_absent_still_holds(hanbit: Company) -> None:
    boss = person(hanbit.tenant, "site_admin", "tenant_manager", "member", email="b@x.example")
    hanbit.people["boss"] = boss
    helper = hanbit["mail_admin"]
    appoint(hanbit, "boss", helper)
    then = at("2026-11-24T12:00")
    assert roles_in(helper, hanbit.tenant, then) == {"mail_admin", "site_admin", "tenant_manager"}
    roles.take_role(
        hanbit.tenant, boss, "site_admin", actor=hanbit["site_admin"], reason="x", now=then
    )
    assert roles_in(helper, hanbit.tenant, then) == {"mail_admin", "tenant_manager"}


def test_a_stand_in_sees_all_runs_meanwhile(hanbit: Company) -> None:
    run = opened(hanbit, NOON)
    helper = person(hanbit.tenant, "member", email="helper@x.example")
    appoint(hanbit, "tenant_manager", helper)
    run_or_404(helper, "hanbit", run.reference, at("2026-11-24T12:00"))
    for moment in (NOON, at("2026-11-26T00:00")):
        with pytest.raises(Http404):
            run_or_404(helper, "hanbit", run.reference, moment)


def test_who_is_no_member_stands_in_for_nobody(hanbit: Company) -> None:
    helper = person(hanbit.tenant, "member", email="helper@x.example")
    one = appoint(hanbit, "tenant_manager", helper)
    Membership.objects.filter(user=helper).delete()
    then = at("2026-11-24T12:00")
    assert roles_in(helper, hanbit.tenant, then) == frozenset()
    with pytest.raises(Http404):
        tenant_or_404(helper, "hanbit", then)
    assert one.ended_at is None


def test_it_holds_in_one_company_only(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    helper = person(hanbit.tenant, "member", email="helper@x.example")
    for who in (helper, hanbit["tenant_manager"]):
        Membership.objects.create(tenant=other.tenant, user=who, role="member")
    appoint(hanbit, "tenant_manager", helper)
    assert roles_in(helper, other.tenant, at("2026-11-24T12:00")) == {"member"}


def test_ending_it_takes_effect_at_once(hanbit: Company) -> None:
    one = appoint(hanbit, "tenant_manager", hanbit["member"])
    then = at("2026-11-24T12:00")
    substitutes.end(one, actor=hanbit["tenant_manager"], now=then)
    assert roles_in(hanbit["member"], hanbit.tenant, then) == {"member"}
    again = refused(lambda: substitutes.end(one, actor=hanbit["tenant_manager"], now=then))
    assert again == "substitute_over"
    assert kinds(hanbit.tenant) == ["substitute.appointed", "substitute.ended"]
    body = told(hanbit.tenant)[0][1]
    assert (body["user"], body["stand_in"]) == (hanbit["tenant_manager"].pk, hanbit["member"].pk)
    assert body["starts_at"] == "2026-11-23T15:00:00+00:00"


def test_what_is_refused(hanbit: Company) -> None:
    member, boss = hanbit["member"], hanbit["tenant_manager"]
    gone = person(hanbit.tenant, "member", email="gone@x.example")
    leaving.deactivate(hanbit.tenant, gone, actor=hanbit["site_admin"], reason="퇴사", now=NOON)
    tried = {
        "own_stand_in": lambda: appoint(hanbit, "tenant_manager", hanbit["site_admin"]),
        "no_admin_role": lambda: appoint(hanbit, "member", boss),
    }
    for why, command in tried.items():
        assert refused(command) == why
    for who in (gone, hanbit["support"], boss):
        assert refused(lambda: appoint(hanbit, "tenant_manager", who)) == "not_a_member"  # noqa: B023
    appoint(hanbit, "tenant_manager", member)
    overlap = {"first": LAST, "last": LAST + timedelta(days=9)}
    twice = refused(lambda: appoint(hanbit, "tenant_manager", hanbit["mail_admin"], **overlap))
    assert twice == "stand_in_twice"
    appoint(hanbit, "tenant_manager", member, first=LAST + timedelta(days=1), last=overlap["last"])
    assert Substitute.objects.count() == 2
