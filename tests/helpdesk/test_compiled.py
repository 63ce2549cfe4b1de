"""A query compiled once answers as the ORM would, each time for the values of that time."""

from datetime import datetime, timedelta

import pytest
from django.db.models import QuerySet

from helpdesk.access import open_visits
from helpdesk.compiled import A_MOMENT, A_NUMBER, Compiled
from helpdesk.models import SupportVisit, Tenant
from tests.factories import at, company, tenant

pytestmark = pytest.mark.django_db
NOON = at("2026-11-23T12:00")


def test_each_ask_is_answered_for_its_own_values() -> None:
    by_slug = Compiled(lambda slug: Tenant.objects.filter(slug=slug), slug="mark-of-a-slug")
    first, second = tenant("first"), tenant("second")
    assert by_slug.first(slug="first") == first
    assert by_slug.first(slug="second") == second
    assert by_slug.first(slug="third") is None
    assert by_slug.any(slug="second")
    assert not by_slug.any(slug="third")


def test_times_and_joined_rows_come_as_from_the_orm(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    firm = company()
    visit = SupportVisit.objects.create(
        tenant=firm.tenant, user=firm["support"], reason="r", starts_at=NOON,
        ends_at=NOON + timedelta(hours=1),
    )  # fmt: skip

    def build(user: int, now: datetime) -> QuerySet[SupportVisit]:
        return open_visits(now).filter(user=user).select_related("tenant")

    asked = Compiled(build, user=A_NUMBER, now=A_MOMENT)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = asked.first(user=firm["support"].pk, now=NOON)
        assert found == visit
        assert found.tenant == firm.tenant
    assert found.ends_at == visit.ends_at
    micro = timedelta(microseconds=1)
    for now, open_then in [(NOON - micro, False), (NOON, True), (visit.ends_at - micro, True),
                           (visit.ends_at, False)]:  # fmt: skip
        assert asked.any(user=firm["support"].pk, now=now) is open_then
    assert not asked.any(user=firm["member"].pk, now=NOON)


def test_a_value_that_does_not_reach_the_statement_is_noticed() -> None:
    lowered = Compiled(lambda slug: Tenant.objects.filter(slug=slug.lower()), slug="A-Mark")
    with pytest.raises(ValueError, match="slug"):
        lowered.first(slug="first")
