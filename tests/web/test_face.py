"""The frame of the pages: theme, navigation, words, and what no template may contain."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from helpdesk import words
from helpdesk.models import Membership, Tenant, User
from scripts import messages

ROOT = Path(settings.ROOT)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("park@example.kr", name="박서준")


@pytest.fixture
def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def draw(text: str, **context: object) -> str:
    return Template("{% load face %}" + text).render(Context(context)).strip()


# the theme


def test_a_theme_is_kept_and_leads_back(signed_in: Client) -> None:
    answer = signed_in.post("/theme/", {"theme": "dark", "next": "/styleguide/?a=1"})
    assert answer.url == "/styleguide/?a=1"
    cookie = answer.cookies["theme"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert 'data-theme="dark"' in signed_in.get("/styleguide/").text


def test_a_stranger_chooses_a_theme_too(db: None) -> None:
    client = Client()
    client.post("/theme/", {"theme": "dark", "next": "/account/login/"})
    assert 'data-theme="dark"' in client.get("/account/login/").text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", ""])
def test_a_theme_never_leads_elsewhere(signed_in: Client, target: str) -> None:
    assert signed_in.post("/theme/", {"theme": "light", "next": target}).url == "/"


def test_only_our_themes_are_kept_and_only_by_post(signed_in: Client) -> None:
    assert signed_in.post("/theme/", {"theme": '"><script>'}).status_code == 400
    assert signed_in.get("/theme/").status_code == 405
    signed_in.cookies["theme"] = "purple"
    assert "data-theme" not in signed_in.get("/styleguide/").text


# the frame


def test_the_style_guide_needs_a_sign_in(db: None) -> None:
    assert Client().get("/styleguide/").status_code == 302


def test_the_navigation_leads_to_the_persons_own_company(signed_in: Client, person: User) -> None:
    mine = Tenant.objects.create(slug="face-mine", name="가온상사")
    Tenant.objects.create(slug="face-other", name="남의 회사")
    Membership.objects.create(user=person, tenant=mine, role="member")
    page = signed_in.get("/styleguide/").text
    assert "/face-mine/" in page
    assert "가온상사" in page
    assert "face-other" not in page
    assert "남의 회사" not in page


def test_the_frame_costs_nothing_where_it_is_not_drawn(
    person: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.test import RequestFactory

    request = RequestFactory().get("/styleguide/")
    request.user = person
    request.resolver_match = None
    with django_assert_num_queries(0):
        from helpdesk.context import face

        Template("<p>{{ theme }}</p>").render(Context(face(request)))


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_error_pages_are_drawn_without_request_and_database(status: int, language: str) -> None:
    from django.template.loader import render_to_string

    with translation.override(language):
        page = render_to_string(f"{status}.html")
    assert f'lang="{language}"' in page
    assert str(status) in page


# words and times


def test_moments_are_printed_with_weekday_and_offset() -> None:
    with timezone.override("Asia/Seoul"), translation.override("ko"):
        assert draw("{{ at|when }}", at=NOON) == "2026-11-23 (월) 12:00 +09:00"
        assert draw("{% clock at %}", at=NOON).startswith(
            '<time datetime="2026-11-23T12:00:00+09:00"'
        )
    with timezone.override("America/New_York"), translation.override("en"):
        assert draw("{{ at|when }}", at=NOON) == "2026-11-22 (Sun) 22:00 -05:00"


@pytest.mark.parametrize(
    ("span", "korean", "english"),
    [
        (timedelta(days=6, hours=4, minutes=59), "6일 4시간 남음", "6d 4h left"),
        (timedelta(hours=24), "1일 0시간 남음", "1d 0h left"),
        (timedelta(hours=23, minutes=59, seconds=59), "23시간 59분 남음", "23h 59min left"),
        (timedelta(seconds=59), "59초 남음", "59s left"),
        (timedelta(0), "0초 남음", "0s left"),
        (timedelta(minutes=-25, seconds=-1), "25분 1초 지남", "25min 1s ago"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(
    span: timedelta, korean: str, english: str
) -> None:
    for language, expected in (("ko", korean), ("en", english)):
        with translation.override(language):
            assert draw("{{ at|relative:now }}", at=NOON + span, now=NOON) == expected


def test_a_menu_path_is_split_at_both_separators() -> None:
    path = "**[웹메일] > 우측 상단 프로필 이미지 클릭 -  관리자 - 메일** - 메일 복구"
    expected = "[웹메일]|우측 상단 프로필 이미지 클릭|관리자|메일|메일 복구"
    assert draw("{{ path|menu_parts|join:'|' }}", path=path).replace("&gt;", ">") == expected


def test_every_state_has_a_word_in_both_languages_and_an_icon() -> None:
    for code in words.state_codes():
        state = words.status_of(code)
        with translation.override("ko"):
            korean = str(state.label)
        with translation.override("en"):
            assert korean != str(state.label), code
        assert "<svg" in draw("{% icon name %}", name=state.icon)


def test_a_verdict_is_escaped_and_says_when_it_opens() -> None:
    verdict = {"level": "blocked", "reason": "<b>1</b>", "opens_at": NOON + timedelta(hours=3)}
    with timezone.override("Asia/Seoul"), translation.override("ko"):
        page = draw('{% include "components/verdict.html" %}', v=verdict, now=NOON)
    assert "&lt;b&gt;1&lt;/b&gt;" in page
    assert "2026-11-23 (월) 15:00 +09:00" in page
    assert "3시간 0분 남음" in page
    assert "지금은 불가" in page


def test_a_verdict_that_never_opens_says_never() -> None:
    verdict = {"level": "blocked", "never": True, "reason": "늦었습니다", "opens_at": None}
    with translation.override("ko"):
        page = draw('{% include "components/verdict.html" %}', v=verdict, now=NOON)
    assert "다시 열리지 않습니다" in page
    assert "지금은 불가" not in page


# what holds for every template


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_needs_an_exception_from_the_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_says_what_it_takes(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("{# ")


def test_every_component_is_in_the_document_of_the_design() -> None:
    document = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    parts_of_others = {"cell", "required"}
    missing = {path.stem for path in COMPONENTS} - parts_of_others
    missing -= set(re.findall(r"`([a-z_]+)`", document))
    assert not missing


def test_every_text_of_the_chrome_is_translated() -> None:
    catalog = polib.pofile(str(ROOT / "locale/ko/LC_MESSAGES/django.po"))
    known = {(entry.msgctxt or "", entry.msgid) for entry in catalog}
    used = {message[:2] for _name, _number, message in messages.all_messages()}
    assert used - known == set(), "run `make messages` and translate"
    assert len(catalog) > 100
    assert [entry.msgid for entry in catalog.untranslated_entries()] == []
    assert [entry.msgid for entry in catalog.fuzzy_entries()] == []
