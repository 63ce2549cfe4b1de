"""An invitation is used once, by whom it is for, and gives what it said."""

import json
from datetime import timedelta
from email import policy

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from helpdesk.models import Invitation, User, VendorMembership
from helpdesk.people import invitations, joining, leaving
from helpdesk.people.joining import LinkIsOver, NeedsSignIn, Newcomer
from helpdesk.people.mail import message
from tests.factories import Company, company
from tests.helpdesk.people import NOON, kinds, told
from tests.helpdesk.test_people_roles import refused

pytestmark = pytest.mark.django_db
NEW = Newcomer("새 사람", "gana-dara-maba-2026")
TOKEN = "t" * 43


@pytest.fixture
def hanbit() -> Company:
    return company()


@pytest.fixture(autouse=True)
def known_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda _bytes: TOKEN)


def invite(firm: Company, email: str = "new@x.example", *roles: str) -> Invitation:
    return invitations.invite(
        firm.tenant,
        email=email,
        name="새 사람",
        language="ko",
        roles=roles or ["member"],
        actor=firm["site_admin"],
        now=NOON,
    )


def test_an_invitation_is_used_once(hanbit: Company) -> None:
    invite(hanbit, "new@x.example", "site_admin", "mail_admin")
    user, tenant = joining.accept(TOKEN, by=NEW, now=NOON)
    assert (user.email, tenant) == ("new@x.example", hanbit.tenant)
    with pytest.raises(LinkIsOver):
        joining.accept(TOKEN, by=NEW, now=NOON)
    events = told(hanbit.tenant)
    assert [kind for kind, _body in events] == [
        "person.invited", "person.joined", "membership.given", "membership.given",
    ]  # fmt: skip
    assert events[1][1]["user"] == user.pk
    assert events[1][1]["roles"] == ["site_admin", "mail_admin"]


@pytest.mark.parametrize(
    ("age", "works"),
    [
        (timedelta(days=7, microseconds=-1), True),
        (timedelta(days=7), False),  # it expires at that instant
        (timedelta(days=7, microseconds=1), False),
    ],
)
def test_a_link_lives_for_seven_days(hanbit: Company, age: timedelta, works: bool) -> None:
    invite(hanbit)
    assert (invitations.find(TOKEN, NOON + age) is not None) is works


def test_the_token_is_stored_nowhere(
    hanbit: Company, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite(hanbit)
    assert TOKEN in mail.outbox[0].body
    assert TOKEN not in json.dumps(told(hanbit.tenant))
    assert TOKEN not in str(list(Invitation.objects.values()))


def test_a_mail_that_fails_undoes_nothing(
    hanbit: Company,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(*args: object, **kw: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    with django_capture_on_commit_callbacks(execute=True):
        sent = invite(hanbit)
    assert sent.mailed is False  # type: ignore[attr-defined]
    assert Invitation.objects.get().is_open(NOON)
    assert TOKEN not in caplog.text


def test_a_mail_s_headers_are_ours_alone(hanbit: Company) -> None:
    sent = invite(hanbit)
    hanbit.tenant.name = "한빛\r\nBcc: all@x.example\u202e"
    sent.tenant, sent.name = hanbit.tenant, "새\r\n\r\n사람"
    letter = message(sent, TOKEN).message(policy=policy.default)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "한빛 Bcc: all@x.example에 초대되었습니다"
    sent.language = "en"
    assert message(sent, TOKEN).subject.startswith("You are invited to")


def test_sending_again_lets_the_old_link_die(
    hanbit: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = invite(hanbit)
    monkeypatch.setattr("secrets.token_urlsafe", lambda _bytes: "second")
    later = NOON + timedelta(days=30)
    invitations.send_again(sent, actor=hanbit["site_admin"], now=later)
    assert invitations.find(TOKEN, later) is None
    assert invitations.find("second", later) == sent
    invitations.revoke(sent, actor=hanbit["site_admin"], now=later)
    assert invitations.find("second", later) is None
    for command in (invitations.revoke, invitations.send_again):
        admin = hanbit["site_admin"]
        assert refused(lambda: command(sent, actor=admin, now=later)) == "invitation_over"  # noqa: B023
    assert kinds(hanbit.tenant) == ["person.invited", "person.invited", "invitation.revoked"]


def test_nobody_s_account_is_taken_over(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    victim = other["member"]
    victim.set_password("something-else-2026")
    victim.save()
    invite(hanbit, victim.email)
    for by in (NEW, hanbit["member"]):
        with pytest.raises(NeedsSignIn):
            joining.accept(TOKEN, by=by, now=NOON)
    victim.refresh_from_db()
    assert victim.check_password("something-else-2026")
    assert invitations.find(TOKEN, NOON) is not None
    joining.accept(TOKEN, by=victim, now=NOON)
    assert victim.memberships.filter(tenant=hanbit.tenant).exists()


def test_an_account_that_was_ended_by_the_vendor_is_not_opened(hanbit: Company) -> None:
    User.objects.create_user("old@x.example", "something-else-2026", is_active=False)
    invite(hanbit, "old@x.example")
    with pytest.raises(LinkIsOver):
        joining.accept(TOKEN, by=NEW, now=NOON)
    assert not User.objects.get(email="old@x.example").is_active


def test_whoever_left_may_be_invited_back(hanbit: Company) -> None:
    member = hanbit["member"]
    leaving.deactivate(hanbit.tenant, member, actor=hanbit["site_admin"], reason="퇴사", now=NOON)
    invite(hanbit, member.email, "tenant_manager")
    user, _tenant = joining.accept(TOKEN, by=NEW, now=NOON)
    assert user == member
    assert user.is_active
    assert user.check_password(NEW.password)
    assert not hanbit.tenant.leavers.exists()
    assert set(user.memberships.values_list("role", flat=True)) == {"tenant_manager"}


def test_the_vendor_invites_its_staff(hanbit: Company) -> None:
    invitations.invite(
        None, email="staff@vendor.example", name="새 직원", language="ko", roles=["support"],
        actor=hanbit["manager"], now=NOON,
    )  # fmt: skip
    user, tenant = joining.accept(TOKEN, by=NEW, now=NOON)
    assert tenant is None
    assert VendorMembership.objects.get(user=user).role == "support"
    assert not user.memberships.exists()
    assert kinds(hanbit.tenant) == []
