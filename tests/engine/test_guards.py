"""Two at once on different runs: the second waits, then sees what the first has written."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection, transaction

from procedures import engine
from procedures.models import Run
from tests.conftest import FreshDatabase
from tests.engine.cast import MINUTE, Cast, make_cast, why

Told = tuple[str, Run, str]


def two_syncs(cast: Cast) -> tuple[Told, Told]:
    """Bring two services of a tenant whose limit covers all of them to the button."""
    cast.tenant.sync_scope = "tenant"
    cast.tenant.save()
    told = []
    for service in ("email", "approval"):
        run = cast.open("site", "service_sync", service=service, changes=["kim, 김하나, 신규"])
        cast.done("site", run, "review")
        told.append(("site", run, "run_sync"))
    return told[0], told[1]


def two_removals(cast: Cast) -> tuple[Told, Told]:
    """Bring the removals of the last two mail admins to the button."""
    told = []
    for gone, who in (("mail", "mail2"), ("mail2", "mail")):
        values = {"current_admin": "yes", "reason": "인사", "remove": [f"{gone}@old.example"]}
        run = cast.open("member", "mail_admin_change", **values)
        assert cast.approve("site", run, "approve").done
        told.append((who, run, "perform"))
    return told[0], told[1]


@pytest.mark.parametrize(
    ("prepare", "answer"), [(two_syncs, "tenant_used"), (two_removals, "nobody")]
)
def test_what_covers_the_tenant_is_decided_one_after_the_other(
    fresh_db: FreshDatabase,
    prepare: Callable[[Cast], tuple[Told, Told]],
    answer: str,
) -> None:
    cast = make_cast()
    first, second = prepare(cast)
    answers: list[engine.Result] = []

    def meanwhile() -> None:
        try:
            answers.append(complete(cast, *second))
        finally:
            connection.close()

    waiting = Thread(target=meanwhile)
    with transaction.atomic():
        assert complete(cast, *first).done
        waiting.start()
        waiting.join(0.5)
        assert not answers  # it waits while the first is not committed
    waiting.join(15)
    assert why(answers[0]) == answer


def complete(cast: Cast, who: str, run: Run, step: str) -> engine.Result:
    """Complete a step a minute from now."""
    return engine.complete_step(run, actor_id=cast.people[who].pk, now=cast.now + MINUTE, step=step)
