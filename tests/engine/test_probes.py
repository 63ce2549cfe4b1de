"""Looking at the DNS, against real servers on loopback."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from dnslib import QTYPE, RCODE, RR, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSLogger, DNSServer
from pytest_django.fixtures import Settings

from procedures import engine, name_servers, probes
from procedures.change import NotPossible
from procedures.models import Probe, Run
from tests import factories

MX = ["10 mx1.tigris.example", "20 mx2.tigris.example"]
ZONE = "new.example. 60 IN MX 10 mx1.tigris.example.\nnew.example. 60 IN MX 20 mx2.tigris.example."
NOW = factories.at("2026-11-23T09:00")
MINUTE = timedelta(minutes=1)


class Zone(BaseResolver):
    """Answers out of a zone; an empty answer for a name without the type, NXDOMAIN for others."""

    def __init__(self, zone: str, *, rcode: str = "NOERROR", authoritative: bool = True) -> None:
        self.records = RR.fromZone(zone)
        self.rcode = rcode
        self.authoritative = authoritative
        self.asked: list[str] = []

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        reply = request.reply(aa=int(self.authoritative))
        name = str(request.q.qname).lower()
        self.asked.append(name)
        same = [rr for rr in self.records if str(rr.rname).lower() == name]
        for rr in same:
            if rr.rtype in (request.q.qtype, QTYPE.CNAME):
                reply.add_answer(rr)
        reply.header.rcode = getattr(RCODE, self.rcode)
        if not same and self.rcode == "NOERROR":
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


class Small(DNSHandler):
    """Cuts what does not fit into a datagram of the old size."""

    udplen = 512


@dataclass
class World:
    """A resolver at 127.0.0.1 and name servers at further addresses, all on one port."""

    port: int
    stop: list[Callable[[], Any]] = field(default_factory=list)
    zones: dict[str, Zone] = field(default_factory=dict)

    def server(self, address: str, zone: str, **kw: Any) -> None:
        answers = self.zones[address] = Zone(zone, **kw)
        for tcp in (False, True):
            server = DNSServer(
                answers,
                address=address,
                port=self.port,
                tcp=tcp,
                logger=DNSLogger("-request,-reply,-truncated,-error"),
                handler=Small,
            )
            server.server.daemon_threads = True
            threading.Thread(
                target=server.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
            ).start()
            self.stop += [server.server.shutdown, server.server.server_close]

    def change(self, address: str, zone: str) -> None:
        """Let a server answer out of another zone from now on."""
        self.zones[address].records = RR.fromZone(zone)

    def records(self, address: str, *more: RR) -> None:
        """Add records that no zone file can write."""
        self.zones[address].records += more

    def silent(self, address: str) -> None:
        """Bind an address that never answers."""
        deaf = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        deaf.bind((address, self.port))
        self.stop.append(deaf.close)

    def resolver(self, domain: str, *addresses: str, more: str = "") -> None:
        lines = [more]
        for number, address in enumerate(addresses):
            lines.append(f"{domain}. 60 IN NS ns{number}.host.example.")
            lines.append(f"ns{number}.host.example. 60 IN A {address}")
        self.server("127.0.0.1", "\n".join(lines))


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.DNS_RESOLVERS = [("127.0.0.1", port)]
    settings.DNS_PORT = port
    made = World(port)
    yield made
    for stop in made.stop:
        stop()


@pytest.fixture
def company(db: None) -> factories.Company:
    return factories.company(expected_mx=MX, name_server_suffixes=["godo.example"])


def run_of(company: factories.Company, domain: str = "new.example") -> Run:
    result = engine.open_run(
        company.tenant,
        procedure="godomall_mx",
        actor_id=company["mail_admin"].pk,
        now=NOW,
        values={"domain": domain},
    )
    assert result.run is not None, result.refusal
    return result.run


def look(run: Run, company: factories.Company, step: str = "verify_mx", number: int = 0) -> Probe:
    (row,) = probes.check(run, step, now=NOW + number * MINUTE, actor_id=company["mail_admin"].pk)
    return Probe.objects.get(pk=row.pk)


def test_the_exact_set_is_right_and_kept(world: World, company: factories.Company) -> None:
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", ZONE)
    seen = look(run_of(company), company)
    assert (seen.kind, seen.domain, seen.outcome) == ("mx", "new.example", "right")
    assert (seen.expected, seen.found, seen.at) == (MX, MX, NOW)
    assert seen.actor == company["mail_admin"]


@pytest.mark.parametrize(
    ("zone", "outcome"),
    [
        (ZONE.upper().replace(" 60 IN MX ", " 60 IN MX "), "right"),  # upper case
        (ZONE.splitlines()[0], "wrong"),  # one is missing
        (ZONE + "\nnew.example. 60 IN MX 30 old.example.", "wrong"),  # one too many
        (ZONE.replace("MX 10", "MX 99"), "wrong"),  # other order
        (ZONE.replace("MX 20", "MX 10"), "wrong"),  # equal priorities
        ("new.example. 60 IN A 192.0.2.1", "wrong"),  # it exists and has no MX
        ("other.example. 60 IN A 192.0.2.1", "wrong"),  # it does not exist
        (ZONE + "\nmx1.tigris.example. 60 IN CNAME mx.tigris.example.", "right"),  # alias behind
    ],
)
def test_what_one_server_answers(
    world: World, company: factories.Company, zone: str, outcome: str
) -> None:
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", zone)
    assert look(run_of(company), company).outcome == outcome


def test_equal_priorities_are_a_group(world: World, company: factories.Company) -> None:
    company.tenant.expected_mx = ["10 mx2.tigris.example.", "10 MX1.tigris.example"]
    company.tenant.save()
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", ZONE.replace("MX 20", "MX 10"))
    assert look(run_of(company), company).outcome == "right"


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED"])
def test_a_failing_server_is_unknown_and_never_wrong(
    world: World, company: factories.Company, rcode: str
) -> None:
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", ZONE, rcode=rcode)
    assert look(run_of(company), company).outcome == "timeout"


def test_a_server_without_authority_is_unknown(world: World, company: factories.Company) -> None:
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", "other.example. 60 IN A 192.0.2.1", authoritative=False)
    assert look(run_of(company), company).outcome == "timeout"


def test_silent_servers_cost_no_more_than_three_seconds(
    world: World, company: factories.Company
) -> None:
    world.resolver("new.example", "127.0.0.2", "127.0.0.3", "127.0.0.4")
    for address in ("127.0.0.2", "127.0.0.3", "127.0.0.4"):
        world.silent(address)
    run = run_of(company)
    began = time.monotonic()
    assert look(run, company).outcome == "timeout"
    assert time.monotonic() - began < 3.0


def test_a_silent_resolver_costs_no_more_than_three_seconds(
    world: World, company: factories.Company
) -> None:
    world.silent("127.0.0.1")
    run = run_of(company)
    began = time.monotonic()
    assert look(run, company).outcome == "timeout"
    assert time.monotonic() - began < 3.0


def test_one_server_of_two_that_is_silent_leaves_it_unknown(
    world: World, company: factories.Company
) -> None:
    world.resolver("new.example", "127.0.0.2", "127.0.0.3")
    world.server("127.0.0.2", ZONE)
    world.silent("127.0.0.3")
    seen = look(run_of(company), company)
    assert (seen.outcome, seen.found) == ("timeout", MX)


def test_servers_that_say_different_things_disagree(
    world: World, company: factories.Company
) -> None:
    world.resolver("new.example", "127.0.0.2", "127.0.0.3")
    world.server("127.0.0.2", ZONE)
    world.server("127.0.0.3", "new.example. 60 IN MX 5 old.example.")
    seen = look(run_of(company), company)
    assert (seen.outcome, seen.found) == ("disagree", ["5 old.example", *MX])


def test_what_does_not_fit_a_datagram_is_asked_by_tcp(
    world: World, company: factories.Company
) -> None:
    lines = [f"{n} mx{n}.a-rather-long-name-of-a-host.tigris.example" for n in range(40)]
    company.tenant.expected_mx = lines
    company.tenant.save()
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", "\n".join(f"new.example. 60 IN MX {line}." for line in lines))
    seen = look(run_of(company), company)
    assert (seen.outcome, len(seen.found)) == ("right", 40)


def test_a_korean_name_is_asked_in_its_ascii_form(world: World, company: factories.Company) -> None:
    world.resolver("xn--3e0b707e.example", "127.0.0.2")
    world.server("127.0.0.2", ZONE.replace("new.example.", "xn--3e0b707e.example."))
    seen = look(run_of(company, "한국.example"), company)
    assert (seen.domain, seen.outcome) == ("xn--3e0b707e.example", "right")


def test_a_domain_that_nobody_knows_is_wrong(world: World, company: factories.Company) -> None:
    world.resolver("example", "127.0.0.2")
    world.server("127.0.0.2", "example. 60 IN SOA ns.example. a.example. 1 60 60 60 60")
    assert look(run_of(company), company).outcome == "wrong"


def test_with_nothing_configured_it_says_so_and_shows_what_is_there(
    world: World, company: factories.Company
) -> None:
    company.tenant.expected_mx = []
    company.tenant.save()
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", ZONE)
    seen = look(run_of(company), company)
    assert (seen.outcome, seen.expected, seen.found) == ("none", [], MX)


def test_name_servers_are_found_for_a_name_below_the_zone(world: World) -> None:
    world.resolver("new.example", "127.0.0.2", more="shop.new.example. 60 IN A 192.0.2.1")
    assert probes.name_servers("new.example") == ("ns0.host.example", "ns1.host.example")[:1]
    assert probes.name_servers("shop.new.example") == ("ns0.host.example",)
    assert probes.name_servers("gone.example") == ()
    assert probes.name_servers("not a name..") == ()


@pytest.mark.parametrize(
    ("suffixes", "outcome"),
    [(["host.example"], "right"), (["godo.example"], "wrong"), ([], "none")],
)
def test_whose_name_servers_they_are(
    world: World, company: factories.Company, suffixes: list[str], outcome: str
) -> None:
    company.tenant.name_server_suffixes = suffixes
    company.tenant.save()
    world.resolver("new.example", "127.0.0.2")
    seen = look(run_of(company), company, "look_up_ns")
    assert (seen.kind, seen.outcome, seen.found) == ("ns", outcome, ["ns0.host.example"])


def test_the_thirty_first_look_within_an_hour_is_refused(
    world: World, company: factories.Company
) -> None:
    world.resolver("new.example")
    run = run_of(company)
    for number in range(probes.CHECKS):
        look(run, company, number=number)
    with pytest.raises(probes.TooManyChecks) as refused:
        look(run, company, number=probes.CHECKS)
    assert refused.value.again_at == NOW + timedelta(hours=1)
    assert look(run, company, number=60).pk


def test_a_step_that_rests_on_no_dns_is_not_looked_at(company: factories.Company) -> None:
    run = run_of(company)
    with pytest.raises(NotPossible):
        probes.check(run, "test_mail", now=NOW, actor_id=None)


def test_addresses_of_our_own_network_are_left_alone_with_public_resolvers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.resolver("new.example", "127.0.0.2")
    asker = name_servers.Asker([("127.0.0.1", world.port)], timeout=2, port=world.port)
    assert asker.addresses("ns0.host.example") == ["127.0.0.2"]
    found = asker._resolve
    open_asker = name_servers.Asker([], timeout=2, port=world.port)
    monkeypatch.setattr(open_asker, "_resolve", found)
    assert open_asker.addresses("ns0.host.example") == []
