"""The short way to PostgreSQL says and raises what psycopg would."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction

from procedures import store
from procedures.lifecycle import RunState
from procedures.store import prepared
from procedures.store.dialect import postgres
from procedures.store.driver import open_cursor
from tests.catalog.facts import kst
from tests.engine.cast import Cast

pytestmark = pytest.mark.django_db
DELETED = {"mailbox": "member@old.example", "deleted_at": kst("2026-11-02T08:00").isoformat()}
WHEN = datetime(2026, 11, 2, 8, 0, 0, 123400, tzinfo=UTC)
ONE = UUID(int=7)


def test_values_come_back_as_they_went() -> None:
    if not postgres():
        with open_cursor() as cursor:
            cursor.execute("SELECT %s, %s, 'a%%b'", ["한글 ' \"", None])
            assert cursor.fetchone() == ("한글 ' \"", None, "a%b")
        return
    kinds = ("text", "bigint", "bool", "timestamptz", "uuid", "text", "int")
    sql = f"SELECT {', '.join(f'%s::{kind}' for kind in kinds)}, 'a%%b'"
    with open_cursor() as cursor:
        assert isinstance(cursor, prepared.Prepared)
        for _ in range(2):
            cursor.execute(sql, ["한글 ' \"", -(2**40), True, WHEN, ONE, None, 3])
            given = cursor.fetchone()
            assert given == ("한글 ' \"", -(2**40), True, WHEN, str(ONE), None, 3, "a%b")
        cursor.execute("SELECT 1 WHERE %s", [False])
        assert cursor.fetchone() is None


def test_a_text_is_refused_rather_than_cut_at_a_zero_byte() -> None:
    sql = "SELECT %s" if not postgres() else "SELECT %s::text"
    with open_cursor() as cursor:
        if not postgres():
            cursor.execute(sql, ["before\0after"])
            assert cursor.fetchone() == ("before\0after",)
            return
        with pytest.raises(DataError):
            cursor.execute(sql, ["before\0after"])


def test_errors_are_those_of_django(cast: Cast) -> None:
    run = cast.open("member", "mail_recovery", **DELETED)
    again = "INSERT INTO procedures_participant (run_id, user_id, at) VALUES (%s, %s, %s)"
    with transaction.atomic(), open_cursor() as cursor:
        row = [run.pk, run.requester_id, WHEN if postgres() else str(WHEN)]
        cursor.execute(again, row)
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(again, row)
    with pytest.raises(DatabaseError), transaction.atomic(), open_cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere", [])


def test_a_command_goes_on_when_the_server_forgot_what_was_prepared(cast: Cast) -> None:
    run = cast.open("member", "mail_recovery", **DELETED)
    cast.done("member", run, "settle_time")
    if postgres():
        # psycopg discards everything once something was dropped.
        with connection.cursor() as told:
            told.execute("CREATE TEMPORARY TABLE gone (one int)")
            told.execute("DROP TABLE gone")
            told.execute("SELECT count(*) FROM pg_prepared_statements")
            assert told.fetchone() == (0,)
        assert prepared._KNOWN[connection.connection]
    cast.done("mail", run, "recover", month="202611")
    assert store.read(run, store.Ask(None), cast.now).loaded.steps["recover"].state == "completed"


def test_rolling_back_to_a_savepoint_forgets_nothing(cast: Cast) -> None:
    if not postgres():
        return
    with transaction.atomic():
        with open_cursor() as cursor:
            cursor.execute("SELECT 41", [])
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        with open_cursor() as cursor:
            cursor.execute("SELECT 41", [])
            assert cursor.fetchone() == (41,)


def test_a_table_that_has_changed_is_asked_anew(cast: Cast) -> None:
    if not postgres():
        return
    ask = "SELECT * FROM changing"
    with connection.cursor() as changing:
        changing.execute("CREATE TEMPORARY TABLE changing (one int)")
        changing.execute("INSERT INTO changing VALUES (1)")
        with open_cursor() as cursor:
            cursor.execute(ask, [])
        changing.execute("ALTER TABLE changing ADD two text DEFAULT 'new'")
        with pytest.raises(store.Lost), transaction.atomic(), open_cursor() as cursor:
            cursor.execute(ask, [])
        with open_cursor() as cursor:
            cursor.execute(ask, [])
            assert cursor.fetchone() == (1, "new")


def test_few_statements_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_ROOM", 3)
    with open_cursor() as cursor:
        for number in range(9):
            cursor.execute(f"SELECT {number}", [])
            assert cursor.fetchone() == (number,)
    if postgres():
        with connection.cursor() as told:
            told.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'command\\_%%'"
            )
            assert told.fetchone()[0] <= 3


def test_what_is_not_known_how_to_send_is_not_guessed() -> None:
    if postgres():
        with open_cursor() as cursor:
            cursor.execute("SELECT %s::text", [RunState.OPEN])
            assert cursor.fetchone() == ("open",)
            with pytest.raises(TypeError):
                cursor.execute("SELECT %s::text", [object()])
