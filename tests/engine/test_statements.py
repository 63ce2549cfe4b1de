"""How many statements a command sends; the numbers are part of what it costs."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import engine, store
from tests.catalog.facts import kst
from tests.engine.cast import Cast

pytestmark = pytest.mark.django_db
DELETED = {"mailbox": "member@old.example", "deleted_at": kst("2026-11-02T08:00").isoformat()}
OPENINGS: list[tuple[str, dict[str, Any]]] = [
    ("mail_recovery", DELETED),
    ("external_user_mail", {"users": ["g@partner.example"], "purpose": "p", "start": "2026-11-10",
                            "end": "2026-12-10", "cost_center": "D"}),
    ("godomall_mx", {"domain": "old.example"}),
]  # fmt: skip


def sent(captured: CaptureQueriesContext) -> list[str]:
    """List the statements but those that begin and end the transaction."""
    told = [one["sql"] for one in captured.captured_queries]
    return [sql for sql in told if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]


def test_completing_a_step_is_no_more_than_lock_read_and_write(cast: Cast) -> None:
    run = cast.open("member", "mail_recovery", **DELETED)
    cast.done("member", run, "settle_time")
    store.procedure_of(run.version_id)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        cast.done("mail", run, "recover", month="202611")
    assert len(sent(captured)) <= {"postgresql": 3, "sqlite": 9}[connection.vendor]


@pytest.mark.parametrize(("procedure", "values"), OPENINGS)
def test_opening_costs_the_same_whatever_the_number_of_steps(
    cast: Cast, procedure: str, values: dict[str, Any]
) -> None:
    cast.open("mail", procedure, **values)  # reads the procedure once a process
    with CaptureQueriesContext(connection) as captured:
        cast.open("mail", procedure, **values)
    assert len(sent(captured)) <= {"postgresql": 5, "sqlite": 10}[connection.vendor]


def test_a_counted_refusal_writes_nothing_but_its_count(cast: Cast) -> None:
    run = cast.open("member", "mail_recovery", **DELETED)
    asked = {"step": "settle_time", "now": cast.now}
    assert not cast.ask(engine.complete_step, "member2", run, **asked).done
    with CaptureQueriesContext(connection) as captured:
        assert not cast.ask(engine.complete_step, "member2", run, **asked).done
    writes = [sql for sql in sent(captured) if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql.split('"')[1] for sql in writes] == ["procedures_refusal"]
