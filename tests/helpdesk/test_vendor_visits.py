"""Support looks into a company it does not serve for a reason, for a while, in plain sight."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client

from audit.models import Body, Event
from helpdesk.access import roles_in, tenant_or_404
from helpdesk.models import Assignment, SupportVisit, Tenant, User, VendorMembership
from helpdesk.vendor import visits
from tests.factories import Company, at, company, person, tenant

pytestmark = pytest.mark.django_db
NOW = at("2026-11-23T12:00")
TICK = timedelta(microseconds=1)
REASON = "문의 2026-113: 메일 복구 확인"


@pytest.fixture
def firm() -> Company:
    return company()


@pytest.fixture
def helper() -> User:
    """Somebody of support who serves another company."""
    return person(tenant("saebom", name="새봄"), "support", email="far@vendor.example")


def opened(firm: Company, helper: User, now: datetime = NOW) -> SupportVisit:
    return visits.open_visit(firm.tenant, user=helper, reason=REASON, now=now)


def kinds(one: Tenant) -> list[str]:
    rows = Event.objects.filter(stream=one.stream).order_by("number")
    return list(rows.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("after", "roles"),
    [
        (-TICK, frozenset()),
        (timedelta(), frozenset({"support"})),
        (timedelta(hours=4) - TICK, frozenset({"support"})),
        (timedelta(hours=4), frozenset()),
    ],
)
def test_a_visit_opens_the_company_for_four_hours(
    firm: Company, helper: User, after: timedelta, roles: frozenset[str]
) -> None:
    opened(firm, helper)
    assert roles_in(helper, firm.tenant, NOW + after) == roles


def test_a_visit_that_was_ended_opens_nothing(firm: Company, helper: User) -> None:
    visit = opened(firm, helper)
    end = NOW + timedelta(minutes=5)
    assert visits.end_visit(visit, user=firm["site_admin"], now=end)
    assert roles_in(helper, firm.tenant, end) == frozenset()
    assert not visits.end_visit(visit, user=firm["site_admin"], now=end)
    assert kinds(firm.tenant) == ["support.visit_opened", "support.visit_ended"]


def test_a_visit_of_who_left_the_vendor_opens_nothing(firm: Company, helper: User) -> None:
    opened(firm, helper)
    VendorMembership.objects.filter(user=helper).delete()
    assert roles_in(helper, firm.tenant, NOW) == frozenset()


def test_an_open_visit_is_not_opened_twice(firm: Company, helper: User) -> None:
    first = opened(firm, helper)
    assert opened(firm, helper, NOW + timedelta(hours=1)).pk == first.pk
    assert opened(firm, helper, NOW + timedelta(hours=4)).pk != first.pk
    assert kinds(firm.tenant) == ["support.visit_opened"] * 2


def test_the_company_is_told_who_and_why_in_the_event(firm: Company, helper: User) -> None:
    visit = opened(firm, helper)
    body = json.loads(Body.objects.get(stream=firm.tenant.stream).body)
    assert body == {
        "visit": visit.pk,
        "reason": REASON,
        "ends_at": visit.ends_at.isoformat(),
        "actor": {"name": helper.name, "email": helper.email},
    }


def test_whoever_is_assigned_does_not_visit(firm: Company, helper: User) -> None:
    opened(firm, helper)
    tenant_row = tenant_or_404(helper, "hanbit", NOW)
    assert tenant_row.visit_id is not None  # type: ignore[attr-defined]
    Assignment.objects.create(user=helper, tenant=firm.tenant)
    tenant_row = tenant_or_404(helper, "hanbit", NOW)
    assert tenant_row.visit_id is None  # type: ignore[attr-defined]


def test_the_first_page_of_a_visit_is_recorded_once(
    firm: Company, helper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    opened(firm, helper)
    client = Client()
    client.force_login(helper)
    for path in ("", "runs/", "procedures/"):
        assert client.get(f"/t/hanbit/{path}").status_code == 200
    assert kinds(firm.tenant) == ["support.visit_opened", "support.visited"]
    assert SupportVisit.objects.get().viewed_at == NOW


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("hanbit", True),
        (" HANBIT ", True),
        ("hanbit.example", True),
        ("shop.hanbit.example", True),
        ("한빛.example", True),
        ("한빛상사", False),
        ("hanbi", False),
        ("example", False),
        ("%", False),
        ('"', False),
        ("", False),
    ],
)
def test_a_company_is_found_by_its_exact_name_or_domain_alone(words: str, found: bool) -> None:
    made = company(multi_domains=["shop.hanbit.example", "xn--xx3br43b.example"])
    assert (visits.find_tenant(words) == made.tenant) is found
