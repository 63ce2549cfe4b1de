"""What is typed into a company's configuration is read line by line, or named as wrong."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import Body, Event
from audit.verify import verify
from helpdesk.models import Tenant, VendorMembership
from helpdesk.vendor import values
from helpdesk.vendor.configuration import FIELDS, Conflict, configure, configured
from helpdesk.vendor.forms import ConfigurationForm, seen_text
from procedures.heads import read_heads
from tests.factories import Company, at, company, tenant

NOW = at("2026-11-23T12:00")


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (values.domain, "Hanbit.Example", "hanbit.example"),
        (values.domain, "hanbit.example.", "hanbit.example"),
        (values.domain, "한빛.example", "xn--xx3br43b.example"),
        (values.domain, "xn--xx3br43b.example", "xn--xx3br43b.example"),
        (values.domain, "a" * 63 + ".example", "a" * 63 + ".example"),
        (values.mx, "10 MX1.Example.COM", "10 mx1.example.com"),
        (values.mx, "  0   mx1.example.com ", "0 mx1.example.com"),
        (values.mx, "65535 mx1.example.com", "65535 mx1.example.com"),
        (values.email, " Desk@Partner.Example ", "desk@partner.example"),
        (values.known_address, "sales", "sales"),
        (values.known_address, "Sales@hanbit.example", "sales@hanbit.example"),
        (values.service, "Email", "email"),
    ],
)
def test_a_line_is_read(read: Callable[[str], str], typed: str, value: str) -> None:
    assert read(typed) == value


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (values.domain, "hanbit"),
        (values.domain, "hanbit..example"),
        (values.domain, "-hanbit.example"),
        (values.domain, "hanbit-.example"),
        (values.domain, "han_bit.example"),
        (values.domain, "han bit.example"),
        (values.domain, "a" * 64 + ".example"),
        (values.domain, ".".join(["a" * 60] * 5)),
        (values.domain, "192.0.2.1"),
        (values.domain, "https://hanbit.example/"),
        (values.domain, "desk@hanbit.example"),
        (values.domain, "xn--zzzzzz99999.example"),
        (values.domain, "<b>.example"),
        (values.mx, "mx1.example.com"),
        (values.mx, "10"),
        (values.mx, "65536 mx1.example.com"),
        (values.mx, "-1 mx1.example.com"),
        (values.mx, "１０ mx1.example.com"),
        (values.mx, "10 mx1"),
        (values.mx, "10 mx1.example.com 20 mx2.example.com"),
        (values.email, "desk"),
        (values.email, "desk@"),
        (values.email, "desk@partner.example, boss@partner.example"),
        (values.email, "Desk <desk@partner.example>"),
        (values.known_address, "a b"),
        (values.known_address, "@hanbit.example"),
        (values.service, "전자결재"),
        (values.service, "1email"),
        (values.service, "e mail"),
    ],
)
def test_a_line_that_is_none_is_refused(read: Callable[[str], str], typed: str) -> None:
    with pytest.raises(ValidationError):
        read(typed)


def test_every_wrong_line_is_named_and_so_is_the_second_of_two_alike() -> None:
    typed = "a.example\nnone\n\nA.example.\nb_.example"
    with pytest.raises(ValidationError) as raised:
        values.lines(typed, values.domain)
    assert [str(one).split("”")[0][1:] for one in raised.value.messages] == [
        "none",
        "A.example.",
        "b_.example",
    ]


def test_a_list_is_no_longer_than_can_be_read() -> None:
    most = "\n".join(f"a{number}.example" for number in range(values.MOST_LINES))
    assert len(values.lines(most, values.domain)) == values.MOST_LINES
    with pytest.raises(ValidationError):
        values.lines(f"{most}\nlast.example", values.domain)


def typed_from(one: Tenant, **changed: Any) -> dict[str, Any]:
    """Fill the form in as the page shows it, then type something else."""
    seen = configured(one)
    shown = {
        name: "\n".join(value) if isinstance(value, list) else value for name, value in seen.items()
    }
    if not shown["self_declaration"]:
        del shown["self_declaration"]
    return {**shown, "seen": seen_text(seen), "reason": "계약 변경", **changed}


@pytest.fixture
def firm(db: None) -> Company:
    return company(expected_mx=["20 mx2.example.com", "10 mx1.example.com"])


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "가" * 121),
        ("main_domain", "hanbit"),
        ("multi_domains", "hanbit.example"),
        ("multi_domains", "a.example\na.example"),
        ("services", "전자결재"),
        ("expected_mx", "mx1.example.com"),
        ("expected_mx", "10 mx1.example.com\n10 MX1.example.com"),
        ("name_server_suffixes", "_dns.example"),
        ("external_user_price", "원" * 121),
        ("reminder_addresses", "desk"),
        ("reminder_addresses", "desk@a.example\nDesk@a.example"),
        ("known_addresses", "a b"),
        ("outlook_guide_url", "outlook"),
        ("outlook_guide_url", "javascript:alert(1)"),
        ("outlook_guide_url", "ftp://files.example/guide"),
        ("country", "XX"),
        ("country", "kr"),
        ("country", ""),
        ("zone", "Mars/Olympus"),
        ("zone", "localtime"),
        ("zone", "../../etc/passwd"),
        ("zone", ""),
        ("sync_scope", "weekly"),
        ("reason", ""),
        ("reason", "이" * 501),
        ("seen", ""),
        ("seen", "{"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_alone(firm: Company, field: str, typed: str) -> None:
    form = ConfigurationForm(typed_from(firm.tenant, **{field: typed}), tenant=firm.tenant)
    assert set(form.errors) == {field}


@pytest.mark.parametrize("field", ["main_domain", "multi_domains"])
def test_a_domain_of_another_company_is_refused(firm: Company, field: str) -> None:
    tenant("saebom", name="새봄", multi_domains=["shop.saebom.example"])
    for domain in ("saebom.example", "Shop.Saebom.example"):
        form = ConfigurationForm(typed_from(firm.tenant, **{field: domain}), tenant=firm.tenant)
        assert set(form.errors) == {field}


def send(firm: Company, **changed: Any) -> dict[str, Any]:
    form = ConfigurationForm(typed_from(firm.tenant, **changed), tenant=firm.tenant)
    assert form.is_valid(), form.errors
    return configure(
        firm.tenant,
        values=form.configuration(),
        seen=form.cleaned_data["seen"],
        reason=form.cleaned_data["reason"],
        actor=firm["manager"],
        now=NOW,
    )


def test_the_form_as_it_is_shown_changes_nothing_and_tells_nothing(firm: Company) -> None:
    assert send(firm) == {}
    assert not Event.objects.filter(stream=firm.tenant.stream).exists()


def test_a_change_is_one_event_with_before_and_after_and_why(firm: Company) -> None:
    send(firm, expected_mx="10 mx9.example.com\n10 mx8.example.com", self_declaration="on")
    stored = Tenant.objects.get(pk=firm.tenant.pk)
    assert stored.expected_mx == ["10 mx9.example.com", "10 mx8.example.com"]
    assert stored.self_declaration
    event = Event.objects.get(stream=stored.stream)
    body = json.loads(Body.objects.get(stream=stored.stream).body)
    assert (event.kind, event.actor_id) == ("tenant.configured", firm["manager"].pk)
    assert body["reason"] == "계약 변경"
    assert body["changes"] == {
        "expected_mx": {
            "old": ["20 mx2.example.com", "10 mx1.example.com"],
            "new": ["10 mx9.example.com", "10 mx8.example.com"],
        },
        "self_declaration": {"old": False, "new": True},
    }
    assert list(verify(heads=read_heads())) == []


def test_what_changed_meanwhile_stops_the_change_and_is_named(firm: Company) -> None:
    stale = firm.tenant
    Tenant.objects.filter(pk=stale.pk).update(main_domain="new.example")
    with pytest.raises(Conflict) as raised:
        send(firm, name="한빛")
    assert raised.value.changes == {"main_domain": ("hanbit.example", "new.example")}
    assert Tenant.objects.get(pk=stale.pk).name == "한빛상사"
    assert not Event.objects.filter(stream=stale.stream).exists()


def test_what_the_browser_says_it_saw_never_becomes_the_old_value(firm: Company) -> None:
    lie = configured(firm.tenant) | {"name": "거짓"}
    with pytest.raises(Conflict):
        send(firm, name="새 이름", seen=json.dumps(lie))


def test_support_cannot_configure_even_where_it_is_assigned(firm: Company) -> None:
    VendorMembership.objects.filter(user=firm["manager"]).update(role="support")
    with pytest.raises(PermissionDenied):
        send(firm, name="한빛")


def test_everything_configured_has_a_field() -> None:
    assert set(ConfigurationForm.base_fields) == {*FIELDS, "reason", "seen"}
