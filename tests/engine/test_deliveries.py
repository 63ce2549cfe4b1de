"""Whom an event concerns is told once in the app and at least once by mail."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from helpdesk.models import Assignment, Membership, User, VendorMembership
from helpdesk.people import substitutes
from procedures import deliveries, engine, leases, messages
from procedures.audience import people_of
from procedures.models import Delivery, Notice, Participant, Run, Value
from tests import factories

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
NOW = factories.at("2026-11-23T09:00")
LATER = NOW + timedelta(minutes=1)
TEXT = {"ko": "복구 기한이 끝나 갑니다.", "en": "The time for recovery is ending."}
PARAMS: dict[str, Any] = {
    "steps": [{"ko": "메일 복구 실행", "en": "Recover the mail"}],
    "text": TEXT,
    "reason": "주소를 확인하세요",
}


@pytest.fixture
def company() -> factories.Company:
    return factories.company()


@pytest.fixture
def run(company: factories.Company) -> Run:
    """Open a run of the member about the own mailbox, its outbox told already."""
    result = engine.open_run(
        company.tenant,
        procedure="mail_recovery",
        actor_id=company["member"].pk,
        now=NOW,
        values={"mailbox": "member@hanbit.example", "deleted_at": NOW.isoformat()},
    )
    assert result.run is not None
    Delivery.objects.update(state="sent")
    return result.run


def put(run: Run, audience: str, template: str = "run_opened", **kw: Any) -> Delivery:
    """Put a message into the outbox."""
    params = kw.pop("params", PARAMS)
    number = kw.pop("number", 90)
    return Delivery.objects.create(
        run=run,
        number=number,
        channel="fanout",
        audience=audience,
        template=template,
        params=params,
        next_at=NOW,
        **kw,
    )


def drain() -> None:
    while deliveries.sweep(LATER):
        pass


def told() -> list[User]:
    return [notice.recipient for notice in Notice.objects.order_by("recipient_id")]


def test_opening_tells_the_mail_admin_and_not_whoever_opened(company: factories.Company) -> None:
    engine.open_run(
        company.tenant,
        procedure="mail_recovery",
        actor_id=company["mail_admin"].pk,
        now=NOW,
        values={"mailbox": "member@hanbit.example", "deleted_at": NOW.isoformat()},
    )
    second = factories.person(company.tenant, "mail_admin", email="second@hanbit.example")
    drain()
    assert {notice.recipient for notice in Notice.objects.all()} == {second}
    assert {tuple(message.to) for message in mail.outbox} == {("second@hanbit.example",)}


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        ("site_admin", {"site_admin"}),
        ("mail_admin,tenant_manager", {"mail_admin", "tenant_manager"}),
        ("support", {"support"}),
        ("support,manager", {"support", "manager"}),
        ("requester", {"member"}),
        ("owner", {"member"}),
        ("nobody_knows_this", set()),
    ],
)
def test_an_audience_is_the_people_of_this_tenant(
    company: factories.Company, run: Run, audience: str, who: set[str]
) -> None:
    factories.company("other")
    found = people_of(run, audience.split(","), NOW).values()
    assert set().union(*found) == {company[role].pk for role in who}


def test_a_stand_in_is_told_what_the_absent_is_told(company: factories.Company, run: Run) -> None:
    boss, member = company["tenant_manager"], company["member"]
    days = {"first": NOW.date(), "last": NOW.date()}
    substitutes.appoint(
        company.tenant, boss, member, reason="휴가", actor=company["site_admin"], now=NOW, **days
    )
    told = {moment: people_of(run, ["tenant_manager"], moment)["tenant_manager"] for moment in (
        NOW, NOW + timedelta(hours=15) - timedelta.resolution, NOW + timedelta(hours=15),
    )}  # fmt: skip
    assert list(told.values()) == [{boss.pk, member.pk}, {boss.pk, member.pk}, {boss.pk}]


def test_one_person_may_be_meant(company: factories.Company, run: Run) -> None:
    person = company["manager"].pk
    stranger = factories.company("other")["member"].pk
    assert people_of(run, [f"user:{person}"], NOW) == {f"user:{person}": {person}}
    assert people_of(run, [f"user:{stranger}"], NOW) == {f"user:{stranger}": set()}


def test_participants_are_requesters_too(company: factories.Company, run: Run) -> None:
    Participant.objects.create(run=run, user=company["site_admin"], at=NOW)
    expected = {company["member"].pk, company["site_admin"].pk}
    assert people_of(run, ["requester"], NOW)["requester"] == expected


def test_the_owner_is_whose_mailbox_it_is_now(company: factories.Company, run: Run) -> None:
    Value.objects.create(run=run, field="mailbox", value="SITE-ADMIN@hanbit.example", at=LATER)
    assert people_of(run, ["owner"], NOW) == {"owner": {company["site_admin"].pk}}


def test_who_left_or_is_inactive_is_told_nothing(company: factories.Company, run: Run) -> None:
    Membership.objects.filter(user=company["member"]).delete()
    User.objects.filter(pk=company["mail_admin"].pk).update(is_active=False)
    Assignment.objects.filter(user=company["support"]).delete()
    VendorMembership.objects.filter(user=company["manager"]).delete()
    put(run, "requester,owner,mail_admin,support,manager")
    drain()
    assert told() == []
    assert mail.outbox == []


def test_nobody_is_told_of_what_they_did_themselves(company: factories.Company, run: Run) -> None:
    put(run, "site_admin,mail_admin", params={**PARAMS, "actor": company["site_admin"].pk})
    drain()
    assert told() == [company["mail_admin"]]


def test_two_roles_of_one_person_make_one_message(company: factories.Company, run: Run) -> None:
    Membership.objects.create(user=company["member"], tenant=company.tenant, role="mail_admin")
    put(run, "mail_admin,requester,owner")
    drain()
    assert sorted(told(), key=str) == sorted([company["member"], company["mail_admin"]], key=str)
    assert len(mail.outbox) == 2


def test_telling_again_writes_no_second_notice(company: factories.Company, run: Run) -> None:
    put(run, "site_admin")
    drain()
    Delivery.objects.filter(channel="fanout", number=90).update(state="pending", attempts=0)
    drain()
    assert Notice.objects.count() == 1
    assert Delivery.objects.filter(channel="mail").count() == 1
    assert len(mail.outbox) == 1


def test_a_mail_lost_between_sending_and_noting_goes_out_again_with_the_same_id(
    company: factories.Company, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(run, "site_admin")
    send, crashed = EmailMessage.send, []

    def crash(message: EmailMessage, **kw: Any) -> int:
        send(message, **kw)
        crashed.append(message)
        raise KeyboardInterrupt

    deliveries.sweep(LATER)
    monkeypatch.setattr(EmailMessage, "send", crash)
    with pytest.raises(KeyboardInterrupt):
        deliveries.sweep(LATER)
    monkeypatch.setattr(EmailMessage, "send", send)
    drain()
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    row = Delivery.objects.get(channel="mail")
    assert first.extra_headers["Message-ID"] == f"<{row.message_id}@localhost>"
    assert (row.state, Notice.objects.count(), len(crashed)) == ("sent", 1, 1)


def test_a_failure_leaves_neither_notice_nor_mail_behind(
    company: factories.Company, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = put(run, "site_admin,mail_admin")
    write = deliveries._write
    calls: list[int] = []

    def breaks(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise ValueError("half-way")
        write(*args)

    monkeypatch.setattr(deliveries, "_write", breaks)
    drain()
    assert Notice.objects.count() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("pending", 1, "ValueError: half-way")
    monkeypatch.undo()
    Delivery.objects.update(lease_until=None)
    drain()
    assert Notice.objects.count() == 2


def test_a_mail_server_that_refuses_is_tried_eight_times_and_stops_nobody(
    company: factories.Company, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(run, "site_admin,mail_admin")
    send, refused = EmailMessage.send, company["site_admin"].email

    def fails(message: EmailMessage, **kw: Any) -> int:
        if refused in message.to:
            raise OSError("mailbox refused")
        return send(message, **kw)

    monkeypatch.setattr(EmailMessage, "send", fails)
    for _ in range(leases.ATTEMPTS + 2):
        drain()
        Delivery.objects.update(lease_until=None)
    dead = Delivery.objects.get(state="dead")
    assert (dead.recipient, dead.attempts) == (company["site_admin"], 8)
    assert dead.error == "OSError: mailbox refused"
    assert [message.to for message in mail.outbox] == [[company["mail_admin"].email]]
    assert Notice.objects.count() == 2


def test_who_lost_the_lease_sends_nothing(company: factories.Company, run: Run) -> None:
    row = put(run, "site_admin")
    deliveries.send(row.pk, row.token + 1, LATER)
    assert told() == []


def test_reminders_of_one_run_are_told_together(company: factories.Company, run: Run) -> None:
    other = {"text": {"ko": "두 번째 알림", "en": "The second reminder"}}
    put(run, "mail_admin", "deadline_remind", number=91)
    put(run, "mail_admin,requester", "deadline_remind", number=92, params=other)
    drain()
    notices = {notice.recipient: notice for notice in Notice.objects.all()}
    assert notices[company["mail_admin"]].params["texts"] == [TEXT, other["text"]]
    assert "texts" not in notices[company["member"]].params
    assert {notice.number for notice in notices.values()} == {92}
    (both,) = (m for m in mail.outbox if m.to == [company["mail_admin"].email])
    assert "알림 2건" in str(both.subject)
    assert TEXT["ko"] in both.body
    assert "두 번째 알림" in both.body


def test_every_message_that_is_told_is_written() -> None:
    written = {path.stem for path in (ROOT / "templates/mail").glob("*.txt")} - {"base"}
    source = "".join(path.read_text() for path in (ROOT / "procedures/decide").glob("*.py"))
    assert source.count("Tell(") == 10, "a new message needs its template and a place in this test"
    # What stands above the procedures registers its own; not all of it is sent by mail.
    own = written - messages.templates()
    for name in own - {"deadline_remind", "deadline_alarm", "deadline_expire"}:
        assert f'"{name}"' in source
    assert len(own) == 12


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    "template", sorted(p.stem for p in (ROOT / "templates/mail").glob("*.txt") if p.stem != "base")
)
def test_a_message_says_what_and_where_in_its_language(
    company: factories.Company, run: Run, template: str, language: str
) -> None:
    User.objects.filter(pk=company["site_admin"].pk).update(language=language)
    put(run, "site_admin", template)
    drain()
    (message,) = mail.outbox
    subject, body = str(message.subject), str(message.body)
    assert subject.startswith(f"[{run.reference}] ")
    assert f"/t/hanbit/runs/{run.reference}/" in body
    assert body.count("\n\n\n") == 0
    hangul = re.search("[가-힣]", re.sub("주소를 확인하세요|한빛상사", "", subject + body))
    assert bool(hangul) is (language == "ko")
    assert not re.search(r"[{}]|None|&#|&quot;", subject + body)
    line = deliveries.describe(template, PARAMS, run, language)
    assert subject == f"[{run.reference}] {line}"


def test_what_people_typed_cannot_write_a_header(company: factories.Company, run: Run) -> None:
    evil = "x\r\nBcc: victim@example.com\n\u2028\u202eend"
    Run.objects.filter(pk=run.pk).update(subject=evil)
    put(run, "site_admin", "run_cancelled", params={"reason": evil})
    put(run, "site_admin", "step_ready", params={"steps": [{"ko": evil, "en": evil}]})
    drain()
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        parsed = message.message()
        assert parsed["Bcc"] is None
        assert not re.search(r"[\r\n\u2028\u202e]", str(message.subject))
        assert message.recipients() == [company["site_admin"].email]


def test_a_change_of_domain_says_that_the_service_is_out(company: factories.Company) -> None:
    run = Run(procedure="domain_change", tenant=company.tenant, reference="DC-2026-0001")
    run.version_id = (
        Run._meta.get_field("version").related_model.objects.get(key="domain_change").pk
    )
    from procedures.mail import _render

    _subject, body = _render("step_ready", PARAMS, run, "ko")
    assert "작업 시간 내 서비스 이용 불가" in body


def test_reminders_go_to_the_addresses_a_company_names_and_to_nobody_twice(
    company: factories.Company, run: Run
) -> None:
    company.tenant.reminder_addresses = ["desk@partner.example", company["mail_admin"].email]
    company.tenant.save()
    put(run, "mail_admin", template="deadline_remind", number=91)
    put(run, "mail_admin", template="deadline_remind", number=92)
    put(run, "mail_admin", template="run_completed", number=93)
    drain()
    drain()
    sent = [one for one in mail.outbox if one.to == ["desk@partner.example"]]
    assert len(sent) == 1
    assert TEXT["ko"] in str(sent[0].body)
    assert len([one for one in mail.outbox if one.to == [company["mail_admin"].email]]) == 2


def test_an_address_that_was_taken_off_the_list_gets_no_mail_any_more(
    company: factories.Company, run: Run
) -> None:
    company.tenant.reminder_addresses = ["desk@partner.example"]
    company.tenant.save()
    put(run, "", template="deadline_remind")
    deliveries.sweep(LATER, limit=1)
    assert Delivery.objects.filter(channel="mail", state="pending").count() == 1
    company.tenant.reminder_addresses = []
    company.tenant.save()
    drain()
    assert mail.outbox == []
    assert Delivery.objects.get(channel="mail").state == "dead"
