"""A company with everything configured, and name servers on loopback that tests change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from helpdesk.models import Tenant, User
from procedures import engine
from procedures.models import Run
from tests import factories
from tests.engine.test_probes import MX, world
from tickets.dns_records import checking

__all__ = ["world"]
WINDOW = {"work_start": "2026-11-14T22:00+09:00", "work_end": "2026-11-15T04:00+09:00"}
NOW = factories.at("2026-11-02T09:00")
DOMAIN = "new.example"
SPF = "v=spf1 include:_spf.tigris.example ~all"
DKIM = "v=DKIM1; k=rsa; p=" + "A" * 300
DMARC = "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
RIGHT = f"""
new.example. 3600 IN MX 10 mx1.tigris.example.
new.example. 3600 IN MX 20 mx2.tigris.example.
new.example. 3600 IN TXT "verification=123"
new.example. 3600 IN TXT "v=spf1 include:_spf.tigris.example ~all"
s1._domainkey.new.example. 3600 IN TXT "{DKIM[:200]}" "{DKIM[200:]}"
s2._domainkey.new.example. 3600 IN CNAME s2.dkim.tigris.example.
_dmarc.new.example. 3600 IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@new.example"
autodiscover.new.example. 3600 IN CNAME auto.tigris.example.
_autodiscover._tcp.new.example. 3600 IN SRV 0 5 443 auto.tigris.example.
"""
CONFIGURED: dict[str, Any] = {
    "expected_mx": MX,
    "expected_spf": [SPF],
    "expected_dkim": [f"s1 TXT {DKIM}", "s2 CNAME s2.dkim.tigris.example"],
    "expected_dmarc": [DMARC],
    "expected_autodiscover": [
        "CNAME auto.tigris.example", "SRV 0 5 443 auto.tigris.example",
    ],
    "name_server_suffixes": ["godo.example"],
}  # fmt: skip
ASKED = {
    "requester": "choi@hanbit.example",
    "received": "2026-11-02T08:00+09:00",
    "current_main": "hanbit.example",
    "new_main": DOMAIN,
    "multi_domains": [],
    "rollback_plan": "MX를 되돌린다",
    "uses_group_mail": "false",
}


@dataclass
class Firm:
    """A company whose domain is being changed."""

    company: factories.Company
    run: Run
    now: datetime = NOW

    @property
    def tenant(self) -> Tenant:
        """Return the company's row."""
        return self.company.tenant

    def __getitem__(self, role: str) -> User:
        """Return who has a role."""
        return self.company[role]

    def configure(self, **values: Any) -> None:
        """Change the configuration."""
        Tenant.objects.filter(pk=self.tenant.pk).update(**values)

    def done(self, who: str, step: str, **kw: Any) -> None:
        """Complete a step."""
        values, words = kw.pop("values", {}), kw.pop("acknowledgement", "")
        at = kw.pop("now", self.now)
        result = engine.complete_step(
            self.run, step=step, values=values, acknowledgement=words,
            actor_id=self[who].pk, now=at, **kw,
        )  # fmt: skip
        assert result.done, result.refusal

    def look(self, now: datetime | None = None) -> checking.Look:
        """Ask the servers on loopback."""
        return checking.look(self.run, now or self.now)


def firm_of(company: factories.Company, **values: Any) -> Firm:
    """Open a change of domain for a company."""
    result = engine.open_run(
        company.tenant,
        procedure="domain_change",
        actor_id=company["support"].pk,
        now=NOW,
        values=ASKED | values,
    )
    assert result.run is not None, result.refusal
    return Firm(company, result.run)


@pytest.fixture
def firm(db: None, settings: Settings) -> Firm:
    """Make a company and its run."""
    settings.DNS_CHECK_RESOLVERS = []
    return firm_of(factories.company(**CONFIGURED))


def scheduled(firm: Firm) -> None:
    """Bring the run to a confirmed window."""
    firm.done("support", "set_dns")
    firm.done("support", "check_dns", acknowledgement="퍼지는 중")
    firm.done("support", "propose", values=WINDOW)
    firm.company.people["boss"] = factories.person(
        firm.tenant, "tenant_manager", name="차지우", email="boss@hanbit.example"
    )
    engine.approve(firm.run, step="agree", actor_id=firm["boss"].pk, now=firm.now)
    firm.done("support", "confirm_schedule", values=WINDOW, acknowledgement="퍼지는 중")


def zone(**lines: str | None) -> str:
    """Change the zone in which everything is right: ``zone(_dmarc=None, spf="…")``.

    A record is named by the part of its line that is its own; None leaves it out.
    """
    kept = []
    for line in RIGHT.strip().splitlines():
        found = next((key for key, mark in MARKS.items() if mark in line), "")
        new = lines.get(found, line)
        if new is not None:
            kept += [new] if new else []
    return "\n".join(kept)


MARKS = {
    "mx1": "MX 10",
    "mx2": "MX 20",
    "spf": "v=spf1",
    "dkim": "s1._domainkey",
    "alias": "s2._domainkey",
    "dmarc": "_dmarc",
    "auto": "autodiscover.new.example. 3600 IN CNAME",
    "srv": "_autodiscover._tcp",
}
