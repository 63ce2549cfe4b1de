"""verify_audit and checkpoint: what the operator sees and what a script can test."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.chain import Head, Key
from audit.checkpoint import CheckpointUnusable, check, compare, make
from audit.models import Checkpoint
from audit.store import audit_key
from helpdesk.models import Tenant
from tests.audit.chains import START, drop_triggers, make_links, sql, write

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """Run a command and return what it printed."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def failing(*arguments: str) -> tuple[int, str, str]:
    """Run a command that must fail: exit code, its last line, what it printed."""
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command(*arguments, stdout=out)
    return failed.value.returncode, str(failed.value), out.getvalue()


def make_tenant(slug: str, events: int) -> Tenant:
    """Create a tenant with a history."""
    tenant = Tenant.objects.create(slug=slug, name=slug)
    head = write(make_links(tenant.stream, events))
    tenant.event_number, tenant.event_mac, tenant.event_at = head.number, head.mac, head.at
    tenant.save()
    return tenant


def cut(tenant: Tenant, last: int) -> None:
    """Cut the end off a tenant's history and hide it, as an older backup would."""
    for table in ("audit_event", "audit_body"):
        sql(f"DELETE FROM {table} WHERE stream = %s AND number > %s", tenant.stream, last)  # noqa: S608
    mac = make_mac(tenant.stream, last)
    Tenant.objects.filter(pk=tenant.pk).update(event_number=last, event_mac=mac)


def make_mac(stream: str, number: int) -> str:
    """Return the MAC of a stored event."""
    from audit.models import Event

    return Event.objects.get(stream=stream, number=number).mac


def test_a_history_as_written_exits_zero_with_counts() -> None:
    make_tenant("one", 4)
    make_tenant("two", 3)
    assert "7 events in 2 streams, 0 erased" in run("verify_audit")
    assert "3 events in 1 streams" in run("verify_audit", "--tenant", "two")


def test_a_fault_exits_one_and_names_stream_number_row_and_kind() -> None:
    tenant = make_tenant("one", 4)
    other = make_tenant("two", 3)
    drop_triggers()
    sql("UPDATE audit_event SET kind = 'x' WHERE stream = %s AND number = 2", tenant.stream)
    code, line, printed = failing("verify_audit")
    assert code == 1
    assert line.startswith("1 faults found")
    assert printed.startswith(f"{tenant.stream} #2 (row ")
    assert ": changed: kind, actor" in printed
    assert "as it was written" in run("verify_audit", "--tenant", "two")
    assert "as it was written" in run("verify_audit", "--stream", other.stream)


def test_the_end_that_the_tenant_row_remembers_is_compared() -> None:
    tenant = make_tenant("one", 4)
    drop_triggers()
    for table in ("audit_event", "audit_body"):
        sql(f"DELETE FROM {table} WHERE stream = %s AND number = 4", tenant.stream)  # noqa: S608
    code, _, printed = failing("verify_audit")
    assert code == 1
    assert f"{tenant.stream} #4 (no row): missing" in printed


def test_an_unknown_tenant_is_one_clear_line() -> None:
    assert failing("verify_audit", "--tenant", "nobody")[1] == "there is no tenant 'nobody'"


def test_a_checkpoint_finds_the_cut_tail_that_verification_cannot_see(tmp_path: Path) -> None:
    tenant = make_tenant("one", 6)
    make_tenant("two", 2)
    file = str(tmp_path / "checkpoint.json")
    run("checkpoint", "--out", file)
    assert "All 2 streams" in run("checkpoint", "--against", file)
    drop_triggers()
    cut(tenant, 4)
    assert "as it was written" in run("verify_audit")
    code, _, printed = failing("checkpoint", "--against", file)
    assert code == 1
    assert f"{tenant.stream} #5 (no row): missing" in printed


def test_a_history_that_has_grown_since_still_holds_the_checkpoint(tmp_path: Path) -> None:
    tenant = make_tenant("one", 3)
    file = str(tmp_path / "checkpoint.json")
    run("checkpoint", "--tenant", "one", "--out", file)
    head = Head(tenant.event_number, tenant.event_mac, tenant.event_at)
    write(make_links(tenant.stream, 2, head=head))
    assert "All 1 streams" in run("checkpoint", "--against", file)


def test_a_history_written_anew_with_the_key_differs_from_the_checkpoint(tmp_path: Path) -> None:
    tenant = make_tenant("one", 3)
    file = str(tmp_path / "checkpoint.json")
    run("checkpoint", "--out", file)
    drop_triggers()
    for table in ("audit_event", "audit_body"):
        sql(f"DELETE FROM {table}")  # noqa: S608
    head = write(make_links(tenant.stream, 3))
    Tenant.objects.filter(pk=tenant.pk).update(event_mac=head.mac)
    assert "as it was written" in run("verify_audit")
    assert "#3" in failing("checkpoint", "--against", file)[2]


def test_an_exported_checkpoint_states_size_and_head_of_each_stream_of_the_tenant() -> None:
    tenant = make_tenant("one", 3)
    make_tenant("two", 2)
    document = json.loads(run("checkpoint", "--tenant", "one"))
    assert document["heads"] == {tenant.stream: [3, tenant.event_mac]}
    assert (document["scope"], document["events"]) == (tenant.stream, 3)
    kept = Checkpoint.objects.get()
    assert (kept.root, kept.mac) == (document["root"], document["mac"])


def test_a_file_that_exists_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.json"
    file.write_text("mine")
    assert "cannot be written" in failing("checkpoint", "--out", str(file))[1]
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "damage",
    [
        {"events": 1},  # a number
        {"heads": {}},  # the streams, so that nothing is compared
        {"root": "0" * 64},
        {"mac": "0" * 64},
        {"key_id": "nobody's"},
        {"heads": {"run:a": [1, "x", "y"]}},
        {"scope": 1.5},
    ],
)
def test_a_checkpoint_that_was_changed_is_unusable(damage: dict[str, Any], tmp_path: Path) -> None:
    make_tenant("one", 3)
    document = {**json.loads(run("checkpoint")), **damage}
    file = tmp_path / "checkpoint.json"
    file.write_text(json.dumps(document))
    assert failing("checkpoint", "--against", str(file))[0] == 2


def test_no_checkpoint_at_all_is_unusable(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '"x"', "null"):
        file = tmp_path / "checkpoint.json"
        file.write_text(text)
        assert failing("checkpoint", "--against", str(file))[0] == 2
    assert failing("checkpoint", "--against", str(tmp_path / "none"))[0] == 2


def test_a_checkpoint_signed_with_another_key_is_unusable() -> None:
    key = audit_key()
    document = make("all", {"run:a": Head(1, "f" * 64)}, Key(key.id, b"mine"), START)
    with pytest.raises(CheckpointUnusable):
        check(document, {key.id: key.secret})
    genuine = check(make("all", {"run:a": Head(1, "f" * 64)}, key, START), {key.id: key.secret})
    assert [fault.kind for fault in compare(genuine)] == ["missing"]
