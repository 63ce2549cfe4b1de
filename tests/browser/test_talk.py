"""Talking about a run in a browser: said, told, kept, seen, sent and fetched."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings

from helpdesk.models import User
from procedures.models import Notice
from tests.browser.guide import Guide
from tests.browser.pages import overflow, violations
from tests.browser.test_pages import recovery
from tests.tickets.conversation.hostile import FILES
from tests.tickets.conversation.talking import PDF, say
from tickets.conversation.models import Attachment, Comment, Draft

SOON = 6_000
# Screenshots for people to look at, when somebody wants them.
SHOTS = os.environ.get("HELPDESK_SHOTS", "")


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.locator("#talk").scroll_into_view_if_needed()
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator('#talk button[value="send"]').click()


def test_support_and_company_talk(guide: Guide) -> None:
    recovery(guide)
    member, support = guide.open_run("member"), guide.open_run("support")
    # A name is chosen after @, by keyboard; the person is ticked as well.
    support.locator('[name="visibility"][value="public"]').check()
    support.locator("#comment-text").press_sequentially("안녕하세요 @이소")
    expect(support.locator("#mention [role=option]")).to_have_text(["이소라"])
    support.keyboard.press("Enter")
    expect(support.locator("#comment-text")).to_have_value("안녕하세요 @이소라 ")
    support.keyboard.type("님, 확인 부탁드립니다.\nhttps://example.com/guide")
    support.locator("#comment-attachments").set_input_files([file("안내 문서.pdf", PDF)])
    shot(support, "form")
    send(support)
    # The other one is typing meanwhile, and sees it all the same.
    member.locator("#comment-text").fill("쓰는 중")
    expect(member.locator("#talk-live")).to_contain_text("확인 부탁드립니다", timeout=SOON)
    expect(member.locator("#comment-text")).to_have_value("쓰는 중")
    with member.expect_download() as download:
        member.locator("#talk-live .comment__files a").click()
    assert download.value.suggested_filename == "안내 문서.pdf"
    assert Path(download.value.path()).read_bytes() == PDF
    told = Notice.objects.get(template="comment_mentioned")
    assert told.recipient == guide.user("member")
    member.goto(f"{guide.base}notices/")
    expect(member.locator("main")).to_contain_text("댓글에서 언급되었습니다")
    shot_of_notices(member)
    member.locator("main form button", has_text="실행 열기").first.click()
    expect(member.locator("#comment-text")).to_have_value("쓰는 중")


def shot_of_notices(page: Page) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/notices.png")


def test_a_draft_is_kept_while_typing_and_comes_back_elsewhere(guide: Guide) -> None:
    recovery(guide)
    page = guide.open_run("support")
    page.locator('[name="visibility"][value="internal"]').check()
    page.locator("#comment-text").press_sequentially("아직 덜 쓴 말")
    expect(page.locator("[data-draft-status]")).to_have_text("임시 저장했습니다.", timeout=SOON)
    assert Draft.objects.get().internal is True
    guide.pages.clear()
    again = guide.open_run("support")
    expect(again.locator("#comment-text")).to_have_value("아직 덜 쓴 말")
    expect(again.locator('[name="visibility"][value="internal"]')).to_be_checked()
    shot(again, "draft")
    send(again)
    expect(again.locator(".comment--internal")).to_contain_text("고객사에는 보이지 않습니다")
    assert Draft.objects.count() == 0
    assert Comment.objects.get().internal
    assert "덜 쓴 말" not in guide.open_run("member").content()


def test_what_is_new_stands_behind_a_divider_once(guide: Guide) -> None:
    recovery(guide)
    say(guide.run, guide.user("member"), "먼저 온 말", now=guide.clock.now())
    page = guide.page("mail_admin")
    with page.expect_response("**/conversation/read/"):
        guide.open_run("mail_admin")
    guide.clock.wait(minutes=1)
    say(guide.run, guide.user("support"), "나중에 온 말", now=guide.clock.now())
    page.goto(f"{guide.base}runs/")
    expect(page.locator(".unread").first).to_contain_text("새 소식 1")
    with page.expect_response("**/conversation/read/"):
        guide.open_run("mail_admin")
    expect(page.locator(".talk__new")).to_have_text("지난번에 본 뒤 새로 올라온 댓글")
    expect(page.locator("[data-mark-read]")).to_be_hidden()
    shot(page, "divider")
    page.goto(f"{guide.base}runs/")
    expect(page.locator(".unread")).to_have_count(0)


def test_a_comment_without_scripts(guide: Guide) -> None:
    guide.scripts = False
    recovery(guide)
    page = guide.open_run("member")
    page.locator("#comment-text").fill("스크립트 없이")
    page.locator('#talk button[value="draft"]').click()
    expect(page.locator("#comment-text")).to_have_value("스크립트 없이")
    page.locator("#talk details summary", has_text="알릴 사람").click()
    page.locator('[name="people"]').first.check()
    page.locator('#talk button[value="send"]').click()
    expect(page.locator("#talk-live")).to_contain_text("스크립트 없이")
    page.locator("[data-mark-read] button").click()
    expect(page.locator("[data-mark-read]")).to_have_count(0)


def test_hostile_files_are_refused_or_downloads_in_a_browser(
    guide: Guide, console_errors: list[str]
) -> None:
    recovery(guide)
    page = guide.open_run("member")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    taken = [one for one in FILES if one.back and "/" not in one.name and "\\" not in one.name]
    refused = [one for one in FILES if one.refused and len(one.content) < 1024 * 1024]
    for first in range(0, len(refused), 10):
        some = refused[first : first + 10]
        page.locator("#comment-text").fill("나쁜 것")
        page.locator("#comment-attachments").set_input_files(
            [file(one.name, one.content) for one in some]
        )
        send(page)
        expect(page.locator("#talk .field__errors li")).to_have_count(len(some))
        expect(page.locator("#comment-text")).to_have_value("나쁜 것")
    assert Comment.objects.count() == 0
    assert all("status of 422" in error for error in console_errors)
    console_errors.clear()
    for first in range(0, len(taken), 10):
        page.locator("#comment-text").fill("이상한 것")
        page.locator("#comment-attachments").set_input_files(
            [file(one.name, one.content) for one in taken[first : first + 10]]
        )
        send(page)
    assert Attachment.objects.count() == len(taken)
    shot(page, "hostile")
    links = page.locator("#talk-live .comment__files a")
    for number in range(links.count()):
        address = links.nth(number).get_attribute("href")
        # Asked for as a page: it is still a download, and the page stays.
        page.evaluate("link => { location.href = link }", "about:blank#" if not address else "#x")
        with page.expect_download() as download:
            page.evaluate("link => { location.assign(link) }", address)
        assert download.value.suggested_filename
    assert page.url.endswith("#x")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_conversation_is_accessible_and_fits(guide: Guide, language: str, theme: str) -> None:
    recovery(guide)
    User.objects.update(language=language)
    run, now = guide.run, guide.clock.now()
    say(run, guide.user("member"), "급합니다. " * 12, now=now, files={"견적서 최종.pdf": PDF})
    say(run, guide.user("support"), "안쪽 이야기", internal=True, now=now,
        people=[guide.user("manager").pk])  # fmt: skip
    say(run, guide.user("support"), "https://example.com/" + "a" * 90, now=now)
    for who, width in (("support", 1280), ("support", 390), ("member", 390)):
        page = guide.new_page(guide.user(who), width=width, color_scheme=theme)
        for path in ("", "conversation/"):
            page.goto(f"{guide.base}runs/{guide.reference}/{path}")
            assert violations(page) == []
            assert overflow(page) <= 0
        shot(page, f"talk-{who}-{width}-{language}-{theme}")
