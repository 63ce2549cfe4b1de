"""The records that a company's DNS should hold, as a manager of the vendor types them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audit.models import Event
from helpdesk.models import Tenant
from helpdesk.vendor import dns_lines
from helpdesk.vendor.configuration import configure, configured
from helpdesk.vendor.forms import ConfigurationForm, seen_text
from tests.factories import Company, at, company

NOW = at("2026-11-23T09:00")
LONG_KEY = "A" * 392


@pytest.mark.parametrize(
    ("read", "typed", "kept"),
    [
        (dns_lines.spf, " v=spf1   include:_spf.tigris.example  ~all ",
         "v=spf1 include:_spf.tigris.example ~all"),  # spaces
        (dns_lines.spf, '"V=SPF1 ip4:192.0.2.0/24 a mx:{domain} -all"',
         "v=spf1 ip4:192.0.2.0/24 a mx:{domain} -all"),  # as a zone file quotes it
        (dns_lines.spf, "v=spf1 redirect=_spf.tigris.example",
         "v=spf1 redirect=_spf.tigris.example"),
        (dns_lines.dkim, f"S1 txt v=DKIM1; k=rsa;p={LONG_KEY[:300]} {LONG_KEY[300:]}",
         f"s1 TXT v=DKIM1; k=rsa; p={LONG_KEY}"),  # a key that was wrapped
        (dns_lines.dkim, "s1 TXT p=", "s1 TXT p="),  # a key that was withdrawn
        (dns_lines.dkim, "s1 cname S1._domainkey.Tigris.Example.",
         "s1 CNAME s1._domainkey.tigris.example"),
        (dns_lines.dkim, "a.b CNAME a.{domain}.dkim.example", "a.b CNAME a.{domain}.dkim.example"),
        (dns_lines.dmarc, "v=DMARC1;p=none;rua=mailto:d@{domain}",
         "v=DMARC1; p=none; rua=mailto:d@{domain}"),
        (dns_lines.autodiscover, "cname Auto.Tigris.Example.", "CNAME auto.tigris.example"),
        (dns_lines.autodiscover, "a 192.0.2.7", "A 192.0.2.7"),
        (dns_lines.autodiscover, "srv 0 05 443 auto.tigris.example",
         "SRV 0 5 443 auto.tigris.example"),
    ],
)  # fmt: skip
def test_a_record_is_read(read: Callable[[str], str], typed: str, kept: str) -> None:
    assert read(typed) == kept
    assert read(kept) == kept


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (dns_lines.spf, "include:_spf.tigris.example"),  # no v=spf1
        (dns_lines.spf, "v=spf1 includ:x.example ~all"),
        (dns_lines.spf, "v=spf1 include:{tenant} ~all"),  # another brace
        (dns_lines.spf, "v=spf1 include:한국.example ~all"),
        (dns_lines.spf, "v=spf1 " + "a " * 1_001),
        (dns_lines.dkim, "s1 v=DKIM1; p=AAAA"),  # neither TXT nor CNAME
        (dns_lines.dkim, "s_1- TXT p=AAAA"),
        (dns_lines.dkim, "s1 TXT k=rsa"),  # no key
        (dns_lines.dkim, "s1 TXT v=DKIM1; p=???"),
        (dns_lines.dkim, "s1 CNAME nowhere"),
        (dns_lines.dkim, "s1"),
        (dns_lines.dmarc, "p=none"),
        (dns_lines.dmarc, "v=DMARC1; p=perhaps"),
        (dns_lines.dmarc, "v=DMARC1; p=none; p=reject"),
        (dns_lines.autodiscover, "TXT x"),
        (dns_lines.autodiscover, "A 192.0.2.300"),
        (dns_lines.autodiscover, "A ::1"),
        (dns_lines.autodiscover, "SRV 0 0 70000 auto.tigris.example"),
        (dns_lines.autodiscover, "SRV 0 443 auto.tigris.example"),
    ],
)
def test_what_is_no_record_is_refused(read: Callable[[str], str], typed: str) -> None:
    with pytest.raises(ValidationError):
        read(typed)


@pytest.fixture
def firm(db: None) -> Company:
    return company()


def typed(one: Tenant, **changed: Any) -> dict[str, Any]:
    """Write what the form of a company holds, with some of it changed."""
    values = configured(one)
    lines = {k: "\n".join(v) if isinstance(v, list) else v for k, v in values.items()}
    return {**lines, "seen": seen_text(values), "reason": "개통", **changed}


@pytest.mark.parametrize(
    ("field", "lines"),
    [
        ("expected_spf", "v=spf1 ~all\nv=spf1 -all"),
        ("expected_dmarc", "v=DMARC1; p=none\nv=DMARC1; p=reject"),
        ("expected_dkim", "s1 TXT p=AAAA\ns1 CNAME k.example.com"),
        ("expected_autodiscover", "CNAME a.example.com\nA 192.0.2.1"),
        ("expected_spf", "v=spf1 whatever"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(firm: Company, field: str, lines: str) -> None:
    form = ConfigurationForm(typed(firm.tenant, **{field: lines}), tenant=firm.tenant)
    assert not form.is_valid()
    assert set(form.errors) == {field}


def test_records_are_configured_and_told_to_the_company(firm: Company) -> None:
    data = typed(firm.tenant, expected_spf="v=spf1 include:_spf.tigris.example ~all")
    form = ConfigurationForm(data, tenant=firm.tenant)
    assert form.is_valid(), form.errors
    configure(
        firm.tenant,
        values=form.configuration(),
        seen=form.cleaned_data["seen"],
        reason="개통",
        actor=firm["manager"],
        now=NOW,
    )
    firm.tenant.refresh_from_db()
    assert firm.tenant.expected_spf == ["v=spf1 include:_spf.tigris.example ~all"]
    assert Event.objects.get(stream=firm.tenant.stream).kind == "tenant.configured"
