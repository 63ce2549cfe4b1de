"""A change of domain in browsers, from the first mail to the last Outlook user."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from audit.models import Event
from tests.browser.guide import Guide, fill, unfold
from tests.browser.pages import overflow, violations
from tests.engine.test_probes import ZONE, World
from tests.factories import at

OLD = "new.example. 300 IN MX 10 mail.elsewhere.example."
# Where pictures of each page go, for people to look at.
SHOTS = os.environ.get("HELPDESK_SHOTS", "")


@pytest.fixture
def zone(settings: Settings) -> Iterator[World]:
    """Serve new.example from a name server whose zone may be changed."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.DNS_RESOLVERS = [("127.0.0.1", port)]
    settings.DNS_PORT = port
    world = World(port)
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", OLD)
    yield world
    for stop in world.stop:
        stop()


def looked_at(page: Page, name: str) -> Page:
    """Hold a page to being accessible and as wide as its window, on a desk and on a phone."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0, f"{name} at {width}"
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS, f"{name}-{width}.png")), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert violations(page) == [], name
    return page


def place(guide: Guide, who: str, name: str, query: str = "") -> Page:
    """Go to one of the ticket's pages."""
    page = guide.page(who)
    page.goto(f"{guide.base}runs/{guide.reference}/{name}/{query}")
    return page


def give(page: Page, ending: str, button: str = "", **values: str) -> None:
    """Fill in the form whose address ends so, and send it."""
    form = page.locator(f'form[action$="{ending}"]')
    unfold(form)
    fill(form, values)
    chosen = f'button[name="{button}"]' if button else "button[type=submit]:not([name])"
    with page.expect_navigation():
        form.locator(chosen).first.click()


def test_from_the_first_mail_to_the_last_outlook_user(guide: Guide, zone: World) -> None:
    guide.later(at("2026-09-18T10:00"))
    open_ticket(guide)
    agree_on_a_date(guide)
    set_the_dns_right(guide, zone)
    token = make_the_link(guide)
    prepare(guide)
    begin_and_overrun(guide, token)
    resume_and_close(guide, token)


def open_ticket(guide: Guide) -> None:
    """Take the request in, on a Friday before Chuseok."""
    guide.start(
        "support",
        "도메인 바꾸고 싶어요",
        "domain_change",
        requester="site-admin@hanbit.example",
        received="2026-09-18T09:50",
        new_main="new.example",
        rollback_plan="MX를 되돌린다",
        outlook_users="member@hanbit.example",
        uses_group_mail="true",
        group_domains="hanbit.example",
    )
    assert guide.reference.startswith("DC-2026-")
    looked_at(guide.open_run("support"), "run-opened")
    guide.do("site_admin", "set_dns")
    guide.do("support", "check_dns", acknowledgement="아직 퍼지는 중")


def agree_on_a_date(guide: Guide) -> None:
    """Propose, look why a day is too early, counter, agree, confirm: both sides."""
    page = looked_at(place(guide, "support", "schedule"), "schedule")
    first = page.locator('.weeks__day:has(time[datetime="2026-10-01"])')
    expect(first).to_contain_text("가능한 첫 날짜")
    expect(page.locator('.weeks__day:has(time[datetime="2026-09-24"])')).to_contain_text("추석")
    early = {"work_start": "2026-09-30T22:00", "work_end": "2026-10-01T04:00"}
    give(page, "/schedule/propose/", "look", **early)
    refused = page.locator(".verdict--blocked .verdict__reason")
    expect(refused).to_contain_text("2026-10-01(목)부터 가능합니다")
    looked_at(page, "schedule-too-early")
    chosen = {"work_start": "2026-10-01T22:00", "work_end": "2026-10-02T04:00"}
    give(page, "/schedule/propose/", **chosen)
    page = looked_at(place(guide, "tenant_manager", "schedule"), "schedule-proposed")
    other = {"counter_start": "2026-10-06T21:00", "counter_end": "2026-10-07T03:00"}
    give(page, "/schedule/counter/", reason="월초 결산", **other)
    page = looked_at(place(guide, "support", "schedule"), "schedule-countered")
    taken_up = {"work_start": "2026-10-06T21:00", "work_end": "2026-10-07T03:00"}
    give(page, "/schedule/propose/", **taken_up)
    give(place(guide, "tenant_manager", "schedule"), "/schedule/agree/")
    page = place(guide, "support", "schedule")
    give(page, "/schedule/confirm/", acknowledgement="DNS는 작업 전에 맞춘다")
    looked_at(place(guide, "site_admin", "schedule"), "schedule-confirmed")
    assert "confirm_schedule" not in guide.run.current_steps


def set_the_dns_right(guide: Guide, zone: World) -> None:
    """See that the MX is wrong; put it right at its source; see that it is right."""
    page = place(guide, "support", "dns")
    give(page, "/dns/check/")
    expect(page.locator("main")).to_contain_text("mail.elsewhere.example")
    looked_at(page, "dns-wrong")
    zone.change("127.0.0.2", ZONE)
    guide.clock.wait(minutes=20)
    give(place(guide, "support", "dns"), "/dns/check/")
    looked_at(guide.page("support"), "dns-right")
    newest = guide.run.probes.filter(kind="mx").order_by("-id")[0]
    assert newest.outcome == "right"


def make_the_link(guide: Guide) -> str:
    """Make a link for the requester; whoever follows it signs in nowhere."""
    page = place(guide, "site_admin", "tracking")
    give(page, "/tracking/make/")
    link = page.locator("main").get_by_text("/track/").first.inner_text()
    return "/track/" + link.rpartition("/track/")[2].strip().strip("/") + "/"


def prepare(guide: Guide) -> None:
    """Tell users, send the guide, check group mail."""
    looked_at(place(guide, "site_admin", "pack"), "pack")
    guide.do("site_admin", "notify_users")
    guide.do("site_admin", "outlook_guide_sent")
    guide.do("support", "check_group_mail")
    guide.do("support", "prepare")
    looked_at(place(guide, "support", "window"), "window-preparing")


def begin_and_overrun(guide: Guide, token: str) -> None:
    """Take the service out; past eight hours the alarm sounds, once."""
    guide.later(at("2026-10-06T21:00"))
    guide.do("support", "start_work")
    looked_at(place(guide, "tenant_manager", "window"), "window-out")
    stranger = guide.new_page(None, locale="ko-KR")
    stranger.goto(token)
    looked_at(stranger, "track-out")
    guide.later(at("2026-10-07T05:02"))
    for _twice in range(2):
        call_command("worker", "--once")
    overruns = Event.objects.filter(stream=guide.run.stream, kind="deadline.overrun")
    assert overruns.count() == 1
    page = looked_at(place(guide, "support", "window"), "window-overrun")
    expect(page.locator(".notice--stop").first).to_be_visible()


def resume_and_close(guide: Guide, token: str) -> None:
    """Resume; another verifies, the MX the day after, Outlook to the last user."""
    guide.do("support", "stabilise")
    guide.do("support", "resume", resumed_on="new")
    guide.do("second_support", "verify")
    guide.later(at("2026-10-08T09:00"))
    guide.do("support", "recheck_mx")
    looked_at(place(guide, "site_admin", "pack"), "pack-resumed")
    guide.do("site_admin", "outlook_confirmed", outlook_done="member@hanbit.example")
    guide.do("support", "close")
    guide.must_be_completed("site_admin")
    guide.company.tenant.refresh_from_db()
    assert guide.company.tenant.main_domain == "new.example"
    stranger = guide.new_page(None, locale="ko-KR")
    stranger.goto(token)
    looked_at(stranger, "track-closed")
    looked_at(place(guide, "support", "window"), "window-closed")
