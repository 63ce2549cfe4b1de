"""The vendor's pages: who may open which, what they change, and what a company sees of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from helpdesk.models import (
    Assignment,
    Invitation,
    SupportVisit,
    Tenant,
    User,
    VendorMembership,
)
from helpdesk.vendor import visits
from procedures import engine
from tests.factories import Company, company, tenant
from tests.web.pages import forms_of, send

pytestmark = pytest.mark.django_db
REASON = "문의 2026-113: 메일 복구 확인"
PERSONAS = ("site_admin", "mail_admin", "member", "tenant_manager", "support", "manager")


@pytest.fixture
def firm() -> Company:
    return company()


@pytest.fixture
def far(firm: Company) -> Client:
    """Return the browser of somebody of support who serves nobody."""
    return signed_in(staff("far", "support"))


def staff(name: str, *roles: str) -> User:
    user = User.objects.create_user(f"{name}@vendor.example", name=name)
    for role in roles:
        VendorMembership.objects.create(user=user, role=role)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("path", "method", "opened_by"),
    [
        ("/vendor/tenants/", "get", {"support", "manager"}),
        ("/vendor/new-tenant/", "get", {"manager"}),
        ("/vendor/tenants/hanbit/", "get", {"support", "manager"}),
        ("/vendor/tenants/hanbit/assign/", "post", {"manager"}),
        ("/vendor/tenants/hanbit/visit/", "post", {"support", "manager"}),
        ("/vendor/visit/", "post", {"support", "manager"}),
        ("/vendor/staff/", "get", {"manager"}),
        ("/vendor/staff/invite/", "post", {"manager"}),
        ("/vendor/staff/{support}/", "get", {"manager"}),
        ("/vendor/staff/{support}/deactivate/", "post", {"manager"}),
        ("/t/hanbit/support-access/", "get", {"site_admin", "tenant_manager"}),
    ],
)
def test_each_page_opens_for_exactly_those(
    firm: Company, path: str, method: str, opened_by: set[str]
) -> None:
    url = path.format(support=firm["support"].pk)
    answers = {who: getattr(firm.signed_in(who), method)(url).status_code for who in PERSONAS}
    opened = {who for who, status in answers.items() if status in {200, 422}}
    assert opened == opened_by, answers
    # Whoever is not the vendor's cannot tell its pages from none; a role is told that it lacks.
    strangers = {"site_admin", "mail_admin", "member", "tenant_manager"}
    hidden = {who for who, status in answers.items() if status == 404}
    assert hidden == (strangers if path.startswith("/vendor/") else set()), answers


def test_configuring_is_for_managers_and_support_reads(firm: Company) -> None:
    page = firm.signed_in("support").get("/vendor/tenants/hanbit/")
    assert "/vendor/tenants/hanbit/" not in forms_of(page)
    assert "hanbit.example" in page.content.decode()
    form = forms_of(firm.signed_in("manager").get("/vendor/tenants/hanbit/"))
    typed = {**form["/vendor/tenants/hanbit/"].values, "name": ["딴 이름"], "reason": ["몰래"]}
    assert firm.signed_in("support").post("/vendor/tenants/hanbit/", typed).status_code == 404
    assert Tenant.objects.get(slug="hanbit").name == "한빛상사"


@pytest.mark.parametrize(
    "path",
    [
        "/vendor/tenants/{}/",
        "/vendor/tenants/{}/visit/",
        "/t/{}/",
        "/t/{}/runs/",
        "/t/{}/support-access/",
        "/t/{}/support-access/1/end/",
    ],
)
def test_support_cannot_tell_a_company_of_others_from_none(
    firm: Company, far: Client, path: str
) -> None:
    ask: Callable[[str], Any] = far.post if path.endswith(("visit/", "end/")) else far.get
    there, nowhere = ask(path.format("hanbit")), ask(path.format("nobody"))
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content


def test_support_lists_its_own_companies_and_a_manager_all(firm: Company, far: Client) -> None:
    tenant("saebom", name="새봄")
    listed = {
        who: {
            name
            for name in ("한빛상사", "새봄")
            if f">{name}</a>" in browser.get("/vendor/tenants/").content.decode()
        }
        for who, browser in [
            ("support", firm.signed_in("support")),
            ("manager", firm.signed_in("manager")),
            ("far", far),
        ]
    }
    # "far" serves nobody, and the menu of a manager lists only what they serve themselves.
    assert listed == {"support": {"한빛상사"}, "manager": {"한빛상사", "새봄"}, "far": set()}


def test_the_list_is_searched_and_paged_with_the_same_queries_however_long(firm: Company) -> None:
    browser = firm.signed_in("manager")

    def queries(url: str) -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        return len(asked)

    few = queries("/vendor/tenants/")
    made = [Tenant(slug=f"firm-{n:03}", name=f"회사 {n:03}") for n in range(120)]
    Tenant.objects.bulk_create(made)
    assert queries("/vendor/tenants/") == few == QUERIES_OF_LIST
    page = browser.get("/vendor/tenants/?page=2").content.decode()
    assert page.count("firm-") >= 50
    assert "page=3" in page
    assert "page=1" in page
    found = browser.get("/vendor/tenants/?q=firm-007").content.decode()
    assert "회사 007" in found
    assert "회사 008" not in found
    for odd in ("?page=x", "?page=-1", "?page=999999", "?page=１", "?q=%00", "?page=99999999"):
        assert browser.get(f"/vendor/tenants/{odd}").status_code == 200


# Session, person, roles at the vendor, rows, which are one's own; for the frame: companies, roles.
QUERIES_OF_LIST = 8


def test_a_manager_configures_and_the_company_reads_it(firm: Company) -> None:
    boss = firm.signed_in("manager")
    answer = send(
        boss, "/vendor/tenants/hanbit/", "/tenants/hanbit/",
        name="한빛", zone="Asia/Tokyo", reminder_addresses="desk@partner.example",
        reason="계약 갱신",
    )  # fmt: skip
    assert answer.status_code == 303
    stored = Tenant.objects.get(slug="hanbit")
    assert (stored.name, stored.zone, stored.zone_next) == ("한빛", "Asia/Seoul", "Asia/Tokyo")
    assert stored.reminder_addresses == ["desk@partner.example"]
    for page in (
        boss.get("/vendor/tenants/hanbit/"),
        firm.signed_in("site_admin").get("/t/hanbit/support-access/"),
    ):
        assert "계약 갱신" in page.content.decode()
        assert "desk@partner.example" in page.content.decode()


def test_what_is_wrong_comes_back_with_all_that_was_typed(firm: Company) -> None:
    page = send(
        firm.signed_in("manager"), "/vendor/tenants/hanbit/", "/tenants/hanbit/",
        name="새 이름", multi_domains="shop.example\nnone", reason="",
    )  # fmt: skip
    assert page.status_code == 422
    form = forms_of(page)["/vendor/tenants/hanbit/"].values
    assert form["name"] == ["새 이름"]
    assert form["multi_domains"] == ["shop.example\nnone"]
    assert "“none”" in page.content.decode()


def test_a_page_that_is_too_old_shows_what_changed_and_keeps_what_was_typed(firm: Company) -> None:
    boss = firm.signed_in("manager")
    old = forms_of(boss.get("/vendor/tenants/hanbit/"))["/vendor/tenants/hanbit/"].values
    theirs = {"main_domain": "moved.example", "services": ["email"], "self_declaration": True}
    Tenant.objects.filter(slug="hanbit").update(**theirs, outlook_guide_url="https://a.example/")
    mine = {
        "external_user_price": ["1인 월 3,300원"],
        "outlook_guide_url": ["https://b.example/"],
        "reason": ["가격"],
    }
    page = boss.post("/vendor/tenants/hanbit/", {**old, **mine})
    assert page.status_code == 409
    assert "hanbit.example → moved.example" in page.content.decode()
    assert Tenant.objects.get(slug="hanbit").external_user_price == ""
    # What was typed is kept, also where both changed it; what was left alone follows the change.
    kept = forms_of(page)["/vendor/tenants/hanbit/"].values
    assert {name: kept[name] for name in mine} == mine
    assert "self_declaration" in kept
    ticked = {"self_declaration": ["on"]}
    assert boss.post("/vendor/tenants/hanbit/", {**kept, **ticked}).status_code == 303
    stored = Tenant.objects.get(slug="hanbit")
    assert {name: getattr(stored, name) for name in theirs} == theirs
    assert stored.external_user_price == "1인 월 3,300원"
    assert stored.outlook_guide_url == "https://b.example/"


def test_a_manager_creates_a_company_and_its_admin_is_invited(
    firm: Company, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(
            firm.signed_in("manager"), "/vendor/new-tenant/", "/new-tenant/",
            name="새봄", slug="saebom", main_domain="새봄.example", country="JP", zone="Asia/Tokyo",
            admin_name="이봄", admin_email="Admin@Saebom.example",
        )  # fmt: skip
    assert (answer.status_code, answer["Location"]) == (303, "/vendor/tenants/saebom/")
    made = Tenant.objects.get(slug="saebom")
    assert (made.name, made.zone, made.country) == ("새봄", "Asia/Tokyo", "JP")
    assert made.main_domain.startswith("xn--")
    invitation = Invitation.objects.get(tenant=made)
    assert invitation.email == "admin@saebom.example"
    assert set(invitation.roles) == {"site_admin", "mail_admin"}
    assert [one.to for one in mail.outbox] == [["admin@saebom.example"]]
    kinds = Event.objects.filter(stream=made.stream).order_by("number")
    assert list(kinds.values_list("kind", flat=True)) == ["tenant.created", "person.invited"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("slug", "hanbit"),
        ("slug", "Saebom"),
        ("slug", "새봄"),
        ("slug", "a" * 41),
        ("slug", ""),
        ("main_domain", "hanbit.example"),
        ("main_domain", "none"),
        ("zone", "Mars/Olympus"),
        ("country", "XX"),
        ("admin_email", "nobody"),
        ("admin_name", ""),
        ("name", ""),
    ],
)
def test_a_company_is_not_created_of_wrong_words(firm: Company, field: str, typed: str) -> None:
    right = {"name": "새봄", "slug": "saebom", "admin_name": "이봄", "admin_email": "a@b.example"}
    browser = firm.signed_in("manager")
    page = send(browser, "/vendor/new-tenant/", "/new-tenant/", **{**right, field: typed})
    assert page.status_code == 422
    assert f'id="id_{field}_error"' in page.content.decode()
    assert Tenant.objects.count() == 1


def test_a_visit_needs_a_company_named_exactly_and_a_reason_that_says_something(
    firm: Company, far: Client
) -> None:
    for typed, field in [
        ({"company": "한빛상사", "reason": REASON}, "company"),
        ({"company": "hanbit", "reason": "그냥 봄"}, "reason"),
        ({"company": "hanbit", "reason": "   아홉 글자      "}, "reason"),
        ({"company": "hanbit", "reason": "이" * 501}, "reason"),
    ]:
        page = send(far, "/vendor/tenants/", "/vendor/visit/", **typed)
        assert page.status_code == 422
        assert f'id="id_{field}_error"' in page.content.decode()
        assert typed["company"] in page.content.decode()
    assert not SupportVisit.objects.exists()
    answer = send(
        far, "/vendor/tenants/", "/vendor/visit/", company="hanbit.example", reason=REASON
    )
    assert (answer.status_code, answer["Location"]) == (303, "/t/hanbit/")


def test_a_visitor_sees_the_line_of_the_visit_and_may_end_it(firm: Company, far: Client) -> None:
    send(far, "/vendor/tenants/", "/vendor/visit/", company="hanbit", reason=REASON)
    visit = SupportVisit.objects.get()
    for path in ("", "runs/", "procedures/"):
        page = far.get(f"/t/hanbit/{path}").content.decode()
        assert "방문 중" in page
        assert REASON in page
    assert "방문 중" not in firm.signed_in("support").get("/t/hanbit/").content.decode()
    answer = send(far, "/t/hanbit/", f"/support-access/{visit.pk}/end/")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert far.get("/t/hanbit/").status_code == 404


def test_a_visitor_sees_runs_and_their_line(firm: Company, far: Client) -> None:
    now = timezone.now()
    result = engine.open_run(
        firm.tenant,
        procedure="mail_recovery",
        actor_id=firm["member"].pk,
        now=now,
        values={
            "mailbox": "member@hanbit.example",
            "deleted_at": (now - timedelta(hours=1)).isoformat(),
        },
    )
    assert result.run is not None
    url = f"/t/hanbit/runs/{result.run.reference}/"
    assert far.get(url).status_code == 404
    send(far, "/vendor/tenants/", "/vendor/visit/", company="hanbit", reason=REASON)
    page = far.get(url)
    assert page.status_code == 200
    assert "방문 중" in page.content.decode()


def test_the_site_admin_sees_and_ends_a_visit_others_cannot(firm: Company, far: Client) -> None:
    send(far, "/vendor/tenants/", "/vendor/visit/", company="hanbit", reason=REASON)
    visit = SupportVisit.objects.get()
    url = f"/t/hanbit/support-access/{visit.pk}/end/"
    statuses = {
        who: firm.signed_in(who).post(url).status_code
        for who in ("mail_admin", "member", "tenant_manager", "support", "manager")
    }
    assert set(statuses.values()) == {403}, statuses
    assert far.get("/t/hanbit/").status_code == 200
    admin = firm.signed_in("site_admin")
    page = admin.get("/t/hanbit/support-access/").content.decode()
    assert visit.user.name in page
    assert REASON in page
    assert send(admin, "/t/hanbit/support-access/", url).status_code == 303
    assert far.get("/t/hanbit/").status_code == 404
    assert admin.post(url).status_code == 303
    assert Event.objects.filter(kind="support.visit_ended").count() == 1


def test_the_visit_of_another_company_is_not_ended_from_here(firm: Company) -> None:
    elsewhere = tenant("saebom", name="새봄")
    visit = visits.open_visit(elsewhere, user=firm["support"], reason=REASON, now=timezone.now())
    admin = firm.signed_in("site_admin")
    assert admin.post(f"/t/hanbit/support-access/{visit.pk}/end/").status_code == 404
    assert SupportVisit.objects.get().ended_at is None


def test_the_pages_of_visits_ask_as_much_for_many_as_for_one(firm: Company) -> None:
    browser, now = firm.signed_in("site_admin"), timezone.now()

    def queries() -> int:
        browser.get("/t/hanbit/support-access/")
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/t/hanbit/support-access/").status_code == 200
        return len(asked)

    visits.open_visit(firm.tenant, user=staff("a", "support"), reason=REASON, now=now)
    one = queries()
    for number in range(60):
        visits.open_visit(firm.tenant, user=staff(f"b{number}", "support"), reason=REASON, now=now)
    assert queries() == one
    assert "before=" in browser.get("/t/hanbit/support-access/").content.decode()


def test_staff_is_invited_invited_again_and_the_invitation_revoked(
    firm: Company, django_capture_on_commit_callbacks: Any
) -> None:
    boss = firm.signed_in("manager")
    typed = {"email": "New@Vendor.example", "name": "새 사람", "roles": ["support"]}
    with django_capture_on_commit_callbacks(execute=True):
        assert send(boss, "/vendor/staff/", "/staff/invite/", **typed).status_code == 303
    made = Invitation.objects.get()
    assert (made.tenant, made.email, made.roles) == (None, "new@vendor.example", ["support"])
    assert len(mail.outbox) == 1
    assert send(boss, "/vendor/staff/", "/staff/invite/", **typed).status_code == 409
    for command in ("again", "revoke"):
        answer = send(boss, "/vendor/staff/", f"/invitations/{made.pk}/{command}/")
        assert answer.status_code == 303
    assert boss.post(f"/vendor/staff/invitations/{made.pk}/again/").status_code == 409
    assert Invitation.objects.get().revoked_at is not None


def test_an_invitation_of_a_company_is_not_the_vendors_to_revoke(firm: Company) -> None:
    from helpdesk.people import invitations

    made = invitations.invite(
        firm.tenant, email="a@b.example", name="가", language="ko", roles=["member"],
        actor=firm["site_admin"], now=timezone.now(),
    )  # fmt: skip
    url = f"/vendor/staff/invitations/{made.pk}/revoke/"
    assert firm.signed_in("manager").post(url).status_code == 404


def test_a_person_is_given_a_role_assigned_and_ended_on_their_page(firm: Company) -> None:
    boss, who = firm.signed_in("manager"), staff("new", "support")
    tenant("saebom", name="새봄")
    url = f"/vendor/staff/{who.pk}/"
    assert send(boss, url, "/give/", role="manager", reason="승진").status_code == 303
    assert send(boss, url, "/assign/", company="saebom.example").status_code == 303
    assert send(boss, url, "/assign/", company="saebom.example").status_code == 409
    assert send(boss, url, "/assign/", company="nobody").status_code == 422
    assert send(boss, url, f"/saebom/assigned/{who.pk}/end/").status_code == 303
    assert send(boss, url, "/take/", role="support", reason="정리").status_code == 303
    assert send(boss, url, "/deactivate/", reason="퇴사").status_code == 303
    assert "비활성화된 계정" in boss.get(url).content.decode()
    assert send(boss, url, "/reactivate/", reason="복직").status_code == 303
    who.refresh_from_db()
    assert who.is_active
    assert not Assignment.objects.filter(user=who).exists()
    told = boss.get(url).content.decode()
    for reason in ("승진", "정리", "퇴사", "복직"):
        assert reason in told


def test_the_last_manager_is_told_why_not(firm: Company) -> None:
    boss = firm.signed_in("manager")
    url = f"/vendor/staff/{firm['manager'].pk}/"
    page = send(boss, url, "/deactivate/", reason="퇴사")
    assert page.status_code == 409
    assert "마지막 매니저" in page.content.decode()
    assert "퇴사" in page.content.decode()


@pytest.mark.parametrize("command", ["promote", "delete", "give/x"])
def test_a_command_that_is_none_is_not_found(firm: Company, command: str) -> None:
    url = f"/vendor/staff/{firm['support'].pk}/{command}/"
    assert firm.signed_in("manager").post(url).status_code == 404


def test_people_of_companies_are_no_staff_to_change(firm: Company) -> None:
    boss, who = firm.signed_in("manager"), firm["site_admin"]
    for path in ("", "deactivate/", "give/"):
        ask = boss.post if path else boss.get
        there = ask(f"/vendor/staff/{who.pk}/{path}", {"reason": "잘못", "role": "support"})
        nowhere = ask(f"/vendor/staff/99999999999/{path}", {"reason": "잘못"})
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content
    page = boss.post("/vendor/tenants/hanbit/assign/", {"person": who.pk})
    assert page.status_code == 422
    assert boss.post(f"/vendor/tenants/hanbit/assigned/{who.pk}/end/").status_code == 404
    assert VendorMembership.objects.filter(user=who).count() == 0


def test_somebody_of_the_vendor_without_a_company_begins_at_the_tickets(far: Client) -> None:
    answer = far.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/vendor/tickets/")


def test_the_frame_shows_the_vendors_section_to_its_people_alone(firm: Company) -> None:
    shown = {
        who: "/vendor/tenants/" in firm.signed_in(who).get("/t/hanbit/").content.decode()
        for who in PERSONAS
    }
    assert {who for who, yes in shown.items() if yes} == {"support", "manager"}
    staff_link = {
        who: 'href="/vendor/staff/"' in firm.signed_in(who).get("/t/hanbit/").content.decode()
        for who in ("support", "manager")
    }
    assert staff_link == {"support": False, "manager": True}


def test_texts_of_people_are_shown_as_text(firm: Company, far: Client) -> None:
    evil = '<img src=x onerror="alert(1)">{{7*7}}'
    send(far, "/vendor/tenants/", "/vendor/visit/", company="hanbit", reason=evil)
    send(
        firm.signed_in("manager"), "/vendor/tenants/hanbit/", "/tenants/hanbit/",
        name=evil, external_user_price=evil, reason=evil,
    )  # fmt: skip
    for page in (
        far.get("/t/hanbit/"),
        firm.signed_in("manager").get("/vendor/tenants/hanbit/"),
        firm.signed_in("manager").get("/vendor/tenants/"),
        firm.signed_in("site_admin").get("/t/hanbit/support-access/"),
    ):
        assert page.status_code == 200
        assert "<img src=x" not in page.content.decode()
        assert "&lt;img src=x" in page.content.decode()
        assert "{{7*7}}" in page.content.decode()


def test_a_visit_by_a_manager_who_is_not_assigned_opens_from_the_company(firm: Company) -> None:
    boss = staff("boss", "manager")
    browser = signed_in(boss)
    assert browser.get("/t/hanbit/").status_code == 404
    answer = send(browser, "/vendor/tenants/hanbit/", "/hanbit/visit/", reason=REASON)
    assert (answer.status_code, answer["Location"]) == (303, "/t/hanbit/")
    assert browser.get("/t/hanbit/").status_code == 200


def test_who_is_invited_to_the_vendor_joins_and_begins_at_the_tickets(
    firm: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda _bytes: "token-of-the-test")
    typed = {"email": "new@vendor.example", "name": "새 사람", "roles": ["support"]}
    send(firm.signed_in("manager"), "/vendor/staff/", "/staff/invite/", **typed)
    guest, url = Client(), "/account/invitations/token-of-the-test/"
    password = "gana-dara-maba-2026"
    answer = send(guest, url, url, password1=password, password2=password)
    assert answer.status_code in {302, 303}
    page = guest.get("/", follow=True)
    assert page.request["PATH_INFO"] == "/vendor/tickets/"  # type: ignore[attr-defined]
    made = User.objects.get(email="new@vendor.example")
    assert [one.role for one in made.vendor_roles.all()] == ["support"]
    told = firm.signed_in("manager").get(f"/vendor/staff/{made.pk}/").content.decode()
    assert "초대를 받아들였습니다" in told


def test_the_list_of_staff_asks_as_much_for_many_as_for_one(firm: Company) -> None:
    browser = firm.signed_in("manager")

    def queries() -> int:
        browser.get("/vendor/staff/")
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/vendor/staff/").status_code == 200
        return len(asked)

    few = queries()
    for number in range(60):
        one = staff(f"one{number}", "support", "manager")
        Assignment.objects.create(user=one, tenant=firm.tenant)
    assert queries() == few
    assert "page=2" in browser.get("/vendor/staff/").content.decode()


def test_the_page_of_a_company_asks_as_much_for_many_servants_as_for_one(firm: Company) -> None:
    browser = firm.signed_in("manager")

    def queries() -> int:
        browser.get("/vendor/tenants/hanbit/")
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/vendor/tenants/hanbit/").status_code == 200
        return len(asked)

    few = queries()
    for number in range(20):
        one = staff(f"one{number}", "support")
        Assignment.objects.create(user=one, tenant=firm.tenant)
    assert queries() == few
