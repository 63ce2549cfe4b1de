"""Walk the vendor's pages: a company is made, configured and served; a visit is seen and ended."""

from playwright.sync_api import Locator, Page, expect

from helpdesk.models import SupportVisit, Tenant, User, VendorMembership
from tests import factories
from tests.browser.guide import Guide, fill, unfold
from tests.browser.pages import NewPage
from tests.browser.test_pages import look

REASON = "문의 2026-113: 메일 복구 확인"


def staff(name: str, role: str) -> User:
    user = User.objects.create_user(f"{role}-far@vendor.example", name=name)
    VendorMembership.objects.create(user=user, role=role)
    return user


def send(page: Page, form: Locator, **values: object) -> None:
    """Unfold a form, fill it in and send it."""
    unfold(form)
    fill(form, values)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def refusals(console_errors: list[str]) -> list[int]:
    """Take the answers that the browser complained about; a test knows which they are."""
    found = [int(line.split("status of ")[1][:3]) for line in console_errors]
    console_errors.clear()
    return found


def test_a_manager_makes_a_company_configures_it_and_assigns_support(
    company: factories.Company, new_page: NewPage, console_errors: list[str]
) -> None:
    boss, support = company["manager"], company["support"]
    page = new_page(boss)
    page.goto("/vendor/tenants/")
    page.get_by_role("link", name="새 고객사").click()
    form = page.locator("form[data-guard]")
    send(
        page, form, name="새봄", slug="saebom", main_domain="saebom.example",
        admin_name="이봄", admin_email="admin@saebom.example",
    )  # fmt: skip
    expect(page.locator("h1")).to_contain_text("새봄")

    configuration = page.locator('form[action="/vendor/tenants/saebom/"]')
    send(page, configuration, expected_mx="10 mx1.saebom.example\nmx2", reason="개통")
    expect(page.locator("#id_expected_mx_error")).to_contain_text("mx2")
    expect(page.locator("#id_reason")).to_have_value("개통")
    send(page, configuration, expected_mx="10 mx1.saebom.example", zone="Asia/Tokyo")
    expect(page.locator("main")).to_contain_text("새 시간대가 자정을 기다립니다")

    send(page, page.locator('form[action$="/assign/"]'), person=str(support.pk))
    expect(page.locator("#serving + ul")).to_contain_text(support.name)
    made = Tenant.objects.get(slug="saebom")
    assert made.expected_mx == ["10 mx1.saebom.example"]
    theirs = new_page(support)
    theirs.goto("/t/saebom/")
    expect(theirs.locator("h1")).to_be_visible()
    assert refusals(console_errors) == [422]


def test_a_visit_is_opened_with_a_reason_seen_by_the_company_and_ended_by_it(
    company: factories.Company, new_page: NewPage, console_errors: list[str]
) -> None:
    far = new_page(staff("먼지원", "support"))
    assert far.goto("/t/hanbit/").status == 404  # type: ignore[union-attr]
    far.goto("/")
    far.wait_for_url("**/vendor/tickets/")
    far.get_by_role("link", name="고객사 목록").first.click()
    far.wait_for_url("**/vendor/tenants/")
    form = far.locator('form[action="/vendor/visit/"]')
    send(far, form, company="hanbit", reason="그냥")
    expect(far.locator("#id_reason_error")).to_be_visible()
    send(far, form, reason=REASON)
    far.wait_for_url("**/t/hanbit/")
    expect(far.locator(".visit-line")).to_contain_text(REASON)

    admin = new_page(company["site_admin"])
    admin.goto("/t/hanbit/")
    admin.locator(".nav").get_by_role("link", name="운영사 방문 기록").click()
    expect(admin.locator("main")).to_contain_text(REASON)
    with admin.expect_navigation():
        admin.get_by_role("button", name="먼지원 님의 방문 끝내기").click()
    assert SupportVisit.objects.get().ended_by == company["site_admin"]
    assert far.goto("/t/hanbit/").status == 404  # type: ignore[union-attr]
    assert refusals(console_errors) == [404, 422, 404]


def test_the_vendors_pages_can_be_used_by_everybody_on_every_screen(guide: Guide) -> None:
    for path in (
        "/vendor/tenants/",
        "/vendor/new-tenant/",
        "/vendor/tenants/hanbit/",
        "/vendor/staff/",
        f"/vendor/staff/{guide.user('support').pk}/",
    ):
        look(guide, "manager", path)


def test_the_visit_can_be_read_by_everybody_on_every_screen_in_english_too(guide: Guide) -> None:
    guide.company.people["far"] = staff("Gaon Yoon", "support")
    User.objects.filter(pk__in=[guide.user("far").pk, guide.user("site_admin").pk]).update(
        language="en"
    )
    page = guide.page("far")
    page.goto("/vendor/tenants/")
    send(page, page.locator('form[action="/vendor/visit/"]'), company="hanbit", reason=REASON)
    look(guide, "far", "/t/hanbit/", language="en")
    look(guide, "far", "/vendor/tenants/", language="en")
    look(guide, "site_admin", "/t/hanbit/support-access/", language="en")


def test_the_walk_works_without_scripts(company: factories.Company, new_page: NewPage) -> None:
    far = new_page(staff("먼지원", "support"), width=390, java_script_enabled=False)
    far.goto("/vendor/tenants/")
    form = far.locator('form[action="/vendor/visit/"]')
    unfold(form)
    fill(form, {"company": "hanbit", "reason": REASON})
    form.locator("button[type=submit]").click()
    far.wait_for_url("**/t/hanbit/")
    far.get_by_role("button", name="방문 끝내기").click()
    far.wait_for_url("**/vendor/tickets/")
