"""The database itself refuses to change history."""

import shutil
import sys
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

import audit.migrations
from audit import triggers
from audit.verify import verify
from tests.audit.chains import drop_triggers, make_links, sql, write, write_streams
from tests.conftest import FreshDatabase

_COLUMNS = (
    "stream, number, kind, actor_kind, actor_id, cause, at, performed_at, body_digest, "
    "previous_mac, mac, key_id, command_id, command_digest"
)
_ALL = f"id, {_COLUMNS}"
_UPSERT = "WHERE number = 1 ON CONFLICT (stream, number) DO UPDATE SET kind = 'x'"
_ERASED = "body = '', salt = '', erased_at = CURRENT_TIMESTAMP"

EVERYWHERE = [
    "UPDATE audit_event SET kind = 'x'",
    "UPDATE audit_event SET number = number + 100 WHERE stream = 'run:a'",
    "DELETE FROM audit_event",
    "DELETE FROM audit_event WHERE stream = 'run:a' AND number = 8",
    "DELETE FROM audit_body WHERE stream = 'run:a' AND number = 8",
    "UPDATE audit_body SET body = 'x'",
    # Half an erasure, or an erasure that also moves the row.
    "UPDATE audit_body SET body = '', salt = ''",
    "UPDATE audit_body SET body = '', erased_at = CURRENT_TIMESTAMP",
    "UPDATE audit_body SET salt = '', erased_at = CURRENT_TIMESTAMP",
    f"UPDATE audit_body SET {_ERASED}, number = number + 50",  # noqa: S608
    f"UPDATE audit_body SET {_ERASED}, id = id + 500",  # noqa: S608
    f"INSERT INTO audit_event ({_ALL}) SELECT {_ALL} FROM audit_event {_UPSERT}",  # noqa: S608
]
SQLITE = [
    "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE number = 2",
    f"INSERT OR REPLACE INTO audit_event ({_ALL}) SELECT id + 900, {_COLUMNS} FROM audit_event",  # noqa: S608
    "REPLACE INTO audit_body SELECT * FROM audit_body WHERE number = 2",
    f"UPDATE OR REPLACE audit_body SET {_ERASED}, id = 1 WHERE number = 2",  # noqa: S608
]
POSTGRESQL = ["TRUNCATE audit_event", "TRUNCATE audit_body", "TRUNCATE audit_body CASCADE"]


def refused(statement: str) -> None:
    """Run a statement that must be refused and must leave nothing behind."""
    heads = write_streams()
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(statement)
    assert list(verify(heads=heads)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("statement", EVERYWHERE)
def test_raw_sql_that_changes_history_is_refused(statement: str) -> None:
    refused(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("place", range(4))
def test_what_only_one_database_knows_is_refused_too(place: int) -> None:
    statements = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    refused(statements[place % len(statements)])


@pytest.mark.django_db
def test_without_the_triggers_each_of_these_statements_would_succeed() -> None:
    write_streams()
    drop_triggers()
    own = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    for statement in (*EVERYWHERE, *own):
        with transaction.atomic():
            sql(statement)
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_body_that_is_erased_stays_erased() -> None:
    write_streams()
    erase = (
        "UPDATE audit_body SET body = '', salt = '', erased_at = CURRENT_TIMESTAMP WHERE number = 2"
    )
    assert sql(erase) == 3
    for again in (erase, "UPDATE audit_body SET erased_at = NULL WHERE number = 2"):
        with pytest.raises(IntegrityError), transaction.atomic():
            sql(again)


@pytest.mark.django_db
def test_installing_again_changes_nothing() -> None:
    assert triggers.missing("default") == []
    triggers.install("default")
    triggers.install("default")
    assert triggers.missing("default") == []


@pytest.mark.django_db
def test_the_check_reads_back_triggers_that_are_gone_disabled_or_hollow() -> None:
    def found() -> list[str]:
        messages = run_checks(tags=[Tags.database], databases=["default"])
        return [str(message.msg) for message in messages if message.id == "audit.W001"]

    assert found() == []
    drop_triggers()
    assert len(found()) == 1
    assert "audit_body_erase_only" in found()[0]
    triggers.install("default")
    assert found() == []
    if connection.vendor == "postgresql":
        sql(
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NULL; END $$"
        )
    else:
        sql("DROP TRIGGER audit_event_no_update")
        sql(
            "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event "
            "WHEN 0 BEGIN SELECT RAISE(ABORT, 'never'); END"
        )
    assert len(found()) == 1


REBUILD = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "{last}")]
    operations = [
        migrations.AlterField("Event", "cause", models.CharField(max_length=90, default="")),
        migrations.AlterField("Body", "salt", models.CharField(max_length=40)),
    ]
"""


def test_after_a_migration_that_rebuilds_the_tables_the_triggers_are_there(
    fresh_db: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "audit_rebuilt"
    shutil.copytree(Path(str(audit.migrations.__file__)).parent, folder)
    last = max(path.stem for path in folder.glob("0*.py"))
    (folder / "9999_rebuild.py").write_text(REBUILD.format(last=last))
    monkeypatch.syspath_prepend(str(tmp_path))
    head = write(make_links("run:a", 4))
    with override_settings(MIGRATION_MODULES={"audit": "audit_rebuilt"}):
        with monkeypatch.context() as without:
            # The twin: nobody installs after the migration.
            without.setattr(triggers, "install", lambda using: None)
            call_command("migrate", verbosity=0)
        lost = triggers.missing("default")
        assert bool(lost) == (connection.vendor == "sqlite")
        call_command("migrate", verbosity=0)
    sys.modules.pop("audit_rebuilt", None)
    assert triggers.missing("default") == []
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("UPDATE audit_event SET kind = 'x'")
    assert list(verify(heads={"run:a": head})) == []
