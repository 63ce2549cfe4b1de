"""Zones written by strangers: huge, circular, full of signs that steer; little of it is kept."""

import json
from datetime import timedelta

import dns.flags
import dns.message
import dns.rrset
import pytest
from dnslib import RR, TXT

from tests.engine.test_probes import MX, World
from tests.tickets.dns_records.conftest import DOMAIN, NOW, Firm, zone
from tickets.dns_records import answers, findings
from tickets.dns_records.access import MOST_DOMAINS, first_ones
from tickets.dns_records.asking import Seen, SeenDomain
from tickets.dns_records.expected import Wanted
from tickets.dns_records.judging import Judgement, Reply, judge

MX_WANTED = Wanted("mx", "new.example", "MX", tuple(MX))
SPF_WANTED = Wanted("spf", "new.example", "TXT", ("v=spf1 ~all",))


def answered(name: str, kind: str, *lines: str) -> dns.message.QueryMessage:
    """Make an answer with authority out of lines such as ``a.example. 60 IN CNAME b.example.``."""
    made = dns.message.make_response(dns.message.make_query(name, kind))
    assert isinstance(made, dns.message.QueryMessage)
    made.flags |= dns.flags.AA
    for line in lines:
        owner, ttl, class_, rtype, data = line.split(" ", 4)
        made.answer.append(dns.rrset.from_text(owner, int(ttl), class_, rtype, data))
    parsed = dns.message.from_wire(made.to_wire())
    assert isinstance(parsed, dns.message.QueryMessage)
    return parsed


@pytest.mark.django_db
def test_sixty_kilobytes_of_text_are_read_and_cut(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(spf=None))
    strings = [b"v=spf1 " + b"x" * 240, *[b"y" * 255] * 230]
    world.records("127.0.0.2", RR("new.example", 16, rdata=TXT(strings), ttl=60))
    found = findings.of_look(firm.look().seen, [], NOW)
    spf = next(one for one in findings.records_of(found) if one["kind"] == "spf")
    assert spf["verdict"] == "wrong"
    assert len(spf["answers"][0]["values"][0]) == findings.LONGEST
    assert len(json.dumps(found)) < 20_000


def test_more_than_any_record_needs_is_kept_in_short() -> None:
    values = tuple(f"v=spf1 {number} " + "x" * 1_900 for number in range(answers.MOST_VALUES))
    domains = [
        SeenDomain(
            f"d{number}.example",
            tuple(f"ns{n}.example" for n in range(13)),
            records=[
                Seen(
                    Wanted(kind, f"d{number}.example", "TXT", ("v=spf1 ~all",)),
                    {f"ns{n}.example": Reply((f"{n}", *values), 60) for n in range(13)},
                    {f"192.0.2.{n}": Reply(values, 60) for n in range(8)},
                )
                for kind in ("spf", "dkim", "dmarc")
            ],
        )
        for number in range(MOST_DOMAINS)
    ]
    found = findings.of_look(domains, [], NOW)
    assert len(json.dumps(found)) < 2 * findings.LARGEST
    again = findings.of_look(domains, found, NOW + timedelta(minutes=1))
    assert findings.changes_between(found, again) == []


def test_aliases_in_a_circle_are_unknown() -> None:
    circle = answered(
        "new.example", "MX",
        "new.example. 60 IN CNAME b.example.", "b.example. 60 IN CNAME new.example.",
    )  # fmt: skip
    assert answers.of_authority(MX_WANTED, circle) == Reply(None, why="broken")


def test_a_long_chain_of_aliases_is_unknown() -> None:
    lines = [f"a{n}.example. 60 IN CNAME a{n + 1}.example." for n in range(40)]
    chain = answered("a0.example", "MX", *lines)
    assert answers.of_authority(MX_WANTED, chain).values is None


@pytest.mark.django_db
def test_where_an_alias_leads_is_never_asked(firm: Firm, world: World) -> None:
    world.resolver(DOMAIN, "127.0.0.2")
    world.server("127.0.0.2", zone(alias="s2._domainkey.new.example. 60 IN CNAME trap.example."))
    firm.look()
    for answering in world.zones.values():
        assert not [name for name in answering.asked if "trap" in name or "tigris" in name]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"10 a\032b\000\<script\>.example.", "10 a\\032b\\000<script>.example"),
        (r"10 \226\128\174gpj.example.", "10 \\226\\128\\174gpj.example"),
        (r"65535 *._.-.example.", "65535 *._.-.example"),
        ("0 " + ".".join(["x" * 63] * 3) + ".", "0 " + ".".join(["x" * 63] * 3)),
    ],
)
def test_odd_labels_stay_what_they_are(written: str, shown: str) -> None:
    reply = answers.of_authority(
        MX_WANTED, answered("new.example", "MX", f"new.example. 60 IN MX {written}")
    )
    assert reply.values == (shown,)
    assert judge(MX_WANTED, [reply]).verdict == "wrong"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ";", "=", ";;;===;;;", "v=spf1", "v=spf1 ", "V=SPF1 \u3000", "p", "v=DMARC1",
        "\u202e", "x" * 70_000, "v=spf1 " + "a " * 9_000, "'\"<>&`{{7*7}}{% x %}%s\\",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["spf", "dkim", "dmarc"])
def test_no_text_of_strangers_breaks_the_judging(kind: str, text: str) -> None:
    wanted = Wanted(kind, "new.example", "TXT", ("v=DKIM1; p=A",))
    shown = answers.shown(text)
    assert shown.isprintable() or "\u3000" in shown
    assert isinstance(judge(wanted, [Reply((shown,), 60)]), Judgement)


def test_a_time_to_live_of_years_is_a_week() -> None:
    forever = answered("new.example", "TXT", 'new.example. 2147483647 IN TXT "v=spf1 ~all"')
    assert answers.of_authority(SPF_WANTED, forever).ttl == answers.LONGEST_TTL


def test_how_long_nothing_is_remembered_is_said_by_the_soa_alone() -> None:
    nothing = answered("new.example", "TXT")
    assert answers.of_authority(SPF_WANTED, nothing) == Reply((), None)
    soa = "ns.new.example. a.new.example. 1 60 60 60 900"
    nothing.authority.append(dns.rrset.from_text("new.example.", 3_600, "IN", "SOA", soa))
    parsed = dns.message.from_wire(nothing.to_wire())
    assert answers.of_authority(SPF_WANTED, parsed) == Reply((), 900)


def test_an_answer_to_another_question_is_not_one() -> None:
    other = answered("new.example", "TXT", "evil.example. 60 IN MX 10 mx1.tigris.example.")
    assert answers.of_authority(SPF_WANTED, other) == Reply((), None)


def test_only_the_first_domains_of_very_many_are_looked_at() -> None:
    assert len(first_ones(f"d{number}.example" for number in range(500))) == MOST_DOMAINS
    assert first_ones(["a.example", "a.example"]) == ["a.example"]
