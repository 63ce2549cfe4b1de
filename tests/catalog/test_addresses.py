"""P4 and P5: units or people, and an address that nobody else has."""

import pytest

from procedures.catalog import BY_KEY
from tests.catalog.facts import judged, kst

AT = kst("2026-11-23T09:00")
BOTH = ["representative_mail", "mailing_list"]
TAKEN = frozenset({"kim", "contact"})


@pytest.mark.parametrize(
    ("procedure", "answer", "level", "named"),
    [
        ("representative_mail", "unit", "allowed", ""),
        ("representative_mail", "individuals", "blocked", "‘메일링’"),
        ("mailing_list", "individuals", "allowed", ""),
        ("mailing_list", "unit", "blocked", "‘회사 대표메일’"),
    ],
)
def test_the_chooser_names_the_other_procedure(
    procedure: str, answer: str, level: str, named: str
) -> None:
    found = judged(procedure, "request", AT, values={"kind_of_members": answer})["ChoiceIs"]
    assert found.verdict.level == level
    if named:
        (other,) = BY_KEY[procedure].related
        assert named.strip("‘’") == BY_KEY[other].title.ko
        assert named in found.verdict.params["why"].ko


@pytest.mark.parametrize("procedure", BOTH)
@pytest.mark.parametrize(
    ("local_part", "level"),
    [("info", "allowed"), ("contact", "blocked"), ("Contact", "blocked"), ("contac", "allowed")],
)
def test_the_address_is_free(procedure: str, local_part: str, level: str) -> None:
    values = {"local_part": local_part}
    found = judged(procedure, "check_address", AT, values=values, addresses=TAKEN)
    assert found["AddressFree"].verdict.level == level


@pytest.mark.parametrize("procedure", BOTH)
@pytest.mark.parametrize(
    ("domain", "level"),
    [
        ("hankuk.example", "allowed"),
        ("hankuk.test", "allowed"),
        ("mail.hankuk.example", "blocked"),
    ],
)
def test_the_domain_is_registered(procedure: str, domain: str, level: str) -> None:
    known = ("hankuk.example", "hankuk.test")
    found = judged(procedure, "check_address", AT, values={"domain": domain}, domains=known)
    assert found["DomainRegistered"].verdict.level == level


@pytest.mark.parametrize("procedure", BOTH)
def test_the_address_is_claimed_unless_the_run_is_cancelled(procedure: str) -> None:
    (claim,) = BY_KEY[procedure].step_by_key["check_address"].claims
    assert (claim.key, claim.until) == ("address:{local_part}", "cancelled")


@pytest.mark.parametrize("procedure", BOTH)
def test_another_address_is_registered_and_tested_again(procedure: str) -> None:
    steps = [step for step in BY_KEY[procedure].steps if step.kind in ("do", "confirm")]
    assert len(steps) >= 2
    assert all("local_part" in step.covers for step in steps)


@pytest.mark.parametrize("procedure", BOTH)
def test_a_mail_admin_performs(procedure: str) -> None:
    steps = BY_KEY[procedure].step_by_key
    assert steps["check_address"].roles == ("mail_admin",)
    assert steps["perform"].roles == ("mail_admin",)


def test_representative_mail_is_tested_in_and_out_and_never_offers_a_login() -> None:
    page = BY_KEY["representative_mail"]
    assert [step.key for step in page.steps][-2:] == ["test_receive", "test_send"]
    assert "실제 로그인은 불가능하고, 송수신만 가능합니다." in page.step_by_key["test_send"].quote
    assert all("password" not in key and "login" not in key for key in page.field_by_key)
