"""What a company's configuration says that the DNS of a domain should hold, record by record."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.models import Tenant
from procedures.probes import expected_mx

DOMAIN = "{domain}"
# In the order of the page. Where nothing is configured, these are looked at all the same: their
# names need no configuration, and what is found may be read.
KINDS = ("mx", "spf", "dkim", "dmarc", "autodiscover")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One record: what it is for, where it lies, and the lines that should be there.

    ``rtype`` is empty where nothing can be asked, since what to ask is not configured.
    """

    kind: str
    name: str
    rtype: str
    expected: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name the record the same at each look."""
        return f"{self.kind} {self.name} {self.rtype}"


def wanted(tenant: Tenant, domain: str) -> list[Wanted]:
    """List the records of a domain, those not configured included."""
    return [
        Wanted("mx", domain, "MX", tuple(expected_mx(tenant))),
        Wanted("spf", domain, "TXT", _lines(tenant.expected_spf, domain)),
        *_dkim(_lines(tenant.expected_dkim, domain), domain),
        Wanted("dmarc", f"_dmarc.{domain}", "TXT", _lines(tenant.expected_dmarc, domain)),
        *_autodiscover(_lines(tenant.expected_autodiscover, domain), domain),
    ]


def _lines(stored: list[str], domain: str) -> tuple[str, ...]:
    return tuple(str(line).replace(DOMAIN, domain) for line in stored)


def _dkim(lines: tuple[str, ...], domain: str) -> Iterator[Wanted]:
    if not lines:
        yield Wanted("dkim", f"_domainkey.{domain}", "")
    for line in lines:
        selector, rtype, value = line.split(" ", 2)
        yield Wanted("dkim", f"{selector}._domainkey.{domain}", rtype, (value,))


def _autodiscover(lines: tuple[str, ...], domain: str) -> Iterator[Wanted]:
    if not lines:
        yield Wanted("autodiscover", f"autodiscover.{domain}", "")
    for rtype, owner in (("CNAME", "autodiscover"), ("A", "autodiscover")):
        values = _of(lines, rtype)
        if values:
            yield Wanted("autodiscover", f"{owner}.{domain}", rtype, values)
    values = _of(lines, "SRV")
    if values:
        yield Wanted("autodiscover", f"_autodiscover._tcp.{domain}", "SRV", values)


def _of(lines: tuple[str, ...], rtype: str) -> tuple[str, ...]:
    return tuple(line.partition(" ")[2] for line in lines if line.startswith(f"{rtype} "))
