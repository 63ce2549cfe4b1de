"""Every record of a domain, answered by real name servers on loopback."""

# ruff: noqa: E501 - rows of a table

import time
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.engine.test_probes import MX, World
from tests.tickets.dns_records.conftest import DKIM, DOMAIN, Firm, zone
from tickets.dns_records import findings
from tickets.dns_records.findings import Finding

pytestmark = pytest.mark.django_db
MX1, MX2 = (
    "new.example. 60 IN MX 10 mx1.tigris.example.",
    "new.example. 60 IN MX 20 mx2.tigris.example.",
)


def verdicts(firm: Firm) -> dict[str, tuple[str, str]]:
    """Look, and say of each record what it is and why."""
    return {
        f"{one['kind']} {one['name'].removesuffix('.' + DOMAIN)} {one['type']}".strip(): (
            one["verdict"], one["reason"],
        )
        for one in records(firm)
    }  # fmt: skip


def records(firm: Firm) -> list[Finding]:
    return list(findings.records_of(findings.of_look(firm.look().seen, [], firm.now)))


def one(firm: Firm, kind: str) -> tuple[str, str]:
    """Return verdict and reason of the first record of a kind."""
    return next(said for key, said in verdicts(firm).items() if key.startswith(kind))


def test_everything_right(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    found = verdicts(firm)
    assert set(found.values()) == {("right", "")}, found
    assert list(found) == [
        "mx new.example MX", "spf new.example TXT", "dkim s1._domainkey TXT",
        "dkim s2._domainkey CNAME", "dmarc _dmarc TXT", "autodiscover autodiscover CNAME",
        "autodiscover _autodiscover._tcp SRV",
    ]  # fmt: skip
    assert findings.outcome_of(findings.of_look(firm.look().seen, [], firm.now)) == "right"


@pytest.mark.parametrize(
    ("mx", "said"),
    [
        (f"{MX1}\n{MX2}", ("right", "")),  # the exact set
        (f"{MX1}\n{MX2}".replace("10 mx1", "1 mx1").replace("20 mx2", "5 mx2"), ("right", "")),  # order alone counts
        (f"{MX1}\n{MX2}".upper(), ("right", "")),  # upper case
        (MX1, ("missing", "")),  # one is missing
        (f"{MX1}\n{MX2}\nnew.example. 60 IN MX 30 old.example.", ("extra", "")),  # one too many
        (f"{MX1}\nnew.example. 60 IN MX 20 old.example.", ("wrong", "")),  # another one
        (f"{MX1}\n{MX2}".replace("MX 10", "MX 99"), ("wrong", "order")),  # wrong order
        (f"{MX1}\n{MX2}".replace("MX 20", "MX 10"), ("wrong", "order")),  # equal priorities
        ("new.example. 60 IN A 192.0.2.1", ("missing", "")),  # the name is there, no MX
        ("other.example. 60 IN A 192.0.2.1", ("missing", "")),  # NXDOMAIN
        ("new.example. 60 IN MX 0 .", ("wrong", "")),  # takes no mail: RFC 7505
        (f"{MX1}\n{MX2}\nmx1.tigris.example. 60 IN CNAME mx.x.example.", ("right", "")),  # alias behind the target
        ("new.example. 60 IN CNAME elsewhere.example.", ("unknown", "alias")),  # leads out of the zone
        ("new.example. 60 IN CNAME new.example.", ("unknown", "broken")),  # an alias of itself
    ],
)  # fmt: skip
def test_mx(firm: Firm, world: World, mx: str, said: tuple[str, str]) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", mx)
    assert one(firm, "mx") == said


def test_mx_configured_with_dots_capitals_and_equal_priorities(firm: Firm, world: World) -> None:
    firm.configure(expected_mx=["10 MX2.tigris.example.", "10 mx1.tigris.example"])
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", f"{MX1}\n{MX2}".replace("MX 20", "MX 10"))
    assert one(firm, "mx") == ("right", "")


def test_mx_that_does_not_fit_a_datagram_comes_by_tcp(firm: Firm, world: World) -> None:
    lines = [f"{n} mx{n}.a-rather-long-name-of-a-host.tigris.example" for n in range(40)]
    firm.configure(expected_mx=lines)
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", "\n".join(f"new.example. 60 IN MX {line}." for line in lines))
    (mx, *_others) = records(firm)
    assert (mx["verdict"], mx["answers"][0]["more"]) == ("right", 40 - findings.MOST_VALUES)


def test_a_korean_domain(world: World, settings: Settings, db: None) -> None:
    from tests.factories import company
    from tests.tickets.dns_records.conftest import CONFIGURED, firm_of

    ascii_name = "xn--3e0b707e.example"
    world.resolver(ascii_name, "127.0.0.2")
    world.server("127.0.0.2", zone().replace(DOMAIN, ascii_name))
    korean = firm_of(company(**CONFIGURED), new_main="한국.example")
    assert {one["verdict"] for one in records(korean)} == {"right"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"rcode": "SERVFAIL"}, ("unknown", "servfail")),
        ({"rcode": "REFUSED"}, ("unknown", "refused")),
        ({"authoritative": False}, ("unknown", "lame")),
    ],
)
@pytest.mark.parametrize("content", [zone(), "other.example. 60 IN A 192.0.2.1"])
def test_a_server_that_cannot_know_is_unknown_and_never_wrong(
    firm: Firm, world: World, answer: dict[str, Any], said: tuple[str, str], content: str
) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", content, **answer)
    assert set(verdicts(firm).values()) == {said}


def test_one_lame_server_of_two_leaves_it_unknown(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2", "127.0.0.3")
    world.server("127.0.0.2", zone())
    world.server("127.0.0.3", "other.example. 60 IN A 192.0.2.1", authoritative=False)
    assert set(verdicts(firm).values()) == {("unknown", "lame")}


def test_servers_that_say_different_things_disagree(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2", "127.0.0.3")
    world.server("127.0.0.2", zone())
    world.server("127.0.0.3", zone(mx1=None, spf=None))
    found = verdicts(firm)
    assert found.pop("mx new.example MX") == found.pop("spf new.example TXT") == ("disagree", "")
    assert set(found.values()) == {("right", "")}


def test_a_server_that_never_answers_costs_less_than_three_seconds(
    firm: Firm, world: World
) -> None:
    """Measured by a monotonic clock around the look; the limit is DNS_TIMEOUT itself."""
    servers = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
    world.resolver(DOMAIN, *servers)
    for address in servers:
        world.silent(address)
    began = time.monotonic()
    found = set(verdicts(firm).values())
    assert time.monotonic() - began < 3.0
    assert found == {("unknown", "silent")}


def test_a_silent_server_does_not_hide_what_the_other_says(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2", "127.0.0.3")
    world.server("127.0.0.2", zone())
    world.silent("127.0.0.3")
    (mx, *_others) = records(firm)
    assert (mx["verdict"], mx["reason"]) == ("unknown", "silent")
    assert MX in [answer["values"] for answer in mx["answers"]]


@pytest.mark.parametrize(
    ("record", "line", "said"),
    [
        # SPF
        ("spf", 'new.example. 60 IN TXT "v=spf1 include:_spf.tigris" ".example ~all"', ("right", "")),  # several strings are one
        ("spf", 'new.example. 60 IN TXT "V=SPF1  INCLUDE:_spf.tigris.example ~ALL"', ("right", "")),
        ("spf", 'new.example. 60 IN TXT "v=spf1 +include:_spf.tigris.example ~all"', ("right", "")),
        ("spf", None, ("missing", "")),
        ("spf", 'new.example. 60 IN TXT "v=spf1 ~all"', ("missing", "")),  # a part is missing
        ("spf", 'new.example. 60 IN TXT "v=spf1 include:_spf.tigris.example a ~all"', ("extra", "")),
        ("spf", 'new.example. 60 IN TXT "v=spf1 include:_spf.other.example ~all"', ("wrong", "")),
        ("spf", 'new.example. 60 IN TXT "v=spf1 include:_spf.tigris.example ~all"\nnew.example. 60 IN TXT "v=spf1 -all"', ("wrong", "two")),
        ("spf", 'new.example. 60 IN TXT "v=spf10 include:_spf.tigris.example ~all"', ("missing", "")),  # no SPF at all
        # DKIM
        ("dkim", f's1._domainkey.new.example. 60 IN TXT "p={DKIM[18:200]}" "{DKIM[200:]};"', ("right", "")),  # what goes without saying
        ("dkim", None, ("missing", "")),
        ("dkim", 's1._domainkey.new.example. 60 IN TXT "v=DKIM1; p=BBBB"', ("wrong", "")),
        ("dkim", f's1._domainkey.new.example. 60 IN TXT "v=DKIM1; t=y; p={DKIM[18:200]}" "{DKIM[200:]}"', ("extra", "")),
        ("dkim", 's1._domainkey.new.example. 60 IN TXT "v=DKIM1; p=B"\ns1._domainkey.new.example. 60 IN TXT "v=DKIM1; p=C"', ("wrong", "two")),
        # DMARC
        ("dmarc", '_dmarc.new.example. 60 IN TXT "v=DMARC1;p=none;rua=mailto:dmarc@new.example;"', ("right", "")),
        ("dmarc", None, ("missing", "")),
        ("dmarc", '_dmarc.new.example. 60 IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@new.example"', ("wrong", "")),
        ("dmarc", '_dmarc.new.example. 60 IN TXT "v=DMARC1; p=none"', ("missing", "")),
        ("dmarc", '_dmarc.new.example. 60 IN TXT "v=DMARC1; p=none"\n_dmarc.new.example. 60 IN TXT "v=DMARC1; p=none"', ("missing", "")),  # the same twice is one
        ("dmarc", '_dmarc.new.example. 60 IN TXT "v=DMARC1; p=none"\n_dmarc.new.example. 60 IN TXT "v=DMARC1; p=reject"', ("wrong", "two")),
        # autodiscover
        ("auto", "autodiscover.new.example. 60 IN CNAME AUTO.Tigris.example.", ("right", "")),
        ("auto", None, ("missing", "")),
        ("auto", "autodiscover.new.example. 60 IN CNAME other.example.", ("wrong", "")),
    ],
)  # fmt: skip
def test_the_other_records(
    firm: Firm, world: World, record: str, line: str | None, said: tuple[str, str]
) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(**{record: line}))
    assert one(firm, {"auto": "autodiscover"}.get(record, record)) == said


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("autodiscover.new.example. 60 IN A 192.0.2.7", ("right", "")),
        ("autodiscover.new.example. 60 IN A 192.0.2.8", ("wrong", "")),
        ("autodiscover.new.example. 60 IN A 192.0.2.7\nautodiscover.new.example. 60 IN A 192.0.2.8", ("extra", "")),
        ("autodiscover.new.example. 60 IN CNAME elsewhere.example.", ("unknown", "alias")),  # its address may be right
    ],
)  # fmt: skip
def test_autodiscover_as_an_address(
    firm: Firm, world: World, lines: str, said: tuple[str, str]
) -> None:
    firm.configure(expected_autodiscover=["A 192.0.2.7"])
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(auto=lines))
    assert one(firm, "autodiscover autodiscover A") == said


def test_a_service_record_with_another_port_is_wrong(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    srv = "_autodiscover._tcp.new.example. 60 IN SRV 0 5 444 auto.tigris.example."
    world.server("127.0.0.2", zone(srv=srv))
    assert verdicts(firm)["autodiscover _autodiscover._tcp SRV"] == ("wrong", "")


def test_what_is_not_configured_says_so_and_guesses_nothing(firm: Firm, world: World) -> None:
    firm.configure(
        expected_mx=[], expected_spf=[], expected_dkim=[], expected_dmarc=[],
        expected_autodiscover=[],
    )  # fmt: skip
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    found = records(firm)
    assert [(f["kind"], f["verdict"]) for f in found] == [
        (kind, "none") for kind in ("mx", "spf", "dkim", "dmarc", "autodiscover")
    ]
    # What has a name without configuration is shown, what would have to be guessed is not asked.
    assert [bool(f["answers"]) for f in found] == [True, True, False, True, False]


def test_resolvers_show_how_far_it_has_spread(firm: Firm, world: World, settings: Settings) -> None:
    settings.DNS_CHECK_RESOLVERS = [("127.0.0.5", world.port), ("127.0.0.6", world.port)]
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone())
    world.server("127.0.0.5", zone(), authoritative=False)
    world.server("127.0.0.6", "new.example. 240 IN MX 5 old.example.", authoritative=False)
    (mx, *_others) = records(firm)
    assert mx["verdict"] == "right"
    assert [(r["verdict"], r["ttl"]) for r in mx["resolvers"]] == [("right", 3600), ("wrong", 240)]
