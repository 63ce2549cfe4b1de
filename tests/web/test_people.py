"""The pages about people: who may open and send what, what they say; the door of the invited."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from helpdesk.models import Invitation, Leaver, Membership, Substitute, User
from helpdesk.people import invitations
from tests.factories import Company, at, company, person
from tests.web.opening import opened
from tests.web.pages import forms_of, send

pytestmark = pytest.mark.django_db
NOON = at("2026-11-23T12:00")
PEOPLE = "/t/hanbit/people/"
# Session, person, tenant, roles, companies, people, their roles, invitations; two to spare.
LIST_QUERIES = 10
PASSWORD = "gana-dara-maba-2026"
ADMINS, LOOKERS = {"site_admin"}, {"site_admin", "tenant_manager"}


@pytest.fixture
def hanbit() -> Company:
    return company()


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def page_of(user: User) -> str:
    return f"{PEOPLE}{user.pk}/"


def invited(firm: Company, email: str = "new@hanbit.example", **values: object) -> None:
    """Invite somebody; the mail leaves where callbacks after the commit are run."""
    given = {"name": "새 사람", "language": "ko", "roles": ["member"], **values}
    invitations.invite(firm.tenant, email=email, actor=firm["site_admin"], now=NOON, **given)  # type: ignore[arg-type]


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"/account/invitations/\S+", str(message.body))
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("path", "who"),
    [
        (PEOPLE, LOOKERS),
        (f"{PEOPLE}invite/", ADMINS),
        ("member", {"site_admin", "tenant_manager", "member"}),
    ],
)
def test_who_may_open_a_page(hanbit: Company, path: str, who: set[str]) -> None:
    path = page_of(hanbit[path]) if path in hanbit.people else path
    answers = {role: hanbit.signed_in(role).get(path).status_code for role in hanbit.people}
    assert {role for role, code in answers.items() if code == 200} == who
    assert {code for code in answers.values() if code != 200} == {403}


@pytest.mark.parametrize(
    "command",
    ["roles/give/", "roles/take/", "deactivate/", "reactivate/", "send-link/", "stand-ins/"],
)
def test_only_a_site_admin_changes_a_person(hanbit: Company, command: str) -> None:
    path = page_of(hanbit["member"]) + command
    answers = {role: hanbit.signed_in(role).post(path).status_code for role in hanbit.people}
    assert {role for role, code in answers.items() if code != 403} == ADMINS
    assert Membership.objects.filter(user=hanbit["member"]).count() == 1


def test_a_manager_sees_no_button_that_changes_somebody(hanbit: Company) -> None:
    page = hanbit.signed_in("tenant_manager").get(page_of(hanbit["member"]))
    assert not [action for action in forms_of(page) if action.startswith(PEOPLE)]


def test_a_stranger_cannot_tell_a_company_from_none(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    client = other.signed_in("site_admin")
    for path in ("", "invite/", f"{hanbit['member'].pk}/"):
        there, nowhere = client.get(PEOPLE + path), client.get(f"/t/nobody/people/{path}")
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content


def test_another_company_s_people_are_like_nobody(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    mine = hanbit.signed_in("site_admin")
    theirs = invitations.invite(
        other.tenant, email="x@x.example", name="X", language="ko", roles=["member"],
        actor=other["site_admin"], now=NOON,
    )  # fmt: skip
    for path in (f"{other['member'].pk}/", "999999/"):
        assert mine.get(PEOPLE + path).status_code == 404
        assert mine.post(f"{PEOPLE}{path}deactivate/", {"reason": "x"}).status_code == 404
    for key in (theirs.pk, 999_999):
        assert mine.post(f"{PEOPLE}invitations/{key}/revoke/").status_code == 404
        assert mine.post(f"{PEOPLE}invitations/{key}/send-again/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None
    assert Membership.objects.filter(user=other["member"]).exists()


def test_the_list_names_people_with_their_roles(hanbit: Company) -> None:
    html = hanbit.signed_in("site_admin").get(PEOPLE).text
    for role in ("site_admin", "mail_admin", "member", "tenant_manager"):
        assert hanbit[role].email in html
    assert hanbit["support"].email not in html
    assert "고객사 매니저" in html
    found = hanbit.signed_in("site_admin").get(PEOPLE, {"q": "mail-admin"}).text
    assert hanbit["mail_admin"].email in found
    assert hanbit["tenant_manager"].email not in found
    assert "찾는 사람이 없습니다" in hanbit.signed_in("site_admin").get(PEOPLE, {"q": "zzz"}).text


def test_the_list_costs_the_same_for_three_and_for_a_hundred(
    hanbit: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = hanbit.signed_in("site_admin")
    client.get(PEOPLE)
    with CaptureQueriesContext(connection) as few:
        client.get(PEOPLE)
    assert len(few) <= LIST_QUERIES
    for number in range(100):
        person(hanbit.tenant, "member", name=f"사람 {number:03}", email=f"p{number}@x.example")
    with django_assert_num_queries(len(few)):
        first = client.get(PEOPLE)
    assert len(first.context["rows"]) == 50
    assert "page=2" in first.text
    pages = [client.get(PEOPLE, {"page": n}).context["rows"] for n in (1, 2, 3)]
    assert len({row[1] for rows in pages for row in rows}) == 104
    for odd in ("0", "-1", "x", "9" * 30, "²"):
        assert client.get(PEOPLE, {"page": odd}).status_code == 200


def test_somebody_is_invited_joins_and_is_signed_in(
    hanbit: Company, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    admin, guest = hanbit.signed_in("site_admin"), Client()
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(
            admin, f"{PEOPLE}invite/", "invite/",
            email="New@Hanbit.example", name="새 사람", language="en", roles=["member"],
        )  # fmt: skip
    assert (answer.status_code, answer["Location"]) == (303, PEOPLE)
    assert "new@hanbit.example" in admin.get(PEOPLE).text
    path = link_in(mail.outbox[0])
    assert mail.outbox[0].to == ["new@hanbit.example"]
    page = guest.get(path)
    assert "You are invited to 한빛상사" in page.text
    assert guest.get(path).status_code == 200
    joined = send(guest, path, path, name="새 사람", password1=PASSWORD, password2=PASSWORD)
    assert (joined.status_code, joined["Location"]) == (302, "/t/hanbit/")
    assert guest.get("/t/hanbit/").status_code == 200
    user = User.objects.get(email="new@hanbit.example")
    assert user.check_password(PASSWORD)
    assert (user.language, user.name) == ("en", "새 사람")
    assert set(user.memberships.values_list("role", flat=True)) == {"member"}
    assert Invitation.objects.get().user == user
    assert "초대했지만" not in admin.get(PEOPLE).text


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": "a@b.example\r\nBcc: x@y.example"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "새\u202e사람"}, "name"),
        ({"name": "가" * 121}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["mail_admin"]}, "roles"),
        ({"roles": ["support"]}, "roles"),
        ({"language": "fr"}, "language"),
        ({"email": "member@hanbit.example"}, "email"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_at_its_field(
    hanbit: Company, typed: dict[str, object], wrong: str
) -> None:
    given = {
        "email": "new@x.example", "name": "새 사람", "language": "ko", "roles": ["member"], **typed,
    }  # fmt: skip
    answer = hanbit.signed_in("site_admin").post(f"{PEOPLE}invite/", given)
    assert answer.status_code in {409, 422}
    assert list(answer.context["form"].errors) == [wrong]
    assert not Invitation.objects.exists()


def test_an_address_is_invited_once_until_the_link_is_over(
    hanbit: Company, noon: time_machine.Traveller
) -> None:
    admin = hanbit.signed_in("site_admin")
    given = {"email": "new@x.example", "name": "새", "language": "ko", "roles": ["member"]}
    assert admin.post(f"{PEOPLE}invite/", given).status_code == 303
    again = admin.post(f"{PEOPLE}invite/", given | {"email": "NEW@x.example"})
    assert again.status_code == 409
    assert "이미 초대한 주소입니다" in again.text


def test_all_links_that_are_over_get_one_answer(
    hanbit: Company,
    noon: time_machine.Traveller,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    admin = hanbit.signed_in("site_admin")
    paths = {}
    for name in ("used", "revoked", "renewed", "expired"):
        with django_capture_on_commit_callbacks(execute=True):
            invited(hanbit, f"{name}@x.example")
        paths[name] = link_in(mail.outbox[-1])
    typed = {"name": "새", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post(paths["used"], typed).status_code == 302
    keys = dict(Invitation.objects.values_list("email", "pk"))
    admin.post(f"{PEOPLE}invitations/{keys['revoked@x.example']}/revoke/")
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"{PEOPLE}invitations/{keys['renewed@x.example']}/send-again/")
    fresh = link_in(mail.outbox[-1])
    paths["random"] = "/account/invitations/abc/"
    dead = {name: path for name, path in paths.items() if name != "expired"}
    assert Client().get(fresh).status_code == Client().get(paths["expired"]).status_code == 200
    noon.move_to(NOON + timedelta(days=7) - timedelta(microseconds=1))
    assert Client().get(paths["expired"]).status_code == 200
    noon.move_to(NOON + timedelta(days=7))
    dead["expired"] = paths["expired"]
    for method in ("get", "post"):
        answers = [getattr(Client(), method)(path, typed) for path in dead.values()]
        assert {answer.status_code for answer in answers} == {404}
        assert len({without_token(answer.text) for answer in answers}) == 1
    assert User.objects.filter(email__endswith="@x.example").count() == 1


def without_token(html: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"|/account/invitations/[^"&]*', "", html)


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        ("short-1-2-3", "short-1-2-3", "password1"),
        ("password1234", "password1234", "password1"),
        (PASSWORD, "another-" + PASSWORD, "password2"),
        ("new@hanbit.example", "new@hanbit.example", "password1"),
        ("", "", "password1"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_lives_on(
    hanbit: Company,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    first: str,
    second: str,
    wrong: str,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invited(hanbit)
    path = link_in(mail.outbox[0])
    answer = Client().post(path, {"name": "이름", "password1": first, "password2": second})
    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    assert 'value="이름"' in answer.text
    assert Client().get(path).status_code == 200
    assert not User.objects.filter(email="new@hanbit.example").exists()


def test_whoever_has_an_account_signs_in_and_accepts(
    hanbit: Company, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    other = company("saebom", name="새봄")
    guest = other["member"]
    guest.set_password(PASSWORD)
    guest.save()
    with django_capture_on_commit_callbacks(execute=True):
        invited(hanbit, guest.email, roles=["tenant_manager"])
    path = link_in(mail.outbox[0])
    page = Client().get(path)
    assert f"/account/login/?next={path}" in page.text
    # Whoever holds the link alone can neither change the password nor get in.
    typed = {"name": "침입자", "password1": "other-" + PASSWORD, "password2": "other-" + PASSWORD}
    assert Client().post(path, typed)["Location"] == f"/account/login/?next={path}"
    stranger = hanbit.signed_in("member")
    assert "다른 주소로 보낸" in stranger.get(path).text
    assert stranger.post(path, typed).status_code == 403
    guest.refresh_from_db()
    assert guest.check_password(PASSWORD)
    assert not guest.memberships.filter(tenant=hanbit.tenant).exists()
    client = other.signed_in("member")
    assert client.get("/t/hanbit/").status_code == 404
    assert send(client, path, path)["Location"] == "/t/hanbit/"
    assert client.get("/t/hanbit/").status_code == 200
    assert client.post(path).status_code == 404


def test_roles_are_given_and_taken_with_a_reason(hanbit: Company) -> None:
    admin, member = hanbit.signed_in("site_admin"), hanbit["member"]
    page = page_of(member)
    answer = send(admin, page, "roles/give/", role="tenant_manager", reason="승인을 맡습니다.")
    assert answer.status_code == 303
    html = admin.get(page).text
    assert "역할 부여: 고객사 매니저" in html
    assert "승인을 맡습니다." in html
    assert send(admin, page, "roles/take/", role="member", reason="끝").status_code == 303
    assert set(member.memberships.values_list("role", flat=True)) == {"tenant_manager"}
    last = send(admin, page, "roles/take/", role="tenant_manager", reason="끝")
    assert last.status_code == 409
    assert "하나뿐인 역할입니다" in last.text
    assert admin.post(f"{page}roles/give/", {"role": "member"}).status_code == 422
    assert admin.post(f"{page}roles/give/", {"role": "root", "reason": "x"}).status_code == 422


def test_a_mail_admin_is_changed_by_the_procedure(hanbit: Company) -> None:
    admin = hanbit.signed_in("site_admin")
    page = page_of(hanbit["member"])
    assert "/t/hanbit/procedures/mail_admin_change/" in admin.get(page).text
    given = {"role": "mail_admin", "reason": "직접"}
    assert admin.post(f"{page}roles/give/", given).status_code == 422
    assert admin.post(f"{page_of(hanbit['mail_admin'])}roles/take/", given).status_code == 422
    assert Membership.objects.filter(role="mail_admin").count() == 1


def test_the_last_admins_stay(hanbit: Company) -> None:
    admin = hanbit.signed_in("site_admin")
    Membership.objects.create(tenant=hanbit.tenant, user=hanbit["site_admin"], role="member")
    own = page_of(hanbit["site_admin"])
    taken = send(admin, own, "roles/take/", role="site_admin", reason="그만")
    assert (taken.status_code, "마지막 활성 사이트 관리자" in taken.text) == (409, True)
    assert "그만" in taken.text
    left = send(admin, own, "deactivate/", reason="그만")
    assert (left.status_code, "마지막 활성 사이트 관리자" in left.text) == (409, True)
    mails = send(admin, page_of(hanbit["mail_admin"]), "deactivate/", reason="퇴사")
    assert (mails.status_code, "마지막 활성 이메일 관리자" in mails.text) == (409, True)
    assert not Leaver.objects.exists()


def test_whoever_is_deactivated_is_out_at_the_next_request(hanbit: Company) -> None:
    admin, member = hanbit.signed_in("site_admin"), hanbit["member"]
    run = opened(hanbit, NOON)
    theirs = hanbit.signed_in("member")
    assert theirs.get("/t/hanbit/").status_code == 200
    page = admin.get(page_of(member))
    assert run.reference in page.text
    assert "진행 중 실행: 1건" in page.text
    assert send(admin, page_of(member), "deactivate/", reason="퇴사").status_code == 303
    assert theirs.get("/t/hanbit/")["Location"].startswith("/account/login/")
    html = admin.get(page_of(member)).text
    assert "비활성화됨" in html
    assert run.reference in html
    assert member.email in admin.get(PEOPLE).text
    note = admin.get(f"/t/hanbit/runs/{run.reference}/").text
    assert "요청한 사람이 떠났습니다" in note
    back = send(admin, page_of(member), "reactivate/", reason="복귀", roles=["member"])
    assert back.status_code == 303
    member.refresh_from_db()
    assert member.is_active
    assert "떠났습니다" not in admin.get(f"/t/hanbit/runs/{run.reference}/").text


def test_a_stand_in_sees_what_the_absent_sees_for_these_days(
    hanbit: Company, noon: time_machine.Traveller
) -> None:
    boss, member = hanbit.signed_in("tenant_manager"), hanbit.signed_in("member")
    page = page_of(hanbit["tenant_manager"])
    assert member.get(PEOPLE).status_code == 403
    answer = send(
        boss, page, "stand-ins/",
        stand_in=str(hanbit["member"].pk), first="2026-11-24", last="2026-11-25", reason="휴가",
    )  # fmt: skip
    assert answer.status_code == 303
    assert "이소라" in boss.get(page).text
    seen = {}
    for moment in ("2026-11-23T23:59", "2026-11-24T00:00", "2026-11-25T23:59", "2026-11-26T00:00"):
        noon.move_to(at(moment))
        seen[moment[8:]] = hanbit.signed_in("member").get(PEOPLE).status_code
    assert list(seen.values()) == [403, 200, 200, 403]
    noon.move_to(at("2026-11-24T09:00"))
    assert send(hanbit.signed_in("tenant_manager"), page, "/end/").status_code == 303
    assert hanbit.signed_in("member").get(PEOPLE).status_code == 403
    one = Substitute.objects.get()
    path = f"{page}stand-ins/{one.pk}/end/"
    assert hanbit.signed_in("mail_admin").post(path).status_code == 403


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"last": "2026-11-22", "first": "2026-11-22"}, "last"),
        ({"last": "2026-11-24"}, "last"),
        ({"last": "2027-12-01"}, "last"),
        ({"stand_in": "999999"}, "stand_in"),
        ({"first": "never"}, "first"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_with_a_stand_in_is_said_at_its_field(
    hanbit: Company, typed: dict[str, str], wrong: str
) -> None:
    given = {
        "stand_in": str(hanbit["member"].pk), "first": "2026-11-25", "last": "2026-11-26",
        "reason": "휴가", **typed,
    }  # fmt: skip
    path = f"{page_of(hanbit['tenant_manager'])}stand-ins/"
    answer = hanbit.signed_in("site_admin").post(path, given)
    assert answer.status_code == 422
    assert list(answer.context["appoint"]["form"].errors) == [wrong]
    assert not Substitute.objects.exists()


def test_a_foreign_person_cannot_stand_in(hanbit: Company) -> None:
    other = company("saebom", name="새봄")
    given = {
        "stand_in": str(other["member"].pk), "first": "2026-11-25", "last": "2026-11-26",
        "reason": "휴가",
    }  # fmt: skip
    path = f"{page_of(hanbit['tenant_manager'])}stand-ins/"
    assert hanbit.signed_in("site_admin").post(path, given).status_code == 422
    assert not Substitute.objects.exists()


def test_the_navigation_leads_there_for_whoever_may_go(hanbit: Company) -> None:
    shown = {
        role
        for role in hanbit.people
        if f'href="{PEOPLE}"' in hanbit.signed_in(role).get("/t/hanbit/").text
    }
    assert shown == LOOKERS


def test_names_are_printed_as_they_were_typed(hanbit: Company) -> None:
    nasty = person(hanbit.tenant, "member", name="<b>x</b>{{7*7}}", email="nasty@x.example")
    admin = hanbit.signed_in("site_admin")
    for path in (PEOPLE, page_of(nasty)):
        html = admin.get(path).text
        assert "<b>x</b>" not in html
        assert "&lt;b&gt;x&lt;/b&gt;{{7*7}}" in html
