"""Looking again by itself: when it begins, how long it waits, when it ends, whom it tells."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from audit.models import Event
from audit.verify import verify
from procedures import deliveries, engine, leases
from procedures.change import Loaded
from procedures.heads import read_heads
from procedures.invariants import check_all
from procedures.leases import never
from procedures.models import Notice, Probe, Run
from tests.catalog.facts import kst
from tests.engine.test_probes import World
from tests.tickets.dns_records.conftest import DOMAIN, NOW, WINDOW, Firm, scheduled, zone
from tickets.dns_records import checking, pauses, planning, present, settling, watching
from tickets.dns_records.models import DnsCheck, DnsWatch
from tickets.queue.using import loaded_for

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = kst("2026-11-14T22:00")


def swept(now: datetime) -> int:
    """Plan and look at all that is due, as one sweep of a worker does; return how often."""
    before = DnsCheck.objects.count()
    sweeping = watching.Sweeping()
    sweeping(now, never)
    return DnsCheck.objects.count() - before


def watch(firm: Firm, reason: str = "spreading") -> DnsWatch:
    return DnsWatch.objects.get(run=firm.run, reason=reason)


def kinds(firm: Firm) -> list[str]:
    stream = f"talk:{firm.run.uid}"
    rows = Event.objects.filter(stream=stream).order_by("number")
    return list(rows.values_list("kind", flat=True))


def told(firm: Firm, now: datetime) -> list[tuple[str, str]]:
    while deliveries.sweep(now):
        pass
    rows = Notice.objects.filter(run=firm.run, template__startswith="dns_")
    return sorted(rows.values_list("template", "recipient__name"))


def test_it_begins_when_the_dns_was_set_and_ends_when_it_is_right(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(mx2=None))
    assert swept(NOW) == 0
    firm.done("site_admin", "set_dns")
    assert swept(NOW) == 1
    first = DnsCheck.objects.get()
    assert (first.actor, first.outcome, first.watch) == (None, "missing", watch(firm))
    assert Probe.objects.get().outcome == "wrong"
    due_at = watch(firm).due_at
    assert due_at == NOW + pauses.pause(watch(firm).pk, 0)
    assert swept(due_at - timedelta(microseconds=1)) == 0
    world.change("127.0.0.2", zone())
    assert swept(due_at) == 1
    assert (watch(firm).state, watch(firm).settled_at) == ("done", due_at)
    assert kinds(firm) == ["dns.became_right"]
    event = Event.objects.get(kind="dns.became_right")
    assert (event.actor_kind, event.actor_id, event.cause) == (
        "system",
        None,
        "dns_watch:spreading",
    )
    people = {name for template, name in told(firm, due_at) if template == "dns_right"}
    assert people == {
        firm[who].name for who in ("support", "site_admin", "mail_admin", "tenant_manager")
    }
    assert swept(due_at + DAY) == 0
    assert list(check_all()) == []
    assert list(verify(heads=read_heads())) == []


def test_each_pause_is_longer_up_to_six_hours_and_sways_by_the_watch() -> None:
    minutes = [1, 2, 5, 10, 20, 30, 60, 120, 240, 360, 360, 360]
    for watch_id in (1, 2, 77):
        for turn, minute in enumerate(minutes):
            waited = pauses.pause(watch_id, turn)
            assert waited == pauses.pause(watch_id, turn)
            assert 0.9 * minute * MINUTE <= waited <= 1.1 * minute * MINUTE
    assert pauses.pause(1, 5) != pauses.pause(2, 5)


def test_after_a_fortnight_it_is_given_up_and_told(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(mx2=None))
    firm.done("support", "set_dns")
    now, looks = NOW, 0
    with mock.patch.object(checking, "look", _seen_once(firm)):
        while swept(now):
            looks += 1
            if watch(firm).state != "pending":
                break
            now = watch(firm).due_at
    assert watch(firm).state == "ended"
    assert NOW + 13 * DAY < now <= NOW + pauses.FORTNIGHT
    assert 50 < looks < 75
    assert kinds(firm) == ["dns.watch_ended"]
    assert {template for template, _name in told(firm, now)} == {"dns_given_up"}
    assert swept(now + 30 * DAY) == 0


def _seen_once(firm: Firm) -> Callable[[Run, datetime], checking.Look]:
    """Ask the servers once, and give the same answer from then on."""
    seen = firm.look()

    def again(run: Run, now: datetime) -> checking.Look:
        return checking.Look(run, seen.tenant, seen.seen, now)

    return again


def test_it_ends_with_the_run_and_asks_nobody_any_more(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN)
    firm.done("support", "set_dns")
    swept(NOW)
    engine.cancel_run(firm.run, reason="취소", actor_id=firm["support"].pk, now=NOW + MINUTE)
    with mock.patch.object(checking, "look", side_effect=AssertionError("asked")):
        watching.sweep(NOW + HOUR)
    assert watch(firm).state == "done"


def test_a_look_by_hand_that_is_not_right_begins_it_and_a_right_one_ends_it(
    firm: Firm, world: World
) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(spf=None))
    look_by_hand(firm, NOW)
    assert watch(firm).state == "pending"
    world.change("127.0.0.2", zone())
    look_by_hand(firm, NOW + MINUTE)
    assert watch(firm).state == "done"
    assert kinds(firm) == ["dns.checked", "dns.checked"]
    # Whoever looked knows it; the others are told.
    assert firm["support"].name not in {name for _t, name in told(firm, NOW + MINUTE)}
    world.change("127.0.0.2", zone(spf=None))
    look_by_hand(firm, NOW + 2 * MINUTE)
    assert (watch(firm).state, watch(firm).turn) == ("pending", 0)


def look_by_hand(firm: Firm, now: datetime) -> None:
    seen = firm.look(now)
    (course,) = planning.courses([Run.objects.get(pk=firm.run.pk)])
    settling.by_person(checking.keep(seen, actor=firm["support"]), course, firm["support"], now)


def test_a_look_by_hand_takes_the_row_from_a_worker_that_is_looking(
    firm: Firm, world: World
) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    firm.done("support", "set_dns")
    planning.plan(NOW)
    (held,) = leases.take(DnsWatch.objects.all(), limit=1, span=2 * MINUTE)
    look_by_hand(firm, NOW)
    watching.fire(held.pk, held.token, NOW)
    assert DnsCheck.objects.count() == 1


def test_a_wrong_look_from_the_runs_own_page_begins_it_again(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    firm.done("support", "set_dns")
    assert swept(NOW) == 1
    assert watch(firm).state == "done"
    Probe.objects.create(
        tenant=firm.tenant, run=firm.run, kind="mx", domain=DOMAIN, outcome="wrong",
        at=NOW + MINUTE, actor=firm["support"],
    )  # fmt: skip
    planning.plan(NOW + 2 * MINUTE)
    assert watch(firm).state == "pending"


def test_nothing_configured_is_looked_at_once_and_told_nobody(firm: Firm, world: World) -> None:
    firm.configure(
        expected_mx=[], expected_spf=[], expected_dkim=[], expected_dmarc=[],
        expected_autodiscover=[],
    )  # fmt: skip
    world.resolver(DOMAIN)
    firm.done("support", "set_dns")
    assert swept(NOW) == 1
    assert (watch(firm).state, kinds(firm)) == ("done", [])


def test_a_quarter_of_an_hour_before_the_work_it_is_looked_at_once(
    firm: Firm, world: World
) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    scheduled(firm)
    swept(NOW + MINUTE)
    assert watch(firm, "before_work").due_at == START - 15 * MINUTE
    assert swept(START - 15 * MINUTE - timedelta(microseconds=1)) == 0
    assert swept(START - 15 * MINUTE) == 1
    assert watch(firm, "before_work").state == "done"
    assert swept(START - 14 * MINUTE) == 0


def test_when_it_is_wrong_before_the_work_support_and_the_company_are_told(
    firm: Firm, world: World
) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    scheduled(firm)
    swept(NOW + MINUTE)
    told(firm, NOW + MINUTE)
    world.change("127.0.0.2", zone(mx1=None))
    assert swept(START - 15 * MINUTE) == 1
    assert "dns.found_wrong" in kinds(firm)
    now = {name for template, name in told(firm, START) if template == "dns_wrong"}
    assert {firm["support"].name, firm["site_admin"].name} <= now
    # And it is looked at again from then on.
    assert watch(firm).state == "pending"


def test_a_window_that_moves_moves_the_look(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN)
    scheduled(firm)
    swept(NOW)
    later = {"work_start": "2026-11-15T10:00+09:00", "work_end": "2026-11-15T16:00+09:00"}
    result = engine.amend_values(
        firm.run, values=later, reason="미룸", actor_id=firm["support"].pk, now=NOW + HOUR
    )
    assert result.done
    planning.plan(NOW + HOUR)
    assert watch(firm, "before_work").due_at == kst("2026-11-15T09:45")


@pytest.mark.parametrize(
    ("resumed", "due"),
    [
        ("2026-11-15T03:00", "2026-11-16T09:00"),  # a Sunday night
        ("2026-11-13T23:59:59.999999", "2026-11-16T09:00"),  # Friday, the last instant
        ("2026-11-16T00:00", "2026-11-17T09:00"),  # Monday, the first
        ("2026-09-23T22:00", "2026-09-28T09:00"),  # 추석: 24 to 26, then a Sunday
        ("2026-12-31T12:00", "2027-01-04T09:00"),  # over the year's end
    ],
)
def test_the_business_day_after(resumed: str, due: str) -> None:
    from procedures.calendar_facts import current_calendar

    calendar = current_calendar()
    moment = kst(resumed)
    zone_there = moment.tzinfo
    from zoneinfo import ZoneInfo

    assert zone_there is not None
    found = pauses.after_resume(moment, calendar, ZoneInfo("Asia/Seoul"))
    assert found == kst(due)


def test_looks_by_themselves_have_a_budget_of_their_own(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN)
    firm.done("support", "set_dns")
    DnsCheck.objects.bulk_create(
        DnsCheck(tenant=firm.tenant, run=firm.run, at=NOW - 30 * MINUTE, outcome="wrong")
        for _number in range(checking.AUTOMATIC)
    )
    assert swept(NOW) == 0
    assert watch(firm).due_at == NOW + 30 * MINUTE
    assert swept(NOW + 30 * MINUTE) == 1


def test_a_failing_look_waits_and_stops_nobody_else(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN)
    firm.done("support", "set_dns")
    with mock.patch.object(checking, "look", side_effect=RuntimeError("broken")):
        assert swept(NOW) == 0
    row = watch(firm)
    assert (row.state, row.attempts, row.error) == ("pending", 1, "RuntimeError: broken")


def test_what_failed_too_often_is_told_and_revived_by_the_worker(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN)
    firm.done("support", "set_dns")
    planning.plan(NOW)
    DnsWatch.objects.update(state="dead", error="RuntimeError: broken")
    shown = StringIO()
    call_command("worker", "--status", stdout=shown)
    assert "DnsWatch: 0 waiting, 0 being tried, 1 dead" in shown.getvalue()
    assert "RuntimeError: broken" in shown.getvalue()
    call_command("worker", "--revive", stdout=StringIO())
    assert swept(NOW) == 1


def test_an_inquiry_at_godomall_is_watched_once_it_was_sent(
    firm: Firm, world: World, settings: Settings
) -> None:
    result = engine.open_run(
        firm.tenant, procedure="godomall_mx", actor_id=firm["mail_admin"].pk, now=NOW,
        values={"domain": DOMAIN},
    )  # fmt: skip
    assert result.run is not None
    own = Firm(firm.company, result.run)
    world.resolver(DOMAIN)
    own.done("mail_admin", "look_up_ns", values={"name_servers": ["ns.godo.example"]})
    own.done(
        "mail_admin", "note_mx", values={"current_mx": "", "mx_values": ["10 mx1.tigris.example"]}
    )
    own.done("mail_admin", "write_inquiry")
    planning.plan(NOW)
    assert not DnsWatch.objects.filter(run=own.run).exists()
    own.done("mail_admin", "sent", values={"inquiry_number": "7"})
    assert swept(NOW) == 1
    assert watch(own).state == "pending"


@pytest.mark.parametrize(("resumed_on", "looked"), [("new", True), ("old", False)])
def test_after_the_work_it_is_looked_at_on_the_next_business_day(
    firm: Firm, world: World, resumed_on: str, looked: bool
) -> None:
    """Rolled back, the old domain is in use again and nothing is looked at."""
    from procedures.calendar_facts import current_calendar

    resumed = kst("2026-11-15T03:00")
    course = planning.Course(firm.run, {"resume": resumed}, resumed_on=resumed_on)
    found = planning._moments(course, current_calendar(), resumed)
    morning = kst("2026-11-16T09:00")
    assert found == ({DnsWatch.Reason.AFTER_RESUME: morning} if looked else {})


def test_a_window_that_is_withdrawn_takes_the_look_with_it(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    scheduled(firm)
    swept(NOW)
    result = engine.go_back(
        firm.run, way="reschedule", reason="사정", actor_id=firm["support"].pk, now=NOW + HOUR
    )
    assert result.done
    assert [one["text"] for one in _shown(firm, NOW + HOUR)] == []
    # A worker that has not planned since looks at nothing.
    before = DnsCheck.objects.count()
    watching.sweep(START - 15 * MINUTE)
    assert DnsCheck.objects.count() == before
    DnsWatch.objects.filter(reason="before_work").update(state="pending", settled_at=None)
    planning.plan(NOW + 2 * HOUR)
    assert (watch(firm, "before_work").state, watch(firm, "before_work").settled_at) == (
        "done",
        NOW + 2 * HOUR,
    )
    # Confirmed for the same moment again, it comes again.
    firm.done("support", "propose", values=WINDOW, now=NOW + 3 * HOUR)
    approved = engine.approve(firm.run, step="agree", actor_id=firm["boss"].pk, now=NOW + 3 * HOUR)
    assert approved.done
    firm.look(NOW + 3 * HOUR)
    firm.done(
        "support", "confirm_schedule", values=WINDOW, acknowledgement="확인", now=NOW + 3 * HOUR
    )
    planning.plan(NOW + 4 * HOUR)
    assert watch(firm, "before_work").state == "pending"
    assert len(_shown(firm, NOW + 4 * HOUR)) == 1


def test_a_ticket_that_was_cancelled_shows_no_look_and_no_ttl_to_lower(
    firm: Firm, world: World
) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    scheduled(firm)
    swept(NOW)
    assert present.lowering(_loaded(firm, NOW), None, NOW) is not None
    engine.cancel_run(firm.run, reason="취소", actor_id=firm["support"].pk, now=NOW + MINUTE)
    assert _shown(firm, NOW + MINUTE) == []
    assert present.lowering(_loaded(firm, NOW + MINUTE), None, NOW + MINUTE) is None


def _loaded(firm: Firm, now: datetime) -> Loaded:
    return loaded_for(Run.objects.get(pk=firm.run.pk), firm["support"], now)


def _shown(firm: Firm, now: datetime) -> list[present.Item]:
    return present.watches(_loaded(firm, now), list(DnsWatch.objects.filter(run=firm.run)), now)
