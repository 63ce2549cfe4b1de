"""Every page is accessible in both themes and languages, and fits a phone."""

from typing import Literal

import pytest
from django.template.response import SimpleTemplateResponse
from django.utils import translation
from playwright.sync_api import Page, expect

from procedures.models import Notice, Run
from tests.browser.guide import Guide
from tests.browser.pages import overflow, violations

type Sight = tuple[int, Literal["light", "dark"]]
RECOVERY = {"mailbox": "member@hanbit.example", "deleted_at": "2026-11-02T08:30+09:00"}
OUTSIDERS = {
    "users": ["kim@partner.example"],
    "purpose": "공동 개발",
    "start": "2026-11-02",
    "cost_center": "개발팀",
}
CHANGE = {"current_admin": "yes", "reason": "담당자 교체"}


def recovery(guide: Guide) -> None:
    """Have mail to be recovered, its time settled: possible, with a countdown."""
    guide.opened("member", "mail_recovery", **RECOVERY)
    guide.done("member", "settle_time")


def too_late(guide: Guide) -> None:
    """Have mail that cannot be recovered any more; no worker has said so yet."""
    guide.opened("member", "mail_recovery", **RECOVERY | {"deleted_at": "2026-11-01T08:00+09:00"})
    guide.done("member", "settle_time")


def approval(guide: Guide) -> None:
    """Have something that the reader may approve."""
    guide.opened("member", "mail_admin_change", add=["member@hanbit.example"], **CHANGE)


def waiting(guide: Guide) -> None:
    """Have an approval that the reader asked for and waits for."""
    guide.opened("mail_admin", "mail_admin_change", add=["member@hanbit.example"], **CHANGE)


def used_up(guide: Guide) -> None:
    """Have a sync whose slot another run has taken today."""
    for number in (1, 2):
        guide.opened("site_admin", "service_sync", service="email", changes=["kim, 김하나, 신규"])
        guide.done("site_admin", "review")
        if number == 1:
            guide.done("site_admin", "run_sync")


def finished(guide: Guide) -> None:
    """Take a run from its first to its last step."""
    recovery(guide)
    guide.done("mail_admin", "recover", month="202610")
    guide.done("member", "user_confirms")


def staged(guide: Guide) -> None:
    """Have a change of domain with stages, a text to copy and short notice."""
    guide.opened(
        "support",
        "domain_change",
        requester="site-admin@hanbit.example",
        received="2026-11-02T08:50+09:00",
        current_main="hanbit.example",
        new_main="new.example",
        multi_domains=[],
        rollback_plan="MX를 되돌린다",
        uses_group_mail="false",
    )
    guide.done("support", "set_dns")
    guide.done("support", "check_dns", acknowledgement="아직 퍼지는 중")
    soon = {"work_start": "2026-11-07T22:00+09:00", "work_end": "2026-11-08T04:00+09:00"}
    guide.done("support", "propose", acknowledgement="짧은 통보", **soon)
    guide.done("tenant_manager", "agree")


RUNS = [
    (recovery, "mail_admin"),
    (too_late, "mail_admin"),
    (approval, "mail_admin"),
    (waiting, "mail_admin"),
    (used_up, "site_admin"),
    (finished, "member"),
    (staged, "support"),
]
ASKED = (
    "at=2026-11-03T10:00&received=2026-11-02T08:50"
    "&work_start=2026-11-07T22:00&work_end=2026-11-08T04:00"
)
PAGES = [
    ("search/", "member"),
    ("search/?q=어제 3시에 메일을 지웠어요", "member"),
    ("procedures/", "member"),
    ("procedures/service_sync/", "site_admin"),
    (
        f"procedures/domain_change/?step=confirm_schedule&{ASKED}",
        "support",
    ),
    ("", "mail_admin"),
    ("runs/", "mail_admin"),
    ("runs/?state=open&q=SS", "site_admin"),
    ("ledger/", "site_admin"),
    ("notices/", "mail_admin"),
]


DESK: Sight = (1280, "light")
PHONE: Sight = (390, "dark")


def look(guide: Guide, who: str, path: str, *sights: Sight, language: str = "ko") -> None:
    """Look at a page, everything unfolded: on a desk by day, on a phone by night."""
    page = guide.page(who)
    # Without motion, so that no colour is measured half way to another.
    page.emulate_media(reduced_motion="reduce")
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("main details").evaluate_all("all => { for (const a of all) a.open = true }")
    problems = []
    for width, theme in sights or (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        problems += [f"{width} {theme} {found}" for found in violations(page)]
        assert overflow(page) == 0, f"{path} is too wide at {width}"
    assert problems == []


@pytest.mark.parametrize(("prepare", "who"), RUNS, ids=lambda one: getattr(one, "__name__", one))
def test_a_run_is_accessible(guide: Guide, prepare: object, who: str) -> None:
    assert callable(prepare)
    prepare(guide)
    look(guide, who, f"{guide.base}runs/{guide.reference}/")


@pytest.mark.parametrize(("language", "sight"), [("ko", PHONE), ("en", DESK)])
def test_the_pages_around_runs_are_accessible(guide: Guide, language: str, sight: Sight) -> None:
    used_up(guide)
    finished(guide)
    for who in {who for _path, who in PAGES}:
        user = guide.user(who)
        user.language = language
        user.save()
    for path, who in PAGES:
        look(guide, who, guide.base + path, sight, language=language)


def test_the_pages_of_strangers_are_accessible(
    guide: Guide, page: Page, console_errors: list[str]
) -> None:
    guide.pages["stranger"] = page
    look(guide, "stranger", "/account/login/")
    look(guide, "stranger", "/account/password/reset/")
    user = guide.user("member")
    user.memberships.all().delete()
    look(guide, "member", "/")
    console_errors.clear()
    look(guide, "member", "/t/nobody/")
    assert all("status of 404" in error for error in console_errors)
    console_errors.clear()


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_the_pages_of_errors_are_accessible(guide: Guide, page: Page, status: int) -> None:
    with translation.override("ko"):
        html = SimpleTemplateResponse(f"{status}.html").rendered_content
    page.route("**/broken/", lambda route: route.fulfill(body=html, content_type="text/html"))
    guide.pages["stranger"] = page
    look(guide, "stranger", "/broken/")
    expect(page.locator(".plain__code")).to_have_text(str(status))


def test_what_is_unread_is_counted_on_every_page(guide: Guide) -> None:
    recovery(guide)
    run = Run.objects.get(reference=guide.reference)
    for number in range(3):
        Notice.objects.create(
            run=run, number=number, recipient=guide.user("mail_admin"), template="step_ready",
            at=run.opened_at,
        )  # fmt: skip
    for sight in (DESK, PHONE):
        look(guide, "mail_admin", guide.base, sight)
        count = guide.page("mail_admin").locator(".nav__count")
        expect(count).to_be_visible()
        expect(count).to_have_text("3 읽지 않음")


def test_the_pages_are_empty_at_first(guide: Guide) -> None:
    for path in ("", "runs/", "ledger/", "notices/"):
        look(guide, "site_admin", guide.base + path, PHONE)
    page = guide.page("site_admin")
    page.goto("/")
    page.wait_for_url(f"**{guide.base}")
