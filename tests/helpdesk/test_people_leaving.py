"""Whoever is deactivated is out at once, by every door; whoever comes back gets what is given."""

import pytest
from allauth.account.forms import default_token_generator
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from helpdesk import signin
from helpdesk.models import Invitation, Leaver, Membership, User
from helpdesk.people import invitations, leaving, roles, substitutes
from procedures import engine
from procedures.models import Run
from tests.engine.cast import make_cast, outcome
from tests.factories import Company, at, company, person
from tests.helpdesk.people import NOON, told
from tests.helpdesk.test_people_roles import refused
from tests.web.opening import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def hanbit() -> Company:
    return company()


def leave(firm: Company, who: User) -> None:
    leaving.deactivate(firm.tenant, who, actor=firm["site_admin"], reason="퇴사", now=NOON)


def come_back(firm: Company, who: User, *given: str) -> Invitation | None:
    return leaving.reactivate(
        firm.tenant, who, given=given, actor=firm["site_admin"], reason="복귀", now=NOON
    )


def test_leaving_takes_all_roles_with_one_event(hanbit: Company) -> None:
    member = person(hanbit.tenant, "member", "tenant_manager", email="two@hanbit.example")
    leave(hanbit, member)
    kind, body = told(hanbit.tenant)[-1]
    assert kind == "person.deactivated"
    assert (body["user"], body["roles"], body["reason"], body["account"]) == (
        member.pk, ["member", "tenant_manager"], "퇴사", "ended",
    )  # fmt: skip
    assert not member.memberships.exists()
    assert Leaver.objects.get().user == member
    member.refresh_from_db()
    assert not member.is_active
    assert refused(lambda: leave(hanbit, member)) == "not_a_member"


def test_every_door_is_shut(hanbit: Company, settings: Settings) -> None:
    settings.DEMO = True
    member = hanbit["member"]
    member.set_password("gana-dara-maba-2026")
    member.persona = "member"
    member.save()
    session = hanbit.signed_in("member")
    assert session.get("/t/hanbit/").status_code == 200
    link = signin.create_link(member, now=NOON)
    token = default_token_generator.make_token(member)
    leave(hanbit, member)
    member.refresh_from_db()
    assert session.get("/t/hanbit/").status_code == 302
    assert session.get("/")["Location"].startswith("/account/login/")
    assert signin.use_link(link.split("/")[2], now=NOON) is None
    assert not default_token_generator.check_token(member, token)
    form = {"login": member.email, "password": "gana-dara-maba-2026"}
    client = Client()
    client.post("/account/login/", form)
    assert "_auth_user_id" not in client.session
    # Even if the account is opened again, what was kept stays dead.
    User.objects.filter(pk=member.pk).update(is_active=True)
    member.refresh_from_db()
    assert session.get("/t/hanbit/").status_code == 302
    assert signin.use_link(link.split("/")[2], now=NOON) is None
    assert not default_token_generator.check_token(member, token)


def test_whoever_is_somewhere_else_too_keeps_the_account_and_loses_the_sessions(
    hanbit: Company,
) -> None:
    other = company("saebom", name="새봄")
    member = hanbit["member"]
    Membership.objects.create(tenant=other.tenant, user=member, role="member")
    session = hanbit.signed_in("member")
    leave(hanbit, member)
    member.refresh_from_db()
    assert member.is_active
    assert session.get("/t/saebom/").status_code == 302
    again = hanbit.signed_in("member")
    assert again.get("/t/saebom/").status_code == 200
    assert again.get("/t/hanbit/").status_code == 404


def test_somebody_of_the_vendor_keeps_the_account(hanbit: Company) -> None:
    support = hanbit["support"]
    Membership.objects.create(tenant=hanbit.tenant, user=support, role="member")
    leave(hanbit, support)
    support.refresh_from_db()
    assert support.is_active


def test_stand_ins_and_invitations_end_with_it(hanbit: Company) -> None:
    member, boss = hanbit["member"], hanbit["tenant_manager"]
    days = {"first": at("2026-11-24T00:00").date(), "last": at("2026-11-25T00:00").date()}
    for absent, stand_in in ((boss, member), (hanbit["mail_admin"], boss)):
        substitutes.appoint(
            hanbit.tenant, absent, stand_in, reason="휴가", actor=hanbit["site_admin"], now=NOON,
            **days,
        )  # fmt: skip
    link = invitations.send_link(hanbit.tenant, boss, actor=hanbit["site_admin"], now=NOON)
    leave(hanbit, boss)
    kinds = [kind for kind, _body in told(hanbit.tenant)][-4:]
    assert kinds == [
        "substitute.ended", "substitute.ended", "invitation.revoked", "person.deactivated",
    ]  # fmt: skip
    link.refresh_from_db()
    assert link.revoked_at == NOON


def test_coming_back_gives_roles_and_mails_a_link(
    hanbit: Company, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    member = hanbit["member"]
    assert refused(lambda: come_back(hanbit, member, "member")) == "not_a_leaver"
    leave(hanbit, member)
    with django_capture_on_commit_callbacks(execute=True):
        sent = come_back(hanbit, member, "member", "tenant_manager")
    assert sent is not None
    assert mail.outbox[0].to == [member.email]
    member.refresh_from_db()
    assert member.is_active
    assert roles.roles_held(hanbit.tenant, member) == {"member", "tenant_manager"}
    assert not Leaver.objects.exists()
    kind, body = told(hanbit.tenant)[-2]
    assert (kind, body["roles"]) == ("person.reactivated", ["member", "tenant_manager"])


def test_an_account_the_vendor_ended_is_not_opened_by_a_company(hanbit: Company) -> None:
    member = hanbit["member"]
    leave(hanbit, member)
    member.refresh_from_db()
    member.set_password("gana-dara-maba-2026")
    member.save()
    assert refused(lambda: come_back(hanbit, member, "member")) == "elsewhere_deactivated"
    member.refresh_from_db()
    assert not member.is_active
    assert not member.memberships.exists()


def test_whoever_left_can_finish_nothing(hanbit: Company) -> None:
    run = opened(hanbit, NOON)
    member = hanbit["member"]
    leave(hanbit, member)
    why = outcome(lambda: engine.cancel_run(run, actor_id=member.pk, now=NOON, reason="늦게"))
    assert why in {"not_your_role", "inactive"}
    assert Run.objects.get(pk=run.pk).state == "open"


def test_whom_a_run_has_removed_in_the_product_is_no_mail_admin_left(db: None) -> None:
    cast = make_cast()
    run = cast.open(
        "member", "mail_admin_change",
        add=[], remove=["Mail2@old.example"], current_admin="yes", reason="부서 이동",
    )  # fmt: skip
    assert cast.approve("site", run, "approve").done
    cast.done("mail", run, "perform")
    assert Membership.objects.filter(role="mail_admin").count() == 2

    def deactivate() -> None:
        leaving.deactivate(
            cast.tenant, cast.people["mail"], actor=cast.people["site"], reason="x", now=cast.now
        )

    assert refused(deactivate) == "last_mail_admin"
    assert cast.ask(engine.cancel_run, "member", run, reason="취소").done
    deactivate()
