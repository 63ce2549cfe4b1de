"""A new zone counts from the next midnight of the old one, whether or not a worker runs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.models import Tenant
from helpdesk.vendor.configuration import configure, configured, settle_zones
from helpdesk.vendor.values import country_codes
from helpdesk.zones import first_instant, takes_effect, zone_at
from procedures import slots
from procedures.rules.countries import COUNTRY_CODES
from tests.factories import Company, company, person

TICK = timedelta(microseconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "asked", "counts"),
    [
        # one minute and one microsecond before midnight: the same midnight
        ("Asia/Seoul", "America/New_York", "2026-11-23T14:59", "2026-11-23T15:00"),
        ("Asia/Seoul", "Asia/Tokyo", "2026-11-23T14:59:59.999999", "2026-11-23T15:00"),
        # at midnight: the next one
        ("Asia/Seoul", "America/New_York", "2026-11-23T15:00", "2026-11-24T15:00"),
        # a day of 23 hours in the old zone, and one of 25
        ("America/New_York", "Asia/Seoul", "2026-03-08T06:00", "2026-03-09T04:00"),
        ("America/New_York", "Asia/Seoul", "2026-11-01T05:00", "2026-11-02T05:00"),
        # clocks that skip midnight: the first instant that the day has
        ("America/Sao_Paulo", "Asia/Seoul", "2018-11-03T20:00", "2018-11-04T03:00"),
        # a day that was left out: the day after it
        ("Pacific/Apia", "Asia/Seoul", "2011-12-29T20:00", "2011-12-30T10:00"),
        # more than a day apart: not before the day that has begun is today there, too
        ("Pacific/Kiritimati", "Pacific/Pago_Pago", "2026-11-23T09:00", "2026-11-23T11:00"),
    ],
)
def test_a_change_counts_from_the_next_midnight_of_the_old_zone(
    old: str, new: str, asked: str, counts: str
) -> None:
    assert takes_effect(ZoneInfo(old), ZoneInfo(new), utc(asked)) == utc(counts)


@pytest.mark.parametrize("new", ["America/New_York", "Pacific/Auckland", "Pacific/Pago_Pago"])
def test_the_day_never_goes_back_before_the_one_that_has_been(new: str) -> None:
    old, moment = ZoneInfo("Pacific/Kiritimati"), utc("2026-01-01T00:00")
    for _day in range(365):
        at = takes_effect(old, ZoneInfo(new), moment)
        before = (at - TICK).astimezone(old).date()
        assert at.astimezone(ZoneInfo(new)).date() >= moment.astimezone(old).date()
        assert before >= moment.astimezone(old).date()
        moment += timedelta(days=1)


def test_the_first_instant_of_a_day_belongs_to_it_and_the_one_before_does_not() -> None:
    for name in ("Asia/Seoul", "America/New_York", "America/Sao_Paulo", "Africa/Cairo"):
        zone, day = ZoneInfo(name), datetime(2018, 1, 1, tzinfo=UTC).date()
        for _number in range(366):
            start = first_instant(day, zone)
            assert start.astimezone(zone).date() == day
            assert (start - TICK).astimezone(zone).date() < day
            day += timedelta(days=1)


def test_the_countries_are_those_that_procedures_know() -> None:
    assert country_codes() == COUNTRY_CODES


MIDNIGHT = utc("2026-11-23T15:00")


@pytest.fixture
def firm(db: None) -> Company:
    made = company()
    change_zone(made, "America/New_York", MIDNIGHT - timedelta(minutes=1))
    return made


def change_zone(firm: Company, zone: str, now: datetime) -> None:
    firm.tenant.refresh_from_db()
    seen = configured(firm.tenant)
    configure(
        firm.tenant,
        values={**seen, "zone": zone},
        seen=seen,
        reason="본사 이전",
        actor=firm["manager"],
        now=now,
    )
    firm.tenant.refresh_from_db()


@pytest.mark.parametrize(
    ("moment", "zone"),
    [
        (MIDNIGHT - timedelta(minutes=1), "Asia/Seoul"),
        (MIDNIGHT - TICK, "Asia/Seoul"),
        (MIDNIGHT, "America/New_York"),
        (MIDNIGHT + TICK, "America/New_York"),
    ],
)
def test_a_zone_counts_at_its_midnight_without_any_worker(
    firm: Company, moment: datetime, zone: str
) -> None:
    assert firm.tenant.zone == "Asia/Seoul"
    assert zone_at(firm.tenant, moment).key == zone


def test_the_worker_writes_the_zone_down_at_midnight_and_once(firm: Company) -> None:
    assert settle_zones(MIDNIGHT - TICK) == 0
    assert settle_zones(MIDNIGHT) == 1
    assert settle_zones(MIDNIGHT) == 0
    stored = Tenant.objects.get(pk=firm.tenant.pk)
    assert (stored.zone, stored.zone_next, stored.zone_next_at) == ("America/New_York", "", None)
    assert zone_at(stored, MIDNIGHT).key == "America/New_York"


def test_the_present_zone_again_takes_a_waiting_change_back(firm: Company) -> None:
    change_zone(firm, "Asia/Seoul", MIDNIGHT - TICK)
    assert (firm.tenant.zone_next, firm.tenant.zone_next_at) == ("", None)
    assert zone_at(firm.tenant, MIDNIGHT).key == "Asia/Seoul"


def test_a_change_after_the_midnight_of_another_begins_from_the_new_zone(firm: Company) -> None:
    change_zone(firm, "Asia/Tokyo", MIDNIGHT)
    # New York has ten in the morning of the 23rd; its next midnight is the 24th, 05:00 UTC.
    assert (firm.tenant.zone, firm.tenant.zone_next) == ("America/New_York", "Asia/Tokyo")
    assert firm.tenant.zone_next_at == utc("2026-11-24T05:00")


def test_a_move_west_opens_no_second_sync_of_the_same_day(firm: Company) -> None:
    """Seoul's 23rd is used at 23:58; at midnight it is the 23rd in New York: still used."""
    admin = person(firm.tenant, "site_admin", email="second@hanbit.example")

    def press(at: datetime) -> slots.SlotResult:
        return slots.claim_outside(
            firm.tenant, service="email", at=at, actor_id=admin.pk, now=at, note=""
        )

    assert press(MIDNIGHT - timedelta(minutes=2)).refusal is None
    again = press(MIDNIGHT)
    assert again.refusal is not None
    assert again.refusal.code == "used"
    assert again.opens_at == utc("2026-11-24T05:00")
    assert press(utc("2026-11-24T05:00") - TICK).refusal is not None
    assert press(utc("2026-11-24T05:00")).refusal is None
