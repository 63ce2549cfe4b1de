"""The page of a run's DNS: it shows what was kept, asks by its button alone, and never waits."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from audit.models import Event
from procedures import probes
from procedures.leases import never
from procedures.models import Look, Probe, Run
from tests import factories
from tests.corpus import MARK, XSS
from tests.engine.test_probes import World
from tests.tickets.dns_records.conftest import (
    CONFIGURED,
    DOMAIN,
    NOW,
    Firm,
    firm_of,
    scheduled,
    zone,
)
from tickets.dns_records import answers, asking, watching
from tickets.dns_records.models import DnsCheck, DnsWatch

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def firm(db: None, settings: Settings) -> Iterator[Firm]:
    settings.DNS_CHECK_RESOLVERS = []
    # A clock that stands still would never let a silent server run into its time-out.
    with time_machine.travel(NOW, tick=True):
        made = firm_of(factories.company(**CONFIGURED))
        for user in made.company.people.values():
            user.language = "ko"
            user.save()
        yield made


def address(firm: Firm, more: str = "") -> str:
    return f"/t/hanbit/runs/{firm.run.reference}/dns/{more}"


def check(firm: Firm, who: str = "support") -> int:
    return firm.company.signed_in(who).post(address(firm, "check/")).status_code


def shown(firm: Firm, who: str = "support") -> str:
    response = firm.company.signed_in(who).get(address(firm))
    assert response.status_code == 200
    return response.content.decode()


def test_before_anybody_looked_the_page_says_so(firm: Firm) -> None:
    page = shown(firm)
    assert "아직 확인하지 않음" in page
    assert DOMAIN in page
    assert "지금 확인" in page
    # What is to be set can be read and copied already.
    assert "v=DMARC1; p=none; rua=mailto:dmarc@new.example" in page
    assert 'data-copy="10 mx1.tigris.example"' in page


def test_a_later_look_from_the_procedures_own_page_is_mentioned(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN)
    check(firm)
    assert "절차에서 더 나중에 확인" not in shown(firm)
    Probe.objects.create(
        tenant=firm.tenant, run=firm.run, kind="mx", domain=DOMAIN, outcome="timeout",
        at=NOW + MINUTE, actor=firm["support"],
    )  # fmt: skip
    assert "new.example의 MX, 절차에서 더 나중에 확인" in shown(firm)


def test_how_many_resolvers_have_it(firm: Firm, world: World, settings: Settings) -> None:
    settings.DNS_CHECK_RESOLVERS = [(f"127.0.0.{n}", world.port) for n in (5, 6)]
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    world.server("127.0.0.5", zone())
    world.server("127.0.0.6", zone(mx1=None))
    check(firm)
    page = shown(firm)
    assert page.count("2곳 중 2곳 맞음") == 6
    assert page.count("2곳 중 1곳 맞음") == 1


def test_what_is_lowered_and_what_is_not(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    assert "TTL" not in shown(firm)
    scheduled(firm)
    assert "지금 TTL은 알 수 없습니다" in shown(firm)
    check(firm)
    page = shown(firm)
    assert "2026-11-12 (목) 22:00" in page
    assert "아직 낮추지 않았습니다" in page
    world.change("127.0.0.2", zone().replace(" 3600 ", " 300 "))
    check(firm)
    assert "낮춰져 있습니다" in shown(firm)


def test_the_inquiry_at_godomall_starts_once_by_one_click(firm: Firm, world: World) -> None:
    firm.configure(name_server_suffixes=["host.example"])
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    check(firm)
    page = shown(firm)
    assert "new.example 도메인의 MX 값을" in page
    client = firm.company.signed_in("support")
    first = client.post(address(firm, "godomall/"), {"domain": DOMAIN})
    linked = Run.objects.get(parent=firm.run)
    assert (linked.procedure, linked.subject) == ("godomall_mx", DOMAIN)
    assert first.headers["Location"].endswith(f"/runs/{linked.reference}/")
    again = firm.company.signed_in("site_admin").post(
        address(firm, "godomall/"), {"domain": DOMAIN}
    )
    assert again.headers["Location"] == first.headers["Location"]
    assert Run.objects.filter(parent=firm.run).count() == 1
    page = shown(firm)
    assert linked.reference in page
    assert "연결해 시작" not in page
    assert client.post(address(firm, "godomall/"), {"domain": "other.example"}).status_code == 404
    assert client.get(f"/t/hanbit/runs/{linked.reference}/dns/").status_code == 200


def test_ends_of_name_servers_may_be_given_for_everybody(
    firm: Firm, world: World, settings: Settings
) -> None:
    settings.NAME_SERVER_SUFFIXES = ["host.example"]
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    check(firm)
    # The company's own come first: they say that it is somebody else.
    assert "고도몰입니다" not in shown(firm)
    firm.configure(name_server_suffixes=[])
    assert "고도몰입니다" in shown(firm)


def test_the_button_asks_keeps_and_shows(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(mx2=None, dmarc=None))
    assert check(firm) == 303
    kept = DnsCheck.objects.get()
    assert (kept.actor, kept.outcome) == (firm["support"], "missing")
    # The gates of the procedure read the same look.
    probe = Probe.objects.get()
    assert (probe.kind, probe.outcome, probe.found) == ("mx", "wrong", ["10 mx1.tigris.example"])
    page = shown(firm)
    for words in ("10 mx1.tigris.example", "없음", "3600초 (1시간)", "윤가온", "ns0.host.example"):
        assert words in page, words
    told = Event.objects.get(kind="dns.checked")
    assert told.actor_id == firm["support"].pk


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("support", 303), ("site_admin", 303), ("mail_admin", 303),
        ("tenant_manager", 404), ("manager", 404), ("member", 404),
    ],
)  # fmt: skip
def test_who_sets_or_checks_the_dns_may_look(
    firm: Firm, world: World, who: str, status: int
) -> None:
    world.resolver(DOMAIN)
    assert check(firm, who) == status
    assert DnsCheck.objects.count() == (status == 303)


def test_nobody_looks_for_a_run_that_has_ended(firm: Firm, world: World) -> None:
    Run.objects.filter(pk=firm.run.pk).update(state="cancelled")
    assert check(firm) == 404
    assert "지금 확인" not in shown(firm)


def test_a_run_without_domains_has_no_such_page(firm: Firm) -> None:
    from tests.web.runs import sync

    other = sync(firm.company)
    client = firm.company.signed_in("support")
    assert client.get(f"/t/hanbit/runs/{other.reference}/dns/").status_code == 404
    assert client.post(f"/t/hanbit/runs/{other.reference}/dns/check/").status_code == 404


def test_the_page_never_asks_the_dns(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN)
    check(firm)
    with mock.patch.object(asking, "look", side_effect=AssertionError("asked")):
        shown(firm)


def test_a_look_with_silent_servers_answers_within_three_seconds(
    firm: Firm, world: World, settings: Settings
) -> None:
    """The time that the request spends on the DNS, by a monotonic clock around all questions.

    Half a second is given to a busy machine; the limit itself is DNS_TIMEOUT.
    """
    waited: list[float] = []
    ask = asking.look

    def timed(*args: Any) -> list[asking.SeenDomain]:
        began = time.monotonic()
        seen = ask(*args)
        waited.append(time.monotonic() - began)
        return seen

    settings.DNS_CHECK_RESOLVERS = [("127.0.0.9", world.port)]
    world.silent("127.0.0.9")
    world.resolver(DOMAIN, "127.0.0.2", "127.0.0.3")
    world.silent("127.0.0.2")
    world.silent("127.0.0.3")
    client = firm.company.signed_in("support")
    with mock.patch.object(asking, "look", timed):
        assert client.post(address(firm, "check/")).status_code == 303
    assert waited[0] < settings.DNS_TIMEOUT + 0.5
    assert DnsCheck.objects.get().outcome == "unknown"
    page = shown(firm)
    assert "제때 답이 없음" in page
    assert "알 수 없음" in page


def test_thirty_looks_an_hour_for_all_buttons_and_a_clear_word_after(
    firm: Firm, world: World
) -> None:
    for number in range(probes.CHECKS):
        at = NOW - 59 * MINUTE + number * MINUTE
        Look.objects.create(tenant=firm.tenant, actor=firm["mail_admin"], at=at)
    client = firm.company.signed_in("support")
    page = client.post(address(firm, "check/"), follow=True).content.decode()
    assert not DnsCheck.objects.exists()
    assert "30" in page
    assert "2026-11-02(월) 09:01" in page


def test_looks_that_come_by_themselves_do_not_count(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN)
    firm.done("support", "set_dns")
    watching.Sweeping()(NOW, never)
    assert not Look.objects.exists()
    assert check(firm) == 303


def test_what_strangers_write_into_their_zone_stays_text(firm: Firm, world: World) -> None:
    texts = [text.encode() for text in XSS]
    steering = b"v=spf1 \x1b[2J \xe2\x80\xae gnp.exe \x00 \x7f \xff \xc2\x85 end"
    lines = [_txt("_dmarc.new.example.", b"v=DMARC1; " + text) for text in texts[:20]]
    lines += [_txt("s1._domainkey.new.example.", text) for text in texts[20:]]
    world.resolver(DOMAIN, "127.0.0.2")
    from dnslib import RR, TXT

    server_zone = zone(spf=None, dmarc=None, dkim=None)
    world.server("127.0.0.2", server_zone + "\n" + "\n".join(lines))
    world.records("127.0.0.2", RR("new.example", 16, rdata=TXT([steering]), ttl=60))
    assert check(firm) == 303
    page = shown(firm)
    assert f"<{MARK}" not in page
    for bad in ("<script>xq7", "<img src=x", "<svg onload", 'onmouseover="xq7', "\x1b", "\u202e"):
        assert bad not in page, bad
    assert "\\u001b[2J \\u202e gnp.exe \\u0000 \\u007f" in page


def _txt(name: str, text: bytes) -> str:
    """Write a TXT as a zone file may: every byte outside of plain letters is left to dnslib."""
    plain = text.decode("utf-8").encode("ascii", "xmlcharrefreplace").decode()
    quoted = plain.replace("\\", "/").replace('"', "'").replace(";", ",")
    return f'{name} 60 IN TXT "{quoted[:200]}"'


def test_history_names_what_changed_and_goes_on_by_pages(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(mx2=None))
    check(firm)
    world.change("127.0.0.2", zone())
    check(firm)
    page = shown(firm)
    assert "MX new.example: 빠짐 → 맞음" in page
    assert "10 mx1.tigris.example → 10 mx1.tigris.example, 20 mx2.tigris.example" in page
    row = DnsCheck.objects.latest("pk")
    DnsCheck.objects.bulk_create(
        DnsCheck(tenant=row.tenant, run=row.run, at=row.at, outcome="right") for _n in range(25)
    )
    client = firm.company.signed_in("support")
    first = client.get(address(firm)).content.decode()
    assert first.count("timeline__item ") == 20
    before = DnsCheck.objects.order_by("-pk")[19].pk
    assert f"?before={before}#history" in first
    older = client.get(address(firm, f"?before={before}")).content.decode()
    assert older.count("timeline__item ") == 7
    assert client.get(address(firm, "?before=x")).status_code == 200


def test_the_page_costs_the_same_whatever_was_found(
    firm: Firm, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    check(firm)
    client = firm.company.signed_in("support")
    client.get(address(firm))
    with django_assert_max_num_queries(16):
        client.get(address(firm))


def test_when_the_worker_is_away_the_page_says_when_a_look_was_due(firm: Firm) -> None:
    DnsWatch.objects.create(
        run=firm.run, reason="spreading", begun_at=NOW - 9 * MINUTE, due_at=NOW - 5 * MINUTE
    )
    page = shown(firm)
    assert "지난 시각입니다" in page
    assert "2026-11-02" in page


def test_all_that_is_kept_of_a_huge_zone_is_little() -> None:
    assert len(answers.shown("x" * 70_000)) == answers.LONGEST_VALUE
