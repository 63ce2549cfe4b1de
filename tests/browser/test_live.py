"""An open page hears of what others do, keeps what is typed, and needs no mouse."""

from playwright.sync_api import expect

from tests.browser.guide import Guide
from tests.browser.test_pages import recovery

SOON = 5_000


def test_another_persons_step_appears_within_five_seconds(guide: Guide) -> None:
    recovery(guide)
    page = guide.open_run("member")
    expect(page.locator("#step-recover")).to_contain_text("기다리는 사람")
    guide.done("mail_admin", "recover", month="202610")
    expect(page.locator("#step-user_confirms form").first).to_be_visible(timeout=SOON)
    expect(page.locator("#run-live")).to_contain_text("메일 복구 실행")


def test_a_form_being_typed_in_is_not_replaced(guide: Guide) -> None:
    recovery(guide)
    page = guide.open_run("mail_admin")
    page.locator("[name=month]").press_sequentially("2026")
    guide.done("second_mail_admin", "recover", month="202610")
    expect(page.locator("[data-news]")).to_be_visible(timeout=SOON)
    expect(page.locator("[name=month]")).to_have_value("2026")
    page.locator("[data-news] a").click()
    expect(page.locator("#step-user_confirms")).to_be_visible()


def test_what_was_typed_too_late_is_kept_and_shown_with_what_changed(
    guide: Guide, console_errors: list[str]
) -> None:
    guide.opened("member", "mailing_list", **MAILING)
    form = guide.form("mail_admin", "check_address")
    guide.done("second_mail_admin", "check_address", local_part="other", domain="hanbit.example")
    form.locator("[name=local_part]").fill("typed")
    page = guide.page("mail_admin")
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    expect(page.locator(".notice--stop")).to_contain_text("오세연")
    assert guide.run.steps.get(key="check_address").actor == guide.user("second_mail_admin")
    assert all("status of 409" in error for error in console_errors)
    console_errors.clear()


def test_pressing_twice_records_once(guide: Guide) -> None:
    recovery(guide)
    form = guide.form("mail_admin", "recover")
    form.locator("[name=month]").fill("202610")
    page = guide.page("mail_admin")
    with page.expect_navigation():
        form.locator("button[type=submit]").dblclick()
    expect(page.locator("h1")).to_be_visible()
    assert guide.run.steps.filter(key="recover", state="completed").count() == 1
    assert guide.run.state == "open"


def test_a_step_is_completed_by_keyboard_alone(guide: Guide) -> None:
    recovery(guide)
    page = guide.open_run("mail_admin")
    month = page.locator("[name=month]")
    for _press in range(60):
        page.keyboard.press("Tab")
        if month.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.type("202610")
    button = page.locator('form[action$="/recover/complete/"] button[type=submit]')
    for _press in range(5):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert guide.run.steps.get(key="recover").state == "completed"


MAILING = {
    "kind_of_members": "individuals",
    "list_name": "프로젝트 가",
    "local_part": "project-a",
    "domain": "hanbit.example",
    "members": ["member@hanbit.example"],
}
