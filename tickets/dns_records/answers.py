"""Read what a server answered: values as plain text, how long they live, or why it is not known.

What strangers wrote into their zone is hostile: characters that steer a terminal, a page or
the direction of writing become visible escapes, and what is too long is cut.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from tickets.dns_records.expected import Wanted
from tickets.dns_records.judging import Reply, relevant

MOST_VALUES = 50
LONGEST_VALUE = 2_000
# Resolvers keep nothing for longer: RFC 8767, section 4.
LONGEST_TTL = 7 * 24 * 60 * 60
_STEERS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_WHY = {dns.rcode.REFUSED: "refused", dns.rcode.SERVFAIL: "servfail"}


def of_authority(wanted: Wanted, response: dns.message.Message | None) -> Reply:
    """Read the answer of a name server of the domain; without authority it says nothing."""
    if response is not None and not response.flags & dns.flags.AA and _good(response):
        return Reply(None, why="lame")
    return of_resolver(wanted, response)


def of_resolver(wanted: Wanted, response: dns.message.Message | None) -> Reply:
    """Read the answer of a resolver."""
    if response is None:
        return Reply(None, why="silent")
    if not isinstance(response, dns.message.QueryMessage) or not _good(response):
        return Reply(None, why=_WHY.get(response.rcode(), "broken"))
    try:
        chain = response.resolve_chaining()
    except dns.exception.DNSException:
        # Aliases that lead in a circle, or an answer to another question.
        return Reply(None, why="broken")
    ttl = min(chain.minimum_ttl, LONGEST_TTL)
    if chain.answer is None:
        # Only the SOA says how long it is remembered that there is nothing.
        said = any(one.rdtype == dns.rdatatype.SOA for one in response.authority)
        return Reply(None, why="alias") if chain.cnames else Reply((), ttl if said else None)
    values = relevant(wanted, (_written(wanted.rtype, one) for one in chain.answer))
    return Reply(tuple(sorted(dict.fromkeys(values)))[:MOST_VALUES], ttl)


def _good(response: dns.message.Message) -> bool:
    return response.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)


def _written(rtype: str, data: Any) -> str:
    return shown(_WRITERS[rtype](data))


def shown(text: str) -> str:
    """Make a text of strangers harmless to look at, and short."""
    visible = _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text[: LONGEST_VALUE + 1])
    return visible if len(visible) <= LONGEST_VALUE else visible[: LONGEST_VALUE - 1] + "…"


def _host(name: dns.name.Name) -> str:
    text = str(name).lower()
    return text if name == dns.name.root else text.removesuffix(".")


def _text(data: Any) -> str:
    """Join the strings of a TXT: they are one text, cut where the DNS wants it cut."""
    joined: bytes = b"".join(data.strings)
    return joined[: LONGEST_VALUE * 4].decode(errors="backslashreplace")


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "MX": lambda one: f"{one.preference} {_host(one.exchange)}",
    "TXT": _text,
    "CNAME": lambda one: _host(one.target),
    "A": lambda one: str(one.address),
    "SRV": lambda one: f"{one.priority} {one.weight} {one.port} {_host(one.target)}",
}
