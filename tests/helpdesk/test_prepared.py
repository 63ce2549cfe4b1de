"""A prepared query asks what the query it was built from would ask, whoever asks and when."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Lower

from helpdesk import access
from helpdesk.models import Tenant, User
from helpdesk.prepared import Prepared
from tests import factories
from tests.conftest import FreshDatabase

NOON = factories.at("2026-11-23T12:00")


@pytest.mark.django_db
def test_it_finds_what_the_query_itself_finds_for_everybody() -> None:
    firms = [factories.company("hanbit"), factories.company("saebom", name="새봄")]
    for user in User.objects.all():
        for now in (NOON, NOON + timedelta(days=400)):
            due = list(access._tenants_seen(user.pk, now))
            assert access.tenants_of(user, now) == due
            for firm in firms:
                built = access._tenant_seen(user.pk, firm.tenant.slug, now)
                asked = access._TENANT.ask(user=user.pk, slug=firm.tenant.slug, now=now)
                assert [vars(one) | {"_state": 0} for one in asked] == [
                    vars(one) | {"_state": 0} for one in built
                ]
                roles = access._roles_held(user.pk, firm.tenant.pk, now)
                assert access.roles_in(user, firm.tenant, now) == {role for (role,) in roles}


@pytest.mark.django_db
def test_it_sends_the_same_statement_with_the_same_values() -> None:
    asked, built = [], []
    for found, ask in (
        (asked, lambda: access._TENANT.ask(user=7, slug="hanbit", now=NOON)),
        (built, lambda: list(access._tenant_seen(7, "hanbit", NOON))),
    ):

        def look(execute, sql, params, many, context, found=found):  # type: ignore[no-untyped-def]
            found.append((sql, params, list(map(type, params))))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(look):
            ask()
    assert asked == built
    assert len(asked) == 1


def test_another_thread_asks_through_its_own_connection(fresh_db: FreshDatabase) -> None:
    firm = factories.company()  # Committed, so that another connection sees it.
    found: list[Tenant] = []

    def ask() -> None:
        found.extend(access.tenants_of(firm["member"], NOON))
        connection.close()

    assert access.tenants_of(firm["member"], NOON) == [firm.tenant]
    other = Thread(target=ask)
    other.start()
    other.join()
    assert found == [firm.tenant]


@pytest.mark.django_db
def test_a_value_that_is_changed_on_its_way_is_refused() -> None:
    def derived(slug: str) -> object:
        return Tenant.objects.filter(slug=f"{slug}-2")

    with pytest.raises(ValueError, match="do not reach"):
        Prepared(derived, slug=str).ask(slug="hanbit")  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_value_that_is_missing_is_refused() -> None:
    def before(slug: str, now: datetime) -> object:
        return Tenant.objects.filter(slug=Lower(Value(slug)), zone_next_at__lt=now)

    asked = Prepared(before, slug=str, now=datetime)  # type: ignore[arg-type]
    assert asked.ask(slug="HANBIT", now=NOON) == []
    with pytest.raises(ValueError, match="values of the query"):
        asked.ask(slug="hanbit")


@pytest.mark.django_db
def test_the_first_of_its_rows_comes_for_the_values_of_each_time() -> None:
    by_slug = Prepared(lambda slug: Tenant.objects.filter(slug=slug)[:1], slug=str)
    first, second = factories.tenant("first"), factories.tenant("second")
    assert [by_slug.first(slug=name) for name in ("first", "second", "third")] == [
        first, second, None,
    ]  # fmt: skip
