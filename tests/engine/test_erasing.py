"""A person is erased: nothing names them any more, and history and runs verify all the same."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from audit.models import Body, Event
from helpdesk.identity import Identity, identity_of
from helpdesk.models import (
    Assignment,
    Invitation,
    Membership,
    Substitute,
    SupportVisit,
    Tenant,
    User,
    VendorMembership,
)
from helpdesk.personal import NotErasable
from procedures import deliveries, engine
from procedures.models import Decision, Run, Value
from procedures.personal.erasing import erase_person, erase_run
from procedures.personal.finding import Places, places_of
from procedures.selectors.runs import history
from tests.canary import where_is
from tests.factories import Company, at, company, person

pytestmark = pytest.mark.django_db
NINE = at("2026-11-02T09:00")
LATER = NINE + timedelta(days=1)
NAME, EMAIL = "남궁가람", "garam.namgung@hanbit.example"


@pytest.fixture
def hanbit() -> Company:
    made = company()
    made.people["garam"] = person(made.tenant, "member", "site_admin", name=NAME, email=EMAIL)
    EmailAddress.objects.create(user=made["garam"], email=EMAIL, primary=True, verified=True)
    return made


def opened(where: Company, who: str, procedure: str, **values: object) -> Run:
    result = engine.open_run(
        where.tenant, procedure=procedure, actor_id=where[who].pk, now=NINE, values=values
    )
    assert result.run is not None, result.refusal
    return result.run


def recovery(where: Company, who: str = "garam", mailbox: str = EMAIL) -> Run:
    return opened(
        where, who, "mail_recovery", mailbox=mailbox, deleted_at="2026-11-02T08:00+09:00"
    )  # fmt: skip


def cancelled(where: Company, run: Run, who: str, reason: str) -> Run:
    soon = NINE + timedelta(seconds=30)
    done = engine.cancel_run(run, actor_id=where[who].pk, now=soon, reason=reason)
    assert done.done
    while deliveries.sweep(NINE + timedelta(minutes=1)):
        pass
    return run


def erase(where: Company, who: str = "garam", **kw: object) -> None:
    erase_person(where[who], reason="요청 2026-17", now=LATER, **kw)  # type: ignore[arg-type]


def test_nothing_names_an_erased_person_and_everything_verifies(hanbit: Company) -> None:
    cancelled(hanbit, recovery(hanbit), "garam", "직접 찾았습니다")
    cancelled(hanbit, recovery(hanbit, "member"), "site_admin", f"{NAME} 님과 통화함")
    sync = opened(hanbit, "member", "service_sync", service="email", changes=["g, 김, 신규"])
    cancelled(hanbit, sync, "garam", "같은 날 두 번")
    assert where_is(NAME)
    assert where_is(EMAIL)
    erase(hanbit)
    assert where_is(NAME) == []
    assert where_is(EMAIL) == []
    assert where_is("garam.namgung") == []
    call_command("verify_audit", stdout=io.StringIO())
    out = io.StringIO()
    call_command("verify", stdout=out)
    assert "not folded" not in out.getvalue()


def test_the_events_stay_and_each_stream_tells_of_the_erasure(hanbit: Company) -> None:
    run = cancelled(hanbit, recovery(hanbit), "garam", "직접 찾았습니다")
    before = list(
        Event.objects.filter(stream=run.stream).order_by("number").values_list("number", "mac")
    )
    erase(hanbit, by=hanbit["site_admin"])
    events = list(Event.objects.filter(stream=run.stream).order_by("number"))
    assert [(one.number, one.mac) for one in events[:-1]] == before
    told = events[-1]
    assert (told.kind, told.actor_kind) == ("body.erased", "user")
    assert told.actor_id == hanbit["site_admin"].pk
    shown = history(run.stream)
    assert shown[0].body["reason"] == "요청 2026-17"
    assert shown[0].body["user"] == hanbit["garam"].pk
    opened_event = next(one for one in shown if one.kind == "run.opened")
    assert opened_event.body["actor"]["name"] == f"삭제된 사람 #{hanbit['garam'].pk}"
    assert Event.objects.filter(stream=hanbit.tenant.stream, kind="person.erased").count() == 1


def test_what_the_system_erases_names_its_cause(hanbit: Company) -> None:
    run = cancelled(hanbit, recovery(hanbit), "garam", "끝")
    erase(hanbit)
    told = Event.objects.filter(stream=run.stream).latest("number")
    assert (told.kind, told.actor_kind, told.cause) == ("body.erased", "system", "console")


def test_their_words_go_and_those_of_others_stay(hanbit: Company) -> None:
    run = cancelled(hanbit, recovery(hanbit, "member"), "garam", "전화로 들은 이야기")
    other = cancelled(hanbit, recovery(hanbit), "site_admin", f"{NAME}이 취소를 부탁")
    erase(hanbit)
    assert where_is("전화로 들은 이야기") == []
    told = history(other.stream)
    assert any("이 취소를 부탁" in str(one.body) for one in told)
    assert Run.objects.get(pk=run.pk).state == "cancelled"


def test_the_account_is_ended(hanbit: Company) -> None:
    garam = hanbit["garam"]
    client = Client()
    client.force_login(garam)
    assert client.get(f"/t/{hanbit.tenant.slug}/").status_code == 200
    erase(hanbit)
    assert client.get(f"/t/{hanbit.tenant.slug}/").status_code == 302
    garam.refresh_from_db()
    assert not garam.is_active
    assert not garam.has_usable_password()
    assert not Membership.objects.filter(user=garam).exists()
    assert not EmailAddress.objects.filter(user=garam).exists()


def test_decisions_stand_without_their_words(hanbit: Company) -> None:
    run = opened(
        hanbit, "member", "mail_admin_change", add=["choi@hanbit.example"], current_admin="yes",
        reason="휴가",
    )  # fmt: skip
    done = engine.approve(
        run, step="approve", actor_id=hanbit["garam"].pk, now=NINE, note="확인했습니다 가나다"
    )
    assert done.done, done.refusal
    cancelled(hanbit, run, "site_admin", "그만")
    erase(hanbit)
    decision = Decision.objects.get(run=run, kind="approve")
    assert decision.actor_id == hanbit["garam"].pk
    assert decision.reason == ""
    assert where_is("확인했습니다 가나다") == []
    call_command("verify", stdout=io.StringIO())


def test_who_has_open_runs_is_not_erased(hanbit: Company) -> None:
    run = recovery(hanbit)
    with pytest.raises(NotErasable, match=run.reference):
        erase(hanbit)
    assert where_is(EMAIL)


def test_who_is_named_in_an_open_run_is_not_erased(hanbit: Company) -> None:
    run = recovery(hanbit, "member")
    with pytest.raises(NotErasable, match=run.reference):
        erase(hanbit)


def test_the_last_admin_is_not_erased(hanbit: Company) -> None:
    Membership.objects.filter(user=hanbit["site_admin"], role="site_admin").delete()
    with pytest.raises(NotErasable, match="hanbit"):
        erase(hanbit)
    assert User.objects.get(pk=hanbit["garam"].pk).is_active


def test_the_vendors_last_manager_is_not_erased(hanbit: Company) -> None:
    with pytest.raises(NotErasable, match="last active manager"):
        erase(hanbit, "manager")


def test_somebody_of_the_vendor_is_erased_from_every_company(hanbit: Company) -> None:
    daehan = company("daehan", name="대한물산")
    gaon = hanbit["support"]
    User.objects.filter(pk=gaon.pk).update(name="제갈가온")
    gaon.refresh_from_db()
    Assignment.objects.create(user=gaon, tenant=daehan.tenant)
    run = opened(
        daehan, "member", "mail_recovery", mailbox="m@daehan.example",
        deleted_at="2026-11-02T08:00+09:00",
    )  # fmt: skip
    done = engine.cancel_run(run, actor_id=gaon.pk, now=NINE, reason="고객 요청")
    assert done.done, done.refusal
    SupportVisit.objects.create(
        user=gaon, tenant=daehan.tenant, reason="제갈가온 방문", starts_at=NINE, ends_at=LATER
    )
    erase(hanbit, "support")
    assert where_is("제갈가온") == []
    assert where_is("support@hanbit.example") == []
    assert not VendorMembership.objects.filter(user=gaon).exists()
    assert SupportVisit.objects.get().ended_at == LATER
    call_command("verify_audit", stdout=io.StringIO())
    call_command("verify", stdout=io.StringIO())


def test_invitations_and_stand_ins_of_an_erased_person_are_over(hanbit: Company) -> None:
    Invitation.objects.create(
        tenant=hanbit.tenant, email=EMAIL.upper(), name=NAME, digest="x", created_at=NINE,
        expires_at=LATER + timedelta(days=7), invited_by=hanbit["site_admin"],
    )  # fmt: skip
    Substitute.objects.create(
        tenant=hanbit.tenant, absent=hanbit["garam"], stand_in=hanbit["member"], starts_at=NINE,
        ends_at=LATER + timedelta(days=7), reason=f"{NAME} 휴가", appointed_by=hanbit["garam"],
        appointed_at=NINE,
    )  # fmt: skip
    erase(hanbit)
    assert where_is(NAME) == []
    assert where_is(EMAIL) == []
    assert Invitation.objects.get().revoked_at == LATER
    assert Substitute.objects.get().ended_at == LATER


def test_their_address_is_taken_off_the_lists_of_the_company(hanbit: Company) -> None:
    others = ["ops@hanbit.example"]
    Tenant.objects.filter(pk=hanbit.tenant.pk).update(
        reminder_addresses=[*others, EMAIL], known_addresses=[EMAIL, *others]
    )
    erase(hanbit)
    tenant = Tenant.objects.get(pk=hanbit.tenant.pk)
    assert tenant.reminder_addresses == others
    assert tenant.known_addresses == others
    assert where_is(EMAIL) == []


def test_what_came_in_between_search_and_lock_is_erased_as_well(
    hanbit: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = recovery(hanbit, "member", "m@hanbit.example")
    asked = []

    def search_then_act(who: Identity) -> Places:
        found = places_of(who)
        if not asked:
            # The person ends a run just after the search, which knew nothing of it.
            cancelled(hanbit, run, "garam", f"{NAME}이 끝냄")
        asked.append(found)
        return found

    monkeypatch.setattr("procedures.personal.erasing.places_of", search_then_act)
    erase(hanbit)
    assert len(asked) == 3
    assert run.pk not in asked[0].runs
    assert where_is(NAME) == []
    assert where_is(EMAIL) == []
    call_command("verify_audit", stdout=io.StringIO())
    call_command("verify", stdout=io.StringIO())


def test_a_reason_that_names_them_is_refused(hanbit: Company) -> None:
    with pytest.raises(NotErasable, match="reason"):
        erase_person(hanbit["garam"], reason=f"{NAME} 요청", now=LATER)


def snapshot() -> list[object]:
    return [
        list(model._default_manager.order_by("pk").values_list())
        for model in (Body, Event, Run, Value, Decision, User, Membership, EmailAddress)
    ]


class Aborted(Exception):
    """The statement that was chosen is not carried out."""


@dataclass
class Abort:
    """Count the statements that ask or write, and abort at one of them."""

    at: int = 0
    count: int = 0

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        """Carry a statement out, or not."""
        if "SAVEPOINT" not in sql:
            self.count += 1
            if self.count == self.at:
                raise Aborted
        return execute(sql, *rest)


def test_an_abort_at_any_statement_leaves_everything_as_before(hanbit: Company) -> None:
    cancelled(hanbit, recovery(hanbit), "garam", "끝")
    before, abort = snapshot(), Abort()
    with connection.execute_wrapper(abort):
        erase_person(hanbit["garam"], reason="보기", now=LATER, dry_run=True)
    assert abort.count > 40
    for number in range(1, abort.count, 3):
        with connection.execute_wrapper(Abort(number)), pytest.raises(Aborted):
            erase(hanbit)
        assert snapshot() == before
        hanbit["garam"].refresh_from_db()


def test_a_dry_run_changes_nothing(hanbit: Company) -> None:
    cancelled(hanbit, recovery(hanbit), "garam", "끝")
    bodies = list(Body.objects.order_by("pk").values_list("pk", "body"))
    report = erase_person(hanbit["garam"], reason="보기", now=LATER, dry_run=True)
    assert report.events >= 2
    assert list(Body.objects.order_by("pk").values_list("pk", "body")) == bodies
    assert User.objects.get(pk=hanbit["garam"].pk).name == NAME


def test_a_second_erasure_reaches_what_the_first_one_kept(hanbit: Company) -> None:
    run = recovery(hanbit, mailbox="member@hanbit.example")
    cancelled(hanbit, run, "garam", "끝")
    hanbit["member"].name = "독고영재"
    hanbit["member"].save()
    erase(hanbit)
    assert where_is("member@hanbit.example")
    erase(hanbit, "member")
    assert where_is("member@hanbit.example") == []
    call_command("verify_audit", stdout=io.StringIO())
    out = io.StringIO()
    call_command("verify", stdout=out)
    assert "not folded" not in out.getvalue()
    assert all(one.body for one in history(run.stream))


def test_a_name_that_others_have_too_is_left_where_no_address_stands(hanbit: Company) -> None:
    person(hanbit.tenant, "member", name=NAME, email="other@hanbit.example")
    assert identity_of(hanbit["garam"]).name == ""
    cancelled(hanbit, recovery(hanbit, "member", "m@hanbit.example"), "site_admin", f"{NAME} 통화")
    erase(hanbit)
    assert where_is(f"{NAME} 통화")
    assert where_is(EMAIL) == []


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("김하나가 요청", "삭제된 사람 #7가 요청"),
        ("hana@x.example", "erased-7@erased.invalid"),
        ("HANA@X.example.", "erased-7@erased.invalid."),
        ("a.hana@x.example", "a.hana@x.example"),
        ("hana@x.example.kr", "hana@x.example.kr"),
        ("hana, 김하나, 신규", "erased-7, 삭제된 사람 #7, 신규"),
        ("hana", "hana"),
        ("작은김하나무", "작은김하나무"),
    ],
)
def test_what_names_a_person(text: str, scrubbed: str) -> None:
    who = Identity(7, ("hana@x.example",), "김하나")
    assert who.scrub(text) == scrubbed
    assert who.scrub({"a": [text, 1, None]}) == {"a": [scrubbed, 1, None]}


def test_what_a_run_says_is_erased_and_its_course_stays(hanbit: Company) -> None:
    run = cancelled(hanbit, recovery(hanbit), "garam", "비밀번호는 hunter2")
    report = erase_run(Run.objects.get(pk=run.pk), reason="적으면 안 되는 내용", now=LATER)
    assert report.events == Run.objects.get(pk=run.pk).event_number - 1
    assert where_is("hunter2") == []
    assert where_is(EMAIL) == [place for place in where_is(EMAIL) if "helpdesk_" in place
                               or "account_" in place or "audit_body" in place]  # fmt: skip
    call_command("verify_audit", stdout=io.StringIO())
    out = io.StringIO()
    call_command("verify", stdout=out)
    assert "not folded" not in out.getvalue()
    page = hanbit.signed_in("site_admin").get(f"/t/hanbit/runs/{run.reference}/")
    assert page.status_code == 200


def test_one_event_of_a_run_is_erased(hanbit: Company) -> None:
    run = cancelled(hanbit, recovery(hanbit), "garam", "비밀번호는 hunter2")
    last = Event.objects.filter(stream=run.stream).latest("number").number
    erase_run(Run.objects.get(pk=run.pk), reason="내용", now=LATER, numbers=[last])
    assert where_is("hunter2") == []
    assert any(EMAIL in str(one.body) for one in history(run.stream))
    assert Value.objects.get(run=run, field="mailbox").value == EMAIL


def test_an_open_run_is_not_erased(hanbit: Company) -> None:
    with pytest.raises(NotErasable, match="open"):
        erase_run(recovery(hanbit), reason="내용", now=LATER)


def test_the_commands_say_what_was_done_or_why_not(hanbit: Company) -> None:
    run = cancelled(hanbit, recovery(hanbit), "garam", "끝")
    out = io.StringIO()
    with pytest.raises(CommandError, match="nobody"):
        call_command("erase_person", "nobody@hanbit.example", "--reason", "요청")
    call_command("erase_run", "hanbit", run.reference, "--reason", "요청", stdout=out)
    assert "erased" in out.getvalue()
    call_command("erase_person", EMAIL, "--reason", "요청", stdout=out)
    assert "삭제된 사람" in out.getvalue()
    assert Tenant.objects.get(pk=hanbit.tenant.pk).event_number >= 1
