"""Walk support's queue: a ticket opened in few moves, taken, given, answered; every page fits."""

import pytest
from playwright.sync_api import Page, expect

from procedures.models import Run
from tests import factories
from tests.browser.pages import NewPage, overflow, violations
from tickets.queue import assigning
from tickets.queue.models import Ticket

# What opening a ticket takes: presses of a link, a button or a choice, and fields typed in.
PRESSES, TYPED = 4, 2


class Hand:
    """Somebody at the keyboard, whose moves are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = self.typed = 0

    def press(self, role: str, name: str) -> None:
        """Press a link or a button, or choose an answer."""
        self.presses += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def choose(self, name: str, value: str) -> None:
        """Choose from a list."""
        self.presses += 1
        self.page.locator(f"[name={name}]").select_option(value)

    def type(self, name: str, text: str) -> None:
        """Type into a field."""
        self.typed += 1
        self.page.locator(f"[name={name}]").fill(text)


def open_ticket(page: Page) -> Hand:
    """Open a change of domain from the front door on."""
    hand = Hand(page)
    page.goto("/")
    expect(page).to_have_url("/vendor/tickets/")
    hand.press("link", "티켓 열기")
    hand.choose("requester", "site-admin@hanbit.example")
    hand.type("new_main", "hanbit-new.example")
    hand.type("rollback_plan", "MX를 되돌립니다")
    hand.press("radio", "아니요")
    with page.expect_navigation():
        hand.press("button", "시작하기")
    return hand


def test_support_opens_a_ticket_in_a_few_moves_and_holds_it(
    company: factories.Company, new_page: NewPage
) -> None:
    support = company["support"]
    page = new_page(support)
    hand = open_ticket(page)
    run = Run.objects.get(procedure="domain_change")
    expect(page).to_have_url(f"/t/hanbit/runs/{run.reference}/")
    assert (hand.presses, hand.typed) <= (PRESSES, TYPED)
    assert Ticket.objects.get(run=run).assignee == support

    page.goto("/vendor/tickets/")
    page.get_by_role("link", name="내 티켓").click()
    expect(page.locator(".ticket__title")).to_contain_text("hanbit-new.example")
    page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()
    page.keyboard.type("없는 말")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("조건에 맞는 티켓이 없습니다")


def test_a_ticket_is_given_to_a_colleague_and_answered_with_a_template(
    company: factories.Company, new_page: NewPage, console_errors: list[str]
) -> None:
    support, colleague = company["support"], company["second_support"]
    page = new_page(support)
    open_ticket(page)
    run = Run.objects.select_related("tenant").get(procedure="domain_change")
    page.goto("/vendor/tickets/")
    page.get_by_role("link", name="지정").click()
    page.locator("[name=person]").select_option(str(colleague.pk))
    with page.expect_navigation():
        page.get_by_role("button", name="맡기기").click()
    expect(page.locator(".ticket__holder")).to_contain_text(colleague.name)

    theirs = new_page(colleague)
    theirs.goto("/t/hanbit/notices/")
    expect(theirs.locator("main")).to_contain_text("티켓을 맡았습니다")
    theirs.goto("/vendor/tickets/?assignee=me")
    theirs.locator('.ticket a[href$="/answers/"]').click()
    expect(theirs.locator("main")).to_contain_text("hanbit-new.example")
    theirs.get_by_role("link", name="댓글에 넣기").first.click()
    expect(theirs.locator("#comment-text")).to_have_value(
        f"정민호 님, 안녕하세요.\n한빛상사의 도메인 변경 요청을 2026-11-02(월) 09:00에 받았습니다. "
        f"접수 번호는 {run.reference}입니다.\n\n- 현재 메인 도메인: hanbit.example\n"
        "- 새 메인 도메인: hanbit-new.example\n\n작업은 영업일 기준 7일 전에 요청해야 하므로 "
        "2026-11-11(수)부터 가능합니다. 새 도메인의 DNS 설정을 확인한 뒤 일정을 제안드리겠습니다."
    )

    # Somebody who looked away takes it, and is told who has it.
    page.goto("/vendor/tickets/")
    late = run
    assigning.release(late, actor=colleague, seen=colleague.pk, now=run.opened_at)
    page.reload()
    assigning.take(late, actor=colleague, seen=None, now=run.opened_at)
    page.get_by_role("button", name="맡기").click()
    expect(page.locator("[role=alert]").first).to_contain_text(colleague.name)
    console_errors.clear()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_queue_is_accessible_and_fits_a_phone(
    company: factories.Company, new_page: NewPage, language: str, scheme: str
) -> None:
    manager, support = company["manager"], company["support"]
    for user in (manager, support):
        user.language = language
        user.save()
    opener = company["second_support"]
    open_ticket(new_page(opener))
    run = Run.objects.get(procedure="domain_change")
    one = f"/vendor/tickets/of/hanbit/{run.reference}/"
    pages = {
        support: ["/vendor/tickets/", "/vendor/tickets/?due=today", one, f"{one}answers/",
                  "/vendor/tenants/hanbit/open/", "/vendor/tickets/answers/"],
        manager: ["/vendor/tickets/answers/", "/vendor/tickets/answers/new/",
                  "/vendor/tickets/answers/1/"],
    }  # fmt: skip
    for user, paths in pages.items():
        for width in (1280, 390):
            page = new_page(user, width=width, color_scheme=scheme)
            for path in paths:
                page.goto(path)
                assert page.locator("html").get_attribute("lang") == language
                assert violations(page) == [], path
                assert overflow(page) <= 0, path
