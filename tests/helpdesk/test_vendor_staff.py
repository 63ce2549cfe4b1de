"""Staff of the vendor: assigned, given and taken roles, ended; a manager is always left."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import Body, Event
from audit.verify import verify
from helpdesk.models import Assignment, Membership, SupportVisit, User, VendorMembership
from helpdesk.vendor import staff, visits
from helpdesk.vendor.standing import vendor_roles
from procedures.heads import read_heads
from tests.factories import Company, at, company, person, tenant

pytestmark = pytest.mark.django_db
NOW = at("2026-11-23T12:00")


@pytest.fixture
def firm() -> Company:
    return company()


def events(stream: str) -> list[tuple[str, dict[str, object]]]:
    bodies = dict(Body.objects.filter(stream=stream).values_list("number", "body"))
    rows = Event.objects.filter(stream=stream).order_by("number")
    return [(row.kind, json.loads(bodies[row.number])) for row in rows]


def second_manager() -> User:
    user = User.objects.create_user("second@vendor.example", name="서은우")
    VendorMembership.objects.create(user=user, role="manager")
    return user


def test_an_assignment_is_told_to_the_company_and_ends(firm: Company) -> None:
    saebom = tenant("saebom", name="새봄")
    who, boss = firm["support"], firm["manager"]
    staff.assign(saebom, who, actor=boss, now=NOW)
    with pytest.raises(staff.StaffRefused, match=r"^assigned$"):
        staff.assign(saebom, who, actor=boss, now=NOW)
    staff.unassign(saebom, who, actor=boss, now=NOW)
    with pytest.raises(staff.StaffRefused, match="not_assigned"):
        staff.unassign(saebom, who, actor=boss, now=NOW)
    told = events(saebom.stream)
    assert [kind for kind, _body in told] == ["staff.assigned", "staff.unassigned"]
    assert told[0][1]["user"] == who.pk
    assert told[0][1]["actor"] == {"name": "한도윤", "email": boss.email}
    assert list(verify(heads=read_heads())) == []


def test_only_active_staff_is_assigned(firm: Company) -> None:
    for who in (firm["site_admin"], User.objects.create_user("x@vendor.example", name="밖")):
        with pytest.raises(staff.StaffRefused, match="not_staff"):
            staff.assign(firm.tenant, who, actor=firm["manager"], now=NOW)


def test_who_manages_no_more_changes_nothing_even_with_an_open_page(firm: Company) -> None:
    VendorMembership.objects.filter(user=firm["manager"]).update(role="support")
    with pytest.raises(PermissionDenied):
        staff.assign(firm.tenant, firm["support"], actor=firm["manager"], now=NOW)
    with pytest.raises(PermissionDenied):
        staff.deactivate(firm["support"], actor=firm["manager"], reason="퇴사", now=NOW)
    assert User.objects.get(pk=firm["support"].pk).is_active


def test_the_last_active_manager_stays(firm: Company) -> None:
    boss = firm["manager"]
    VendorMembership.objects.create(user=boss, role="support")
    other = second_manager()
    User.objects.filter(pk=other.pk).update(is_active=False)
    for act in (
        lambda: staff.take_role(boss, "manager", actor=boss, reason="교체", now=NOW),
        lambda: staff.deactivate(boss, actor=boss, reason="퇴사", now=NOW),
    ):
        with pytest.raises(staff.StaffRefused, match="last_manager"):
            act()
    User.objects.filter(pk=other.pk).update(is_active=True)
    staff.take_role(boss, "manager", actor=other, reason="교체", now=NOW)
    assert vendor_roles(boss) == {"support"}


def test_a_role_is_given_by_another_once_and_the_only_one_is_not_taken(firm: Company) -> None:
    who, boss = firm["support"], firm["manager"]
    staff.give_role(who, "manager", actor=boss, reason="승진", now=NOW)
    for code, role, by in [("role_held", "manager", boss), ("own_role", "support", boss)]:
        target = boss if code == "own_role" else who
        with pytest.raises(staff.StaffRefused, match=code):
            staff.give_role(target, role, actor=by, reason="다시", now=NOW)
    staff.take_role(who, "support", actor=boss, reason="정리", now=NOW)
    with pytest.raises(staff.StaffRefused, match="role_not_held"):
        staff.take_role(who, "support", actor=boss, reason="다시", now=NOW)
    with pytest.raises(staff.StaffRefused, match="last_role"):
        staff.take_role(who, "manager", actor=boss, reason="다시", now=NOW)
    assert [kind for kind, _body in events("vendor")] == ["membership.given", "membership.taken"]
    assert list(verify(heads=read_heads())) == []


def test_deactivation_ends_session_assignments_and_visits_at_once(firm: Company) -> None:
    who, saebom = firm["support"], tenant("saebom", name="새봄")
    visits.open_visit(saebom, user=who, reason="문의 번호 2026-113", now=NOW)
    client = Client()
    client.force_login(who)
    assert client.get("/vendor/tenants/").status_code == 200
    staff.deactivate(who, actor=firm["manager"], reason="퇴사", now=NOW)
    answer = client.get("/vendor/tenants/")
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]
    assert not Assignment.objects.filter(user=who).exists()
    assert SupportVisit.objects.get().ended_at == NOW
    assert "staff.unassigned" in [kind for kind, _body in events(firm.tenant.stream)]
    with pytest.raises(staff.StaffRefused, match="not_staff"):
        staff.deactivate(who, actor=firm["manager"], reason="퇴사", now=NOW)


def test_a_return_keeps_the_roles_and_serves_nobody(firm: Company) -> None:
    who, boss = firm["support"], firm["manager"]
    with pytest.raises(staff.StaffRefused, match=r"^active$"):
        staff.reactivate(who, actor=boss, reason="복직", now=NOW)
    staff.deactivate(who, actor=boss, reason="휴직", now=NOW)
    later = NOW + timedelta(days=30)
    staff.reactivate(who, actor=boss, reason="복직", now=later)
    assert vendor_roles(who) == {"support"}
    assert not Assignment.objects.filter(user=who).exists()
    kinds = [kind for kind, _body in events("vendor")]
    assert kinds == ["person.deactivated", "person.reactivated"]


def test_who_belongs_to_a_company_as_well_is_not_ended_here(firm: Company) -> None:
    Membership.objects.create(user=firm["support"], tenant=firm.tenant, role="member")
    with pytest.raises(staff.StaffRefused, match="member_too"):
        staff.deactivate(firm["support"], actor=firm["manager"], reason="퇴사", now=NOW)


def test_a_stranger_is_no_staff(firm: Company) -> None:
    stranger = person(tenant("saebom"), "member")
    for act in (staff.deactivate, staff.reactivate):
        with pytest.raises(staff.StaffRefused, match="not_staff"):
            act(stranger, actor=firm["manager"], reason="잘못", now=NOW)
    with pytest.raises(staff.StaffRefused, match="not_staff"):
        staff.give_role(stranger, "support", actor=firm["manager"], reason="잘못", now=NOW)


def test_the_first_manager_is_made_by_a_command_with_a_link_for_a_password() -> None:
    for number in range(2):
        out = StringIO()
        call_command("create_admin", "Boss@Vendor.example", "--vendor", stdout=out)
        assert "is a manager of the vendor" in out.getvalue()
        assert "/account/password/reset/key/" in out.getvalue()
        assert [kind for kind, _body in events("vendor")] == ["membership.given"], number
    assert vendor_roles(User.objects.get(email="boss@vendor.example")) == {"manager"}
    for wrong in (["a@b.example"], ["a@b.example", "--vendor", "--tenant", "acme"]):
        with pytest.raises(CommandError):
            call_command("create_admin", *wrong, stdout=StringIO())
