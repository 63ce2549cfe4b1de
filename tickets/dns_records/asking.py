"""Ask every name server of some domains, and the resolvers, for all records at once.

All questions share one span of time; what has not answered by then is unknown.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from dns.message import Message

from procedures.name_servers import Asker, Authority, Unknown
from tickets.dns_records import answers
from tickets.dns_records.expected import Wanted
from tickets.dns_records.judging import Reply

# Servers that do not answer hold a thread each; the others must not wait behind them.
THREADS = 64
type Resolver = tuple[str, int]


@dataclass(slots=True)
class Seen:
    """What was seen of one record: by name server of the domain, and by resolver."""

    wanted: Wanted
    servers: dict[str, Reply] = field(default_factory=dict)
    resolvers: dict[str, Reply] = field(default_factory=dict)


@dataclass(slots=True)
class SeenDomain:
    """What was seen of one domain; ``missing``: it does not exist."""

    domain: str
    servers: tuple[str, ...] = ()
    missing: bool = False
    records: list[Seen] = field(default_factory=list)


def look(
    asker: Asker, records: Mapping[str, Sequence[Wanted]], resolvers: Sequence[Resolver]
) -> list[SeenDomain]:
    """Ask for the records of each domain; takes no longer than the asker's time."""
    pool = ThreadPoolExecutor(THREADS)
    try:
        spread = {
            (one.key, where): pool.submit(asker.recursive, one.name, one.rtype, *where)
            for domain in records
            for one in records[domain]
            if one.rtype
            for where in resolvers
        }
        zones = {domain: pool.submit(_authority, asker, domain) for domain in records}
        found = [_begin(domain, _wait(asker, zone)) for domain, zone in zones.items()]
        _learn_addresses(pool, asker, found)
        asked = _ask_servers(pool, asker, found, records)
        for one in found:
            one.records = [Seen(wanted) for wanted in records[one.domain]]
            for seen in one.records:
                _collect(asker, seen, one, asked, spread)
    finally:
        # Every question ends with the asker's time by itself.
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def _wait[T](asker: Asker, future: Future[T]) -> T | None:
    """Return what came of a question; None once the time is over, whatever its thread does."""
    try:
        return future.result(max(asker.ends - time.monotonic(), 0))
    except TimeoutError:
        return None


def _authority(asker: Asker, domain: str) -> Authority | None:
    try:
        return asker.authority(domain)
    except Unknown:
        return None


def _begin(domain: str, zone: Authority | None) -> SeenDomain:
    if zone is None:
        return SeenDomain(domain)
    return SeenDomain(domain, zone.servers, zone.missing)


def _learn_addresses(pool: ThreadPoolExecutor, asker: Asker, found: list[SeenDomain]) -> None:
    """Look each server's address up once, before all questions ask for it at once."""
    names = {server for one in found for server in one.servers}
    for one in [pool.submit(asker.reach, name) for name in names]:
        _wait(asker, one)


def _ask_servers(
    pool: ThreadPoolExecutor,
    asker: Asker,
    found: list[SeenDomain],
    records: Mapping[str, Sequence[Wanted]],
) -> dict[tuple[str, str], Future[Message | None]]:
    """Ask record by record, so that a silent server holds back as little as may be."""
    return {
        (one.key, server): pool.submit(asker.response, one.name, one.rtype, server)
        for domain in found
        for one in records[domain.domain]
        if one.rtype
        for server in domain.servers
    }


def _collect(
    asker: Asker,
    seen: Seen,
    domain: SeenDomain,
    asked: Mapping[tuple[str, str], Future[Message | None]],
    spread: Mapping[tuple[str, Resolver], Future[Message | None]],
) -> None:
    """Wait for what was asked about one record."""
    wanted = seen.wanted
    if not wanted.rtype:
        return
    for server in domain.servers:
        seen.servers[server] = answers.of_authority(wanted, _wait(asker, asked[wanted.key, server]))
    if not domain.servers:
        # Without any zone above, the resolver's word that it does not exist is the last.
        seen.servers[""] = Reply(()) if domain.missing else Reply(None, why="silent")
    for (key, where), future in spread.items():
        if key == wanted.key:
            seen.resolvers[named(where)] = answers.of_resolver(wanted, _wait(asker, future))


def named(resolver: Resolver) -> str:
    """Write a resolver as it is configured."""
    host, port = resolver
    if port == 53:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
