"""Roles held for a time, a stand-in's or a visitor's; and a zone that has come into force."""

from datetime import timedelta

import pytest

from audit.models import Event
from helpdesk.models import Assignment, Membership, SupportVisit
from helpdesk.people.models import Substitute
from procedures import engine, store
from procedures.models import Run
from tests.catalog.facts import kst
from tests.engine.cast import Cast, last_body

pytestmark = pytest.mark.django_db
DELETED = {"mailbox": "member@old.example", "deleted_at": kst("2026-11-02T08:00").isoformat()}
HOUR = timedelta(hours=1)


@pytest.fixture
def settled(cast: Cast) -> Run:
    run = cast.open("member", "mail_recovery", **DELETED)
    cast.done("member", run, "settle_time")
    return run


def appoint(cast: Cast, **kw: object) -> Substitute:
    known = {
        "tenant": cast.tenant,
        "absent": cast.people["mail"],
        "stand_in": cast.people["member2"],
        "starts_at": cast.now - HOUR,
        "ends_at": cast.now + HOUR,
        "reason": "휴가",
        "appointed_by": cast.people["site"],
        "appointed_at": cast.now - HOUR,
    }
    return Substitute.objects.create(**{**known, **kw})


def tried(cast: Cast, who: str, run: Run) -> bool:
    return cast.do(who, run, "recover", month="202611").done


def test_a_stand_in_does_what_the_absent_person_may(cast: Cast, settled: Run) -> None:
    assert not tried(cast, "member2", settled)
    appoint(cast)
    assert tried(cast, "member2", settled)
    assert last_body(settled.stream)["actor"]["email"] == cast.people["member2"].email
    assert Event.objects.filter(stream=settled.stream).latest("number").actor_kind == "user"


@pytest.mark.parametrize(
    "change",
    [
        "not_begun",
        "over",
        "ended",
        "absent_deactivated",
        "absent_without_role",
        "no_member_any_more",
        "elsewhere",
    ],
)
def test_a_stand_in_is_one_only_while_it_is_in_force(cast: Cast, settled: Run, change: str) -> None:
    row = appoint(cast)
    if change == "not_begun":
        Substitute.objects.filter(pk=row.pk).update(starts_at=cast.now + 30 * HOUR / 60)
    elif change == "over":
        # The next act takes place a minute later: the end itself is outside.
        Substitute.objects.filter(pk=row.pk).update(ends_at=cast.now + HOUR / 60)
    elif change == "ended":
        Substitute.objects.filter(pk=row.pk).update(ended_at=cast.now, ended_by=cast.people["site"])
    elif change == "absent_deactivated":
        cast.people["mail"].is_active = False
        cast.people["mail"].save()
    elif change == "absent_without_role":
        Membership.objects.filter(user=cast.people["mail"], role="mail_admin").delete()
    elif change == "no_member_any_more":
        Membership.objects.filter(user=cast.people["member2"]).delete()
    else:
        Substitute.objects.filter(pk=row.pk).update(stand_in=cast.people["chair"])
    assert not tried(cast, "member2", settled)


def visit(cast: Cast, **kw: object) -> SupportVisit:
    known = {
        "tenant": cast.tenant,
        "user": cast.people["support"],
        "reason": "고객 요청으로 확인합니다",
        "starts_at": cast.now - HOUR,
        "ends_at": cast.now + HOUR,
    }
    return SupportVisit.objects.create(**{**known, **kw})


def reads(cast: Cast, run: Run, who: str) -> frozenset[str]:
    ask = store.Ask(actor_id=cast.people[who].pk)
    return store.read(run, ask, cast.now).loaded.actor.roles


def test_a_visitor_holds_the_vendor_s_role_for_the_time_of_the_visit(
    cast: Cast, settled: Run
) -> None:
    Assignment.objects.filter(user=cast.people["support"]).delete()
    assert reads(cast, settled, "support") == frozenset()
    row = visit(cast)
    assert reads(cast, settled, "support") == {"support"}
    SupportVisit.objects.filter(pk=row.pk).update(ends_at=cast.now)
    assert reads(cast, settled, "support") == frozenset()
    SupportVisit.objects.filter(pk=row.pk).update(ends_at=cast.now + HOUR, ended_at=cast.now)
    assert reads(cast, settled, "support") == frozenset()


def test_what_a_visitor_does_is_the_vendor_s(cast: Cast, settled: Run) -> None:
    Assignment.objects.filter(user=cast.people["support"]).delete()
    assert not cancelled(cast, settled)
    visit(cast)
    assert cancelled(cast, settled)
    last = Event.objects.filter(stream=settled.stream).latest("number")
    assert (last.kind, last.actor_kind) == ("run.cancelled", "support")


def cancelled(cast: Cast, run: Run) -> bool:
    who = cast.people["support"].pk
    return engine.cancel_run(run, actor_id=who, now=cast.tick(), reason="고객 요청").done


def test_a_new_zone_counts_from_its_moment_on(cast: Cast, settled: Run) -> None:
    ask = store.Ask(actor_id=cast.people["mail"].pk)
    cast.tenant.zone_next = "America/New_York"
    cast.tenant.zone_next_at = cast.now + HOUR
    cast.tenant.save()
    before = store.read(settled, ask, cast.now + HOUR - timedelta(microseconds=1)).loaded
    after = store.read(settled, ask, cast.now + HOUR).loaded
    assert before.facts.zone.key == "Asia/Seoul"
    assert after.facts.zone.key == "America/New_York"
