"""The ledger's commands: pressed outside the app takes the day, a manager gives it back."""

from datetime import datetime, timedelta

import pytest

from audit.models import Event
from helpdesk.models import Tenant
from procedures import engine, slots
from procedures.change import NotPossible
from procedures.models import Claim, Run
from tests.factories import Company, at, company

pytestmark = pytest.mark.django_db
NINE = at("2026-11-23T09:00")
MICRO = timedelta(microseconds=1)


@pytest.fixture
def hanbit() -> Company:
    return company()


def synced(hanbit: Company, result: str = "", now: datetime = NINE) -> tuple[Run, Claim]:
    """Run the e-mail sync as the site admin and record a result."""
    who = hanbit["site_admin"].pk
    opened = engine.open_run(
        hanbit.tenant,
        procedure="service_sync",
        actor_id=who,
        now=now,
        values={"service": "email", "changes": ["kim, 김하나, 신규"]},
    )
    assert opened.run is not None
    for step in ("review", "run_sync"):
        assert engine.complete_step(opened.run, step=step, actor_id=who, now=now).done
    if result:
        values = {"result": result}
        assert engine.complete_step(
            opened.run, step="record_result", values=values, actor_id=who, now=now
        ).done
    return opened.run, Claim.objects.get(key="sync:email:2026-11-23")


def give_back(hanbit: Company, claim: Claim, who: str, now: datetime = NINE) -> slots.SlotResult:
    return slots.give_back(
        hanbit.tenant,
        claim_id=claim.pk,
        actor_id=hanbit[who].pk,
        now=now,
        reason="제품 화면에 [동기화]가 그대로 보입니다.",
    )


def kinds(tenant: Tenant) -> list[str]:
    events = Event.objects.filter(stream=tenant.stream).order_by("number")
    return list(events.values_list("kind", flat=True))


def test_pressed_outside_takes_the_day(hanbit: Company) -> None:
    result = slots.claim_outside(
        hanbit.tenant, service="email", at=NINE, actor_id=hanbit["site_admin"].pk, now=NINE
    )
    assert result.claim is not None
    assert (result.claim.key, result.claim.run_id) == ("sync:email:2026-11-23", None)
    assert kinds(hanbit.tenant) == ["slot.claimed_outside"]
    run, refused = run_sync(hanbit)
    assert refused.refusal is not None
    assert refused.refusal.judged[-1].verdict.opens_at == at("2026-11-24T00:00")
    assert run.state == "open"


def run_sync(hanbit: Company) -> tuple[Run, engine.Result]:
    who = hanbit["site_admin"].pk
    values = {"service": "email", "changes": ["kim, 김하나, 신규"]}
    run = engine.open_run(
        hanbit.tenant, procedure="service_sync", actor_id=who, now=NINE, values=values
    ).run
    assert run is not None
    assert engine.complete_step(run, step="review", actor_id=who, now=NINE).done
    return run, engine.complete_step(run, step="run_sync", actor_id=who, now=NINE)


@pytest.mark.parametrize(
    ("pressed", "day"),
    [
        # 08:30 in Seoul is the previous day in UTC; the day is the tenant's
        (at("2026-11-23T08:30"), "2026-11-23"),
        (at("2026-11-23T00:00"), "2026-11-23"),
        (at("2026-11-22T23:59:59.999999"), "2026-11-22"),
    ],
)
def test_the_day_is_the_tenant_s(hanbit: Company, pressed: datetime, day: str) -> None:
    result = slots.claim_outside(
        hanbit.tenant,
        service="Email",
        at=pressed,
        actor_id=hanbit["site_admin"].pk,
        now=NINE,
        note="전화로 들었습니다.",
    )
    assert result.claim is not None
    assert result.claim.key == f"sync:email:{day}"


@pytest.mark.parametrize(
    ("who", "pressed", "note", "code"),
    [
        ("mail_admin", NINE, "", "not_your_role"),
        ("support", NINE, "", "not_your_role"),
        ("site_admin", NINE + MICRO, "", "performed_future"),
        ("site_admin", NINE - timedelta(minutes=10) - MICRO, " ", "late_needs_note"),
    ],
)
def test_what_is_refused_is_kept_in_the_history(
    hanbit: Company, who: str, pressed: datetime, note: str, code: str
) -> None:
    for _twice in range(2):
        result = slots.claim_outside(
            hanbit.tenant,
            service="email",
            at=pressed,
            actor_id=hanbit[who].pk,
            now=NINE,
            note=note,
        )
        assert result.refusal is not None
        assert result.refusal.code == code
        assert slots.TEXTS[code].ko
    assert not Claim.objects.exists()
    # the same again within a minute is counted, not repeated
    assert kinds(hanbit.tenant) == ["slot.refused"]


def test_ten_minutes_late_needs_no_note_yet(hanbit: Company) -> None:
    result = slots.claim_outside(
        hanbit.tenant,
        service="email",
        at=NINE - timedelta(minutes=10),
        actor_id=hanbit["site_admin"].pk,
        now=NINE,
    )
    assert result.refusal is None


def test_a_day_that_is_used_is_not_taken_twice(hanbit: Company) -> None:
    synced(hanbit)
    result = slots.claim_outside(
        hanbit.tenant, service="email", at=NINE, actor_id=hanbit["site_admin"].pk, now=NINE
    )
    assert result.refusal is not None
    assert (result.refusal.code, result.opens_at) == ("used", at("2026-11-24T00:00"))
    # what was pressed for another service has been pressed, whatever the limit covers
    other = slots.claim_outside(
        hanbit.tenant, service="approval", at=NINE, actor_id=hanbit["site_admin"].pk, now=NINE
    )
    assert other.refusal is None


@pytest.mark.parametrize("result", ["failed", "unknown"])
@pytest.mark.parametrize("who", ["tenant_manager", "manager"])
def test_a_manager_gives_a_failed_or_unknown_sync_back(
    hanbit: Company, result: str, who: str
) -> None:
    run, claim = synced(hanbit, result)
    found = give_back(hanbit, claim, who, at("2026-11-23T23:59:59.999999"))
    assert found.claim is not None
    assert found.claim.released_by_id == hanbit[who].pk
    # marked, not deleted; the day is free again
    assert Claim.objects.filter(pk=claim.pk).count() == 1
    assert kinds(hanbit.tenant) == ["slot.released"]
    back = engine.go_back(
        run, way="sync_again", reason="실패", actor_id=hanbit["site_admin"].pk, now=NINE
    )
    assert back.done
    again = engine.complete_step(
        run, step="run_sync", actor_id=hanbit["site_admin"].pk, now=at("2026-11-23T23:59:59.999999")
    )
    assert again.done


@pytest.mark.parametrize(
    ("result", "who", "now", "code"),
    [
        ("succeeded", "tenant_manager", NINE, "not_releasable"),
        ("refused_by_product", "tenant_manager", NINE, "not_releasable"),
        ("", "tenant_manager", NINE, "not_releasable"),  # no result recorded yet
        ("failed", "site_admin", NINE, "not_your_role"),
        ("failed", "member", NINE, "not_your_role"),
        ("failed", "tenant_manager", at("2026-11-24T00:00"), "not_releasable"),
    ],
)
def test_otherwise_the_slot_stays_used(
    hanbit: Company, result: str, who: str, now: datetime, code: str
) -> None:
    _, claim = synced(hanbit, result)
    found = give_back(hanbit, claim, who, now)
    assert found.refusal is not None
    assert found.refusal.code == code
    claim.refresh_from_db()
    assert claim.released_at is None
    assert kinds(hanbit.tenant) == ["slot.refused"]


def test_whoever_ran_it_does_not_give_it_back(hanbit: Company) -> None:
    _, claim = synced(hanbit, "failed")
    Claim.objects.filter(pk=claim.pk).update(actor_id=hanbit["tenant_manager"].pk)
    found = give_back(hanbit, claim, "tenant_manager")
    assert found.refusal is not None
    assert found.refusal.code == "not_releasable"


def test_what_was_pressed_outside_has_an_unknown_result(hanbit: Company) -> None:
    claim = slots.claim_outside(
        hanbit.tenant, service="email", at=NINE, actor_id=hanbit["site_admin"].pk, now=NINE
    ).claim
    assert claim is not None
    assert give_back(hanbit, claim, "tenant_manager").refusal is None


def test_a_slot_is_given_back_once_and_only_by_its_own_tenant(hanbit: Company) -> None:
    _, claim = synced(hanbit, "failed")
    other = company("saebom", name="새봄")
    with pytest.raises(NotPossible, match="not_used"):
        give_back(other, claim, "tenant_manager")
    give_back(hanbit, claim, "tenant_manager")
    with pytest.raises(NotPossible, match="not_used"):
        give_back(hanbit, claim, "manager")
    collecting = Claim.objects.create(
        tenant=hanbit.tenant, key="collect:email", until="end", at=NINE
    )
    with pytest.raises(NotPossible, match="not_used"):
        give_back(hanbit, collecting, "tenant_manager")


def test_pressing_twice_is_once(hanbit: Company) -> None:
    for _twice in range(2):
        result = slots.claim_outside(
            hanbit.tenant, service="email", at=NINE, actor_id=hanbit["site_admin"].pk, now=NINE
        )
        assert result.refusal is None
    assert result.claim is not None
    for _twice in range(2):
        assert give_back(hanbit, result.claim, "tenant_manager").refusal is None
    assert kinds(hanbit.tenant) == ["slot.claimed_outside", "slot.released"]


def test_a_reason_says_that_the_product_still_offers_it(hanbit: Company) -> None:
    _, claim = synced(hanbit, "failed")
    with pytest.raises(NotPossible, match="reason_required"):
        slots.give_back(
            hanbit.tenant,
            claim_id=claim.pk,
            actor_id=hanbit["tenant_manager"].pk,
            now=NINE,
            reason=" ",
        )
