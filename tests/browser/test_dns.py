"""A company's DNS is wrong, is put right, and is right: with name servers on loopback."""

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from helpdesk.models import Tenant
from procedures import deliveries
from procedures.leases import never
from tests.browser.guide import Guide
from tests.browser.pages import overflow, violations
from tests.engine.domains import ASKED
from tests.engine.test_probes import World
from tests.tickets.dns_records.conftest import CONFIGURED, DOMAIN, zone
from tickets.dns_records import watching


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """Serve the new domain, without its second MX and its DMARC."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.DNS_RESOLVERS = [("127.0.0.1", port)]
    settings.DNS_CHECK_RESOLVERS = [("127.0.0.5", port)]
    settings.DNS_PORT = port
    made = World(port)
    made.resolver(DOMAIN, "127.0.0.2")
    made.server("127.0.0.2", zone(mx2=None, dmarc=None))
    made.server("127.0.0.5", zone(mx2=None, dmarc=None), authoritative=False)
    yield made
    for stop in made.stop:
        stop()


@pytest.fixture
def ticket(guide: Guide, world: World) -> Guide:
    """Open a change of domain of a company whose DNS is configured."""
    tenant = Tenant.objects.filter(pk=guide.company.tenant.pk)
    tenant.update(**CONFIGURED | {"name_server_suffixes": ["host.example"]})
    asked = ASKED | {"requester": "choi@hanbit.example", "current_main": "hanbit.example"}
    guide.opened("support", "domain_change", **asked)
    return guide


def dns_page(ticket: Guide, who: str) -> Page:
    page = ticket.page(who)
    page.goto(f"{ticket.base}runs/{ticket.reference}/dns/")
    return page


def check(page: Page) -> None:
    with page.expect_navigation():
        page.locator('form[action$="/dns/check/"] button').click()


def sweep(ticket: Guide) -> None:
    """Let the worker do what is due by the clock of the pages."""
    watching.Sweeping()(ticket.clock.now(), never)
    while deliveries.sweep(ticket.clock.now()):
        pass


def test_wrong_fixed_right(ticket: Guide, world: World) -> None:
    page = ticket.open_run("support")
    page.get_by_role("link", name="DNS", exact=True).click()
    check(page)
    mx = page.locator(".dns-record", has=page.get_by_role("heading", name="MX", exact=True))
    expect(mx.locator(".dns-record__head .badge")).to_have_text("빠짐")
    expect(page.locator("#dns-summary + .badge")).to_have_text("빠짐")
    world.change("127.0.0.2", zone())
    check(page)
    expect(mx.locator(".dns-record__head .badge")).to_have_text("맞음")
    # The resolver still answers as before, and the page says until when it may.
    expect(mx.locator(".dns-record__resolver")).to_contain_text("빠짐")
    expect(mx.locator(".dns-record__resolver time")).to_be_visible()
    expect(mx.locator(".dns-record__past")).to_contain_text("어디에서나 사라지는 시각")
    expect(page.locator("#history")).to_contain_text("빠짐 → 맞음")


def test_the_worker_looks_until_it_is_right_and_the_company_hears_of_it(
    ticket: Guide, world: World
) -> None:
    ticket.done("site_admin", "set_dns")
    sweep(ticket)
    page = dns_page(ticket, "site_admin")
    expect(page.locator("dl.details").first).to_contain_text("자동")
    expect(page.locator("#dns-summary + .badge")).to_have_text("빠짐")
    world.change("127.0.0.2", zone())
    ticket.clock.wait(minutes=2)
    sweep(ticket)
    page.goto(f"{ticket.base}notices/")
    news = page.locator(".news-item", has=page.get_by_role("heading", name="DNS가 맞습니다"))
    news.first.get_by_role("button").first.click()
    page.wait_for_url("**/dns/")
    expect(page.locator("#dns-summary + .badge")).to_have_text("맞음")


def test_name_servers_at_godomall_lead_to_a_linked_run(ticket: Guide) -> None:
    page = dns_page(ticket, "support")
    check(page)
    box = page.locator(".dns-godomall")
    expect(box.locator(".copy-block__text")).to_contain_text("new.example 도메인의 MX 값을")
    with page.expect_navigation():
        box.get_by_role("button", name="연결해 시작").click()
    expect(page.locator("h1")).to_contain_text("고도몰 MX 등록")
    linked = page.url
    dns_page(ticket, "support")
    expect(page.locator(".dns-godomall a").first).to_have_attribute(
        "href", linked.removeprefix(page.url.partition("/t/")[0])
    )
    expect(page.locator('form[action$="/dns/godomall/"]')).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible_and_no_wider_than_the_window(
    ticket: Guide, scheme: str, width: int
) -> None:
    page = ticket.new_page(ticket.user("support"), width=width, color_scheme=scheme)
    ticket.pages["support"] = page
    dns_page(ticket, "support")
    check(page)
    assert violations(page) == []
    assert overflow(page) == 0
