"""People download what is known of them: all of it, and nothing of anybody else."""

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from procedures import deliveries, engine
from tests.factories import Company
from tests.web.runs import korean_company, new_admin, opened

pytestmark = pytest.mark.django_db
CANARIES = ("비밀사유", "남의메모", "lee-secret", "gone-secret")


@pytest.fixture
def firm() -> Company:
    made = korean_company()
    mine = new_admin(made, "member")
    theirs = opened(
        made, "mail_recovery", "mail_admin", mailbox="lee-secret@hanbit.example",
        deleted_at=timezone.now().isoformat(),
    )  # fmt: skip
    now = timezone.now()
    engine.approve(mine, step="approve", actor_id=made["site_admin"].pk, now=now, note="남의메모")
    engine.cancel_run(theirs, actor_id=made["mail_admin"].pk, now=now, reason="비밀사유")
    sync = opened(
        made, "service_sync", "site_admin", service="email", changes=["gone-secret, 김, 신규"]
    )
    assert sync
    opened(made, "service_sync", "member", service="email", changes=["mine, 나, 신규"])
    while deliveries.sweep(timezone.now()):
        pass
    return made


def exported(firm: Company, role: str) -> dict[str, Any]:
    answer = firm.signed_in(role).post("/account/export/")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/json")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["Cache-Control"] == "no-store"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_it_holds_what_is_theirs(firm: Company) -> None:
    found = exported(firm, "member")
    assert found["profile"]["email"] == firm["member"].email
    assert [one["role"] for one in found["memberships"]["roles"]] == ["member"]
    assert {one["procedure"] for one in found["runs_requested"]} == {"mail_admin_change"}
    assert len(found["runs_joined"]) == 1
    given = {one["field"]: one["value"] for one in found["values_given"]}
    assert given["reason"] == "휴가"
    assert given["changes"] == ["mine, 나, 신규"]
    assert "run.opened" in {one["kind"] for one in found["events_acted"]}
    assert found["sign_in"]["sessions"]
    admin = exported(firm, "site_admin")
    assert admin["notices"]
    decided = admin["decisions"]
    assert [(one["kind"], one["reason"]) for one in decided] == [("approve", "남의메모")]


def test_it_holds_nothing_of_anybody_else(firm: Company) -> None:
    text = json.dumps(exported(firm, "member"), ensure_ascii=False)
    for word in CANARIES:
        assert word not in text
    others = [one for role, one in firm.people.items() if role != "member"]
    for other in others:
        assert other.email not in text
        assert other.name not in text


def test_it_is_asked_for_by_a_button_and_never_by_a_link(firm: Company) -> None:
    assert firm.signed_in("member").get("/account/export/").status_code == 405
    assert Client().post("/account/export/").status_code == 302
    page = firm.signed_in("member").get("/account/")
    assert 'action="/account/export/"' in page.content.decode()


def test_it_is_given_six_times_an_hour(firm: Company) -> None:
    client = firm.signed_in("member")
    answers = [client.post("/account/export/").status_code for _ in range(7)]
    assert answers == [200] * 6 + [429]


def test_the_command_writes_it_to_a_private_file(firm: Company, tmp_path: Path) -> None:
    out = tmp_path / "person.json"
    call_command("export_person", firm["member"].email, "--out", str(out), stderr=io.StringIO())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text(encoding="utf-8"))["profile"]["id"] == firm["member"].pk
    with pytest.raises(CommandError, match="exists"):
        call_command("export_person", firm["member"].email, "--out", str(out))
    printed = io.StringIO()
    call_command("export_person", firm["member"].email, stdout=printed)
    assert json.loads(printed.getvalue())["format"] == 1
