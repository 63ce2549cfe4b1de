"""The what-if command: one JSON object, exit codes, stored facts of a tenant, nothing written."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Membership, Tenant, User
from procedures.models import Claim, Probe
from tests.conftest import FreshDatabase

NOON = "2026-11-23T12:00+09:00"
AT = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def tenant(db: None) -> Tenant:
    return Tenant.objects.create(
        slug="hanbit",
        name="한빛",
        main_domain="hanbit.example",
        expected_mx=["10 mx1.tigris.example"],
    )


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    call_command("whatif", *words, "--json")
    out = capsys.readouterr()
    assert out.err == ""
    found: dict[str, Any] = json.loads(out.out)
    return found


def test_the_answer_has_the_promised_keys(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    found = ask(
        capsys, "domain_change", "--step", "confirm_schedule", "--at", NOON, "--received",
        "2026-11-23T09:00+09:00", "--set", "work_start=2026-12-01T09:00+09:00",
    )  # fmt: skip
    assert list(found) == ["procedure", "version", "step", "at", "verdict", "gates"]
    assert (found["procedure"], found["version"], found["step"], found["at"]) == (
        "domain_change",
        2,
        "confirm_schedule",
        "2026-11-23T12:00:00+09:00",
    )
    notice = found["gates"][0]
    assert list(notice) == [
        "rule", "verdict", "reason", "opens_at", "closes_at", "quote", "calendar",
    ]  # fmt: skip
    assert (notice["rule"], notice["verdict"]) == ("BusinessNotice", "blocked")
    assert notice["opens_at"] == "2026-12-02T00:00:00+09:00"
    assert notice["calendar"] == "KR-1"
    assert "최소 7일 전" in notice["quote"]


def test_received_is_short_for_setting_it(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["domain_change", "--step", "confirm_schedule", "--at", NOON]
    words += ["--set", "work_start=2026-12-01T09:00+09:00"]
    received = "2026-11-20T09:00+09:00"
    assert ask(capsys, *words, "--received", received) == ask(
        capsys, *words, "--set", f"received={received}"
    )


def test_lists_are_repeated_and_one_row_is_a_list(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["mail_admin_change", "--step", "perform", "--at", NOON, "--set", "remove=a@b.kr"]
    found = ask(capsys, *words, "--set", "add=c@b.kr", "--set", "add=a@b.kr")
    assert {gate["rule"]: gate["verdict"] for gate in found["gates"]} == {
        "AnyGiven": "allowed",
        "Disjoint": "blocked",
    }


def test_a_slot_used_and_a_slot_stored(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["service_sync", "--step", "run_sync", "--at", NOON, "--set", "service=email"]
    assert ask(capsys, *words)["verdict"] == "allowed"
    assert ask(capsys, *words, "--used", "sync=2026-11-23T00:30+09:00")["verdict"] == "blocked"
    assert ask(capsys, *words, "--used", "sync=2026-11-22T23:59+09:00")["verdict"] == "allowed"
    Claim.objects.create(tenant=tenant, key="sync:email:2026-11-23", until="forever", at=AT)
    assert ask(capsys, *words)["verdict"] == "allowed"
    assert ask(capsys, *words, "--tenant", "hanbit")["verdict"] == "blocked"
    other = [*words[:-1], "service=approval", "--tenant", "hanbit"]
    assert ask(capsys, *other)["verdict"] == "caution"
    Claim.objects.update(released_at=AT)
    assert ask(capsys, *words, "--tenant", "hanbit")["verdict"] == "allowed"


def test_the_tenant_s_zone_decides_the_day(
    tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    Tenant.objects.update(zone="America/New_York")
    Claim.objects.create(tenant=tenant, key="sync:email:2026-11-22", until="forever", at=AT)
    words = ["service_sync", "--step", "run_sync", "--at", NOON, "--set", "service=email"]
    found = ask(capsys, *words, "--tenant", "hanbit")
    assert found["at"] == "2026-11-22T22:00:00-05:00"
    assert found["gates"][0]["opens_at"] == "2026-11-23T00:00:00-05:00"


def test_mail_admins_and_addresses_are_the_tenant_s(
    tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    user = User.objects.create_user("park@hanbit.example", name="박서준")
    Membership.objects.create(user=user, tenant=tenant, role="mail_admin")
    words = ["mail_admin_change", "--step", "perform", "--at", NOON, "--tenant", "hanbit"]
    found = ask(capsys, *words, "--set", "remove=park@hanbit.example")
    levels = {gate["rule"]: gate["verdict"] for gate in found["gates"]}
    assert (levels["IsAdmin"], levels["OneRemains"]) == ("allowed", "blocked")
    words = ["mailing_list", "--step", "check_address", "--at", NOON, "--tenant", "hanbit"]
    found = ask(capsys, *words, "--set", "local_part=park", "--set", "domain=hanbit.example")
    levels = {gate["rule"]: gate["verdict"] for gate in found["gates"]}
    assert levels == {"DomainRegistered": "allowed", "AddressFree": "blocked"}


def test_a_stored_probe_is_good_for_fifteen_minutes(
    tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["godomall_mx", "--step", "verify_mx", "--at", NOON, "--tenant", "hanbit"]
    words += ["--set", "domain=hanbit.example"]
    probe = Probe.objects.create(
        tenant=tenant,
        kind="mx",
        domain="hanbit.example",
        outcome="wrong",
        expected=tenant.expected_mx,
        found=["10 other.example"],
        at=AT - timedelta(minutes=15),
    )
    assert ask(capsys, *words)["verdict"] == "blocked"
    probe.at = AT - timedelta(minutes=15, microseconds=1)
    probe.save()
    with pytest.raises(CommandError, match="nothing can be judged; give a DNS check") as refused:
        call_command("whatif", *words, "--json")
    assert refused.value.returncode == 2


def test_countries_that_other_open_runs_need_stay(
    tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["allowed_countries", "--step", "remove_added", "--at", NOON, "--tenant", "hanbit"]
    words += ["--set", "countries=JP", "--set", "remove_countries=KR"]
    levels = {gate["rule"]: gate["verdict"] for gate in ask(capsys, *words)["gates"]}
    assert levels == {"OwnCountryStays": "blocked", "OnlyAddedHere": "blocked"}


REFUSED = [
    (("nope", "--step", "x", "--at", NOON), "unknown procedure 'nope'"),
    (("service_sync", "--step", "x", "--at", NOON), "unknown step 'x'"),
    (("service_sync", "--step", "run_sync", "--at", NOON, "--set", "x=1"), "unknown field 'x'"),
    (("service_sync", "--step", "run_sync", "--at", NOON, "--set", "x"), "--set: 'x' is not of"),
    (("mail_recovery", "--step", "recover", "--at", NOON, "--received", NOON), "unknown field"),
    (("service_sync", "--step", "run_sync", "--at", NOON, "--used", f"x={NOON}"), "unknown limit"),
    (("service_sync", "--step", "run_sync", "--at", NOON, "--as", "boss"), "unknown role 'boss'"),
    (("service_sync", "--step", "run_sync", "--at", NOON, "--tenant", "x"), "unknown tenant 'x'"),
    (("service_sync", "--step", "run_sync", "--at", "2026-11-23T12:00"), "--at: "),
    (("service_sync", "--step", "run_sync", "--at", NOON, "--used", "sync=noon"), "--used sync: "),
    (("service_sync", "--step", "run_sync", "--at", NOON, "--done", "review=x"), "--done review: "),
    (("mail_recovery", "--step", "recover", "--at", NOON), "give --set deleted_at=VALUE"),
    (("mail_recovery", "--step", "recover"), "required: --at"),
]


@pytest.mark.parametrize(("words", "why"), REFUSED, ids=[why for _, why in REFUSED])
def test_what_cannot_be_asked_exits_with_2(
    db: None, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("whatif", *words, "--json")
    assert refused.value.returncode == 2
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert capsys.readouterr().out == ""


def test_it_only_reads(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask(
            capsys, "domain_change", "--step", "start_work", "--at", NOON, "--tenant", "hanbit",
            "--done", "confirm_schedule=2026-11-20T09:00+09:00", "--as", "support",
        )  # fmt: skip
    assert len(queries) > 0
    assert all(one["sql"].lstrip().upper().startswith("SELECT") for one in queries)


def test_the_process_exits_as_promised(fresh_db: FreshDatabase) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "whatif", *words, "--json"]
        return subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **fresh_db.env}, check=False
        )

    good = run("service_sync", "--step", "run_sync", "--at", NOON)
    assert (good.returncode, json.loads(good.stdout)["verdict"]) == (0, "allowed")
    for words in (("service_sync", "--step", "x", "--at", NOON), ("service_sync",)):
        bad = run(*words)
        assert (bad.returncode, bad.stdout) == (2, "")
        assert len(bad.stderr.strip().splitlines()) == 1
