"""Ask the name servers of a domain themselves, within a time that is given once for all."""

import ipaddress
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.nameserver
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from procedures.rules.mx import Answer, normal_name

THREADS = 16
MOST_SERVERS = 13
# One lost datagram must not look like a dead server.
TRY_SECONDS = 1.0
_FAILURES = (dns.exception.DNSException, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who answers for a domain. ``missing``: the domain itself does not exist."""

    servers: tuple[str, ...] = ()
    missing: bool = False


class Unknown(Exception):
    """The question could not be answered in time, or not at all."""


class Asker:
    """Questions that share one span of time; each takes what is left of it."""

    def __init__(
        self, resolvers: Sequence[tuple[str, int]], *, timeout: float, port: int = 53
    ) -> None:
        self.resolvers = resolvers
        self.port = port
        self.ends = time.monotonic() + timeout
        self._addresses: dict[str, list[str]] = {}

    def left(self) -> float:
        """Return the seconds left; raise Unknown when there are none."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0.01:
            raise Unknown
        return seconds

    def authority(self, domain: str) -> Authority:
        """Find the name servers of the zone a domain lies in; raise Unknown."""
        missing = False
        try:
            name = dns.name.from_text(normal_name(domain))
            while len(name) > 1:
                try:
                    answer = self._resolve(name, "NS")
                    if answer.canonical_name == name:
                        found = sorted(normal_name(str(one.target)) for one in answer)
                        return Authority(tuple(found[:MOST_SERVERS]), missing)
                except dns.resolver.NXDOMAIN:
                    missing = True
                except dns.resolver.NoAnswer:
                    # Not the top of a zone; the zone above answers for it.
                    pass
                name = name.parent()
        except _FAILURES as error:
            raise Unknown from error
        if missing:
            return Authority((), missing=True)
        raise Unknown

    def mx(self, domain: str, server: str) -> Answer:
        """Ask one server for the MX of a domain; None when it gives no answer of its own."""
        response = self.response(domain, "MX", server)
        try:
            return None if response is None else _answer(response)
        except _FAILURES:
            return None

    def response(self, name: str, kind: str, server: str) -> dns.message.Message | None:
        """Ask one name server about a name, whatever it then says; None when it says nothing."""
        try:
            question = dns.message.make_query(normal_name(name), kind)
            question.flags &= ~dns.flags.RD
            for address in self.addresses(server):
                found = self._ask(question, address, self.port)
                if found is not None:
                    return found
        except (*_FAILURES, Unknown):
            return None
        return None

    def reach(self, server: str) -> bool:
        """Look the address of a name server up, so that questions find it known."""
        try:
            return bool(self.addresses(server))
        except (*_FAILURES, Unknown):
            return False

    def recursive(self, name: str, kind: str, host: str, port: int) -> dns.message.Message | None:
        """Ask a resolver about a name; None when it says nothing."""
        try:
            return self._ask(dns.message.make_query(normal_name(name), kind), host, port)
        except (*_FAILURES, Unknown):
            return None

    def _resolve(self, name: dns.name.Name, kind: str) -> dns.resolver.Answer:
        resolver = dns.resolver.Resolver(configure=not self.resolvers)
        if self.resolvers:
            resolver.nameservers = [
                dns.nameserver.Do53Nameserver(host, port) for host, port in self.resolvers
            ]
        resolver.timeout = TRY_SECONDS
        # The resolver sleeps between its rounds and may wake after its time is over.
        return resolver.resolve(name, kind, search=False, lifetime=self.left() * 0.85)

    def addresses(self, server: str) -> list[str]:
        """Return the addresses of a server, IPv4 first; looked up once. Raises what dnspython does.

        Where no resolver is configured, names are the public ones: an address within our own
        network is then left alone, since anybody may write one into their zone.
        """
        known = self._addresses.get(server)
        if known is None:
            # What fails once is not asked again within the same time.
            self._addresses[server] = []
            known = self._addresses[server] = self._look_up_addresses(server)
        return known

    def _look_up_addresses(self, server: str) -> list[str]:
        found: list[str] = []
        for kind in ("A", "AAAA"):
            try:
                found += [
                    str(one.address) for one in self._resolve(dns.name.from_text(server), kind)
                ]
            except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
                continue
            if found:
                break
        if self.resolvers:
            return found
        return [one for one in found if ipaddress.ip_address(one).is_global]

    def _ask(
        self, question: dns.message.Message, address: str, port: int
    ) -> dns.message.Message | None:
        """Ask twice by UDP, and by TCP what does not fit; None when nothing comes back."""
        for _attempt in (1, 2):
            try:
                return dns.query.udp(
                    question,
                    address,
                    timeout=min(TRY_SECONDS, self.left()),
                    port=port,
                    ignore_unexpected=True,
                    raise_on_truncation=True,
                )
            except dns.message.Truncated:
                return dns.query.tcp(question, address, timeout=self.left(), port=port)
            except dns.exception.Timeout:
                continue
            except OSError:
                return None
        return None


def _answer(response: dns.message.Message) -> Answer:
    """Read the MX out of a response, if the server speaks with authority."""
    if not isinstance(response, dns.message.QueryMessage) or not response.flags & dns.flags.AA:
        return None
    if response.rcode() == dns.rcode.NXDOMAIN:
        return ()
    if response.rcode() != dns.rcode.NOERROR:
        return None
    chain = response.resolve_chaining()
    if chain.answer is None:
        # An alias that leads out of the zone says nothing here about the MX.
        return None if chain.cnames else ()
    return tuple(sorted(f"{one.preference} {_shown(one.exchange)}" for one in chain.answer))


def _shown(name: dns.name.Name) -> str:
    return str(name).lower() if name == dns.name.root else str(name).lower().removesuffix(".")


def look_up_mx(asker: Asker, domains: Sequence[str]) -> dict[str, list[Answer]]:
    """Ask every server of every domain at once; one answer a server, in no order."""
    with ThreadPoolExecutor(THREADS) as pool:
        zones = list(pool.map(lambda domain: _authority(asker, domain), domains))
        asked = {
            domain: [pool.submit(asker.mx, domain, server) for server in zone.servers]
            for domain, zone in zip(domains, zones, strict=True)
            if zone is not None and zone.servers
        }
        found = {domain: [one.result() for one in answers] for domain, answers in asked.items()}
    for domain, zone in zip(domains, zones, strict=True):
        if domain not in found:
            # Without any zone above, the resolver's word that it does not exist is the last.
            found[domain] = [()] if zone is not None and zone.missing else [None]
    return found


def _authority(asker: Asker, domain: str) -> Authority | None:
    try:
        return asker.authority(domain)
    except Unknown:
        return None
