"""The style guide is accessible in both themes and languages; what scripts add works."""

import pytest
from playwright.sync_api import expect

from helpdesk.models import User
from tests.browser.pages import NewPage, overflow, violations
from tests.conftest import FreshDatabase


@pytest.fixture
def reader(fresh_db: FreshDatabase) -> User:
    return User.objects.create_user("reader@example.kr", name="박서준")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_component_is_accessible(
    reader: User, new_page: NewPage, theme: str, language: str
) -> None:
    reader.language = language
    reader.save()
    page = new_page(reader, color_scheme=theme)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/styleguide/")
        assert page.locator("html").get_attribute("lang") == language
        assert violations(page) == []
        assert overflow(page) == 0


def test_the_chosen_theme_wins_over_the_system(reader: User, new_page: NewPage) -> None:
    page = new_page(reader, color_scheme="light")
    page.goto("/styleguide/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator(".side__account summary").click()
    page.locator("button[name=theme][value=dark]").click()
    page.wait_for_selector("html[data-theme=dark]")
    assert page.evaluate(background) != light
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_without_scripts_nothing_that_needs_one_is_shown(reader: User, new_page: NewPage) -> None:
    page = new_page(reader, java_script_enabled=False)
    page.goto("/styleguide/")
    expect(page.locator("[data-copy]").first).to_be_hidden()
    expect(page.locator("[data-deadline]").first).to_contain_text("남음")
    expect(page.locator("[data-deadline] + .countdown__at time").first).to_contain_text("+09:00")


def test_a_menu_path_is_copied_as_the_faq_prints_it(reader: User, new_page: NewPage) -> None:
    page = new_page(reader, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/styleguide/")
    page.locator(".menu-path [data-copy]").first.click()
    expect(page.locator(".menu-path [data-copy]").first).to_have_text("복사했습니다")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("[웹메일] > 우측 상단 프로필 이미지 클릭")
    assert copied.endswith("백업 기간 YYYYMM 형식으로 입력 ex) 202408")


def test_a_countdown_ticks(reader: User, new_page: NewPage) -> None:
    page = new_page(reader)
    page.goto("/styleguide/")
    counting = page.locator(".countdown--large .countdown__left", has_text="초").first
    before = counting.inner_text()
    expect(counting).not_to_have_text(before)


def test_a_dangerous_button_asks_first(reader: User, new_page: NewPage) -> None:
    page = new_page(reader)
    page.goto("/styleguide/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("button[data-confirm]").click()
    dialog = page.locator("[data-confirm-dialog]")
    expect(dialog).to_contain_text("이 단계를 건너뛸까요?")
    dialog.get_by_text("돌아가기").click()
    expect(dialog).to_be_hidden()
    assert "POST" not in sent


def test_the_first_wrong_field_has_the_focus(reader: User, new_page: NewPage) -> None:
    page = new_page(reader)
    page.goto("/styleguide/")
    focused = "document.activeElement.getAttribute('aria-invalid')"
    page.wait_for_function(f"{focused} === 'true'")


def test_a_live_fragment_waits_while_its_form_is_typed_in(reader: User, new_page: NewPage) -> None:
    page = new_page(reader)
    page.goto("/styleguide/")
    page.evaluate(
        """() => {
            const section = document.querySelector(".next-step");
            section.dataset.live = "";
            section.setAttribute("hx-get", location.href);
            section.setAttribute("hx-select", ".next-step");
            section.setAttribute("hx-swap", "outerHTML");
            section.setAttribute("hx-trigger", "news");
            const bar = document.querySelector(".news__bar");
            bar.dataset.news = "";
            bar.hidden = true;
            htmx.process(section);
        }"""
    )
    page.locator("#id_step-name").fill("김하늘")
    with page.expect_response("**/styleguide/"):
        page.evaluate("htmx.trigger('.next-step', 'news')")
    expect(page.locator("[data-news]")).to_be_visible()
    expect(page.locator("#id_step-name")).to_have_value("김하늘")


def test_a_live_fragment_is_replaced_while_nothing_is_typed(
    reader: User, new_page: NewPage
) -> None:
    page = new_page(reader)
    page.goto("/styleguide/")
    page.evaluate(
        """() => {
            const section = document.querySelector(".steps");
            section.dataset.live = "";
            section.dataset.old = "yes";
            section.setAttribute("hx-get", location.href);
            section.setAttribute("hx-select", ".steps");
            section.setAttribute("hx-swap", "outerHTML");
            section.setAttribute("hx-trigger", "news");
            htmx.process(section);
            htmx.trigger(section, "news");
        }"""
    )
    page.wait_for_selector(".steps:not([data-old])")


def test_a_session_that_ended_puts_no_sign_in_page_into_a_fragment(
    reader: User, new_page: NewPage
) -> None:
    page = new_page(reader)
    page.goto("/styleguide/")
    page.context.clear_cookies()
    page.evaluate(
        """() => {
            const list = document.querySelector(".steps");
            list.dataset.live = "";
            list.setAttribute("hx-get", location.href);
            list.setAttribute("hx-swap", "outerHTML");
            list.setAttribute("hx-trigger", "news");
            document.querySelector(".news__bar").dataset.news = "";
            document.querySelector(".news__bar").hidden = true;
            htmx.process(list);
            htmx.trigger(list, "news");
        }"""
    )
    expect(page.locator("[data-news]")).to_be_visible()
    expect(page.locator(".steps")).to_be_visible()
    expect(page.locator("[name=password]")).to_have_count(0)
