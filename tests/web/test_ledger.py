"""The sync ledger in the browser: who used which day, entered by hand, given back by rule."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from procedures.models import Claim
from tests.factories import Company, at, company
from tests.web.opening import synced

pytestmark = pytest.mark.django_db
NOON = at("2026-11-23T12:00")
LEDGER = "/t/hanbit/ledger/"


@pytest.fixture
def hanbit() -> Company:
    return company()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def outside(where: Company, who: str, **values: str) -> object:
    values = {"service": "email", "at": "2026-11-23T11:55", "note": "", **values}
    return where.signed_in(who).post(f"{LEDGER}outside/", values)


def give_back(where: Company, who: str, claim: Claim, **values: str) -> object:
    values = {"reason": "화면에 그대로 보입니다.", "still_offered": "on", **values}
    return where.signed_in(who).post(f"{LEDGER}{claim.pk}/give-back/", values)


def test_a_used_day_shows_who_when_result_and_run(hanbit: Company) -> None:
    run = synced(hanbit, NOON, "failed")
    html = hanbit.signed_in("member").get(LEDGER).text
    assert f"/t/hanbit/runs/{run.reference}/" in html
    for words in ("2026-11-23", "정민호", "실패", "이메일"):
        assert words in html
    # when the next one opens
    assert "2026-11-24 (화) 00:00 +09:00" in html


def test_a_site_admin_enters_what_was_pressed_outside(hanbit: Company) -> None:
    answer = outside(hanbit, "site_admin")
    assert (answer.status_code, answer.url) == (303, LEDGER)  # type: ignore[attr-defined]
    claim = Claim.objects.get()
    assert (claim.key, claim.run_id) == ("sync:email:2026-11-23", None)
    assert "앱 밖에서" in hanbit.signed_in("member").get(LEDGER).text


def test_a_day_that_is_used_says_when_the_next_opens(hanbit: Company) -> None:
    synced(hanbit, NOON)
    answer = outside(hanbit, "site_admin")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "2026-11-24(화) 00:00부터 다시 할 수 있습니다" in answer.text  # type: ignore[attr-defined]
    # what was typed stays
    assert 'value="2026-11-23T11:55"' in answer.text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"at": "2026-11-23T12:01"}, "아직 오지 않았습니다"),
        ({"at": "2026-11-23T11:00"}, "메모가 필요합니다"),
        ({"at": "noon"}, "날짜와 시각을 입력하세요"),
        ({"service": "fax"}, "field--wrong"),
    ],
)
def test_what_cannot_be_entered_says_why(
    hanbit: Company, values: dict[str, str], words: str
) -> None:
    answer = outside(hanbit, "site_admin", **values)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert words in answer.text  # type: ignore[attr-defined]
    assert not Claim.objects.exists()


@pytest.mark.parametrize("who", ["member", "mail_admin", "tenant_manager", "support", "manager"])
def test_only_site_admins_are_offered_the_form(hanbit: Company, who: str) -> None:
    assert "ledger/outside/" not in hanbit.signed_in(who).get(LEDGER).text
    assert outside(hanbit, who).status_code == 422  # type: ignore[attr-defined]
    assert not Claim.objects.exists()
    assert Event.objects.filter(kind="slot.refused").count() == 1


@pytest.mark.parametrize("who", ["tenant_manager", "manager"])
def test_a_manager_gives_back_what_failed(hanbit: Company, who: str) -> None:
    synced(hanbit, NOON, "failed")
    claim = Claim.objects.get(key__startswith="sync:")
    assert "give-back" in hanbit.signed_in(who).get(LEDGER).text
    assert give_back(hanbit, who, claim).status_code == 303  # type: ignore[attr-defined]
    claim.refresh_from_db()
    assert claim.released_by_id == hanbit[who].pk
    html = hanbit.signed_in("member").get(LEDGER).text
    assert "되돌림" in html
    assert "2026-11-24 (화) 00:00" not in html
    # the same again is answered as before; anything else comes too late
    assert give_back(hanbit, who, claim).status_code == 303  # type: ignore[attr-defined]
    assert give_back(hanbit, who, claim, reason="또").status_code == 409  # type: ignore[attr-defined]


def test_it_takes_a_reason_and_a_look_at_the_product(hanbit: Company) -> None:
    synced(hanbit, NOON, "failed")
    claim = Claim.objects.get(key__startswith="sync:")
    for values in ({"reason": ""}, {"reason": "  "}, {"still_offered": ""}):
        answer = give_back(hanbit, "tenant_manager", claim, **values)
        assert answer.status_code == 422  # type: ignore[attr-defined]
    claim.refresh_from_db()
    assert claim.released_at is None


def test_a_sync_that_succeeded_is_not_given_back(hanbit: Company) -> None:
    synced(hanbit, NOON, "succeeded")
    claim = Claim.objects.get(key__startswith="sync:")
    assert "give-back" not in hanbit.signed_in("tenant_manager").get(LEDGER).text
    answer = give_back(hanbit, "tenant_manager", claim)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "실패했거나 결과를 모르는 당일 동기화만" in answer.text  # type: ignore[attr-defined]


def test_yesterday_s_failure_is_not_given_back(hanbit: Company) -> None:
    synced(hanbit, NOON - timedelta(days=1), "failed")
    claim = Claim.objects.get(key__startswith="sync:")
    assert "give-back" not in hanbit.signed_in("tenant_manager").get(LEDGER).text
    assert give_back(hanbit, "tenant_manager", claim).status_code == 422  # type: ignore[attr-defined]


def test_another_company_s_slot_is_like_one_that_never_was(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    synced(other, NOON, "failed")
    claim = Claim.objects.get(key__startswith="sync:")
    foreign = give_back(hanbit, "tenant_manager", claim)
    unknown = hanbit.signed_in("tenant_manager").post(f"{LEDGER}999999/give-back/")
    assert foreign.status_code == unknown.status_code == 404  # type: ignore[attr-defined]
    assert foreign.content == unknown.content  # type: ignore[attr-defined]
    assert "2026-11-24 (화) 00:00" not in hanbit.signed_in("member").get(LEDGER).text


def test_reading_does_not_take_a_day(hanbit: Company) -> None:
    client = hanbit.signed_in("site_admin")
    assert client.get(f"{LEDGER}outside/").status_code == 405
    assert not Claim.objects.exists()


def test_the_page_costs_the_same_for_one_day_and_for_many(hanbit: Company) -> None:
    client = hanbit.signed_in("site_admin")
    synced(hanbit, NOON, "succeeded")
    client.get(LEDGER)
    with CaptureQueriesContext(connection) as one:
        client.get(LEDGER)
    for days in range(1, 60):
        moment = NOON - timedelta(days=days)
        Claim.objects.create(
            tenant=hanbit.tenant,
            key=f"sync:email:{moment:%Y-%m-%d}",
            until="forever",
            at=moment,
            actor=hanbit["site_admin"],
        )
    with CaptureQueriesContext(connection) as many:
        html = client.get(LEDGER).text
    assert len(many) <= len(one) <= 12
    assert 'rel="next"' in html
