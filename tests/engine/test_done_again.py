"""Steps done again, values changed back, claims of the last step: what random runs once found."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from procedures import commands as c
from procedures import engine
from procedures.definition import ClaimSpec, Procedure, Return, Step
from procedures.models import Deadline
from tests.factories import at, company
from tests.stateful.choosing import Act
from tests.stateful.definitions import FIELDS, words
from tests.stateful.driver import START
from tests.stateful.memory_world import MemoryWorld

ADMIN = 1
HOUR = timedelta(hours=1)
ROLES = ("site_admin",)


def world_of(*steps: Step, **values: Any) -> tuple[MemoryWorld, Procedure]:
    procedure = Procedure(
        key="short", prefix="SH", number=1, title=words("short"), question="?", answer=(),
        summary=words("short"), fields=FIELDS, steps=steps, **values,
    )  # fmt: skip
    return MemoryWorld(Random(1)), procedure


def ask(*fields: str) -> Step:
    return Step("ask", "collect", words("ask"), roles=ROLES, fields=("kind", *fields))


def do(key: str, **values: Any) -> Step:
    return Step(key, "do", words(key), roles=ROLES, **values)


class Told:
    """One run that somebody moves on, an hour an act."""

    def __init__(self, *steps: Step, **values: Any) -> None:
        self.world, procedure = world_of(*steps, **values)
        self.now: datetime = START
        typed = {"kind": "yes", "subject": "box"}
        names = {key: typed[key] for key in procedure.steps[0].fields}
        outcome, place = self.world.open(procedure, ADMIN, names, self.now)
        assert outcome == "done"
        assert place is not None
        self.place = place

    def act(self, command: c.Command) -> str:
        self.now += HOUR
        return self.world.perform(self.place, Act(ADMIN, command), self.now)

    @property
    def claims(self) -> list[str]:
        return [key for key, _until in self.world.seen(self.place).claims]


def test_a_claim_that_would_end_with_the_run_is_not_left_behind() -> None:
    claims = (ClaimSpec("seat:{subject}", "end"), ClaimSpec("made:{subject}", "cancelled"))
    told = Told(ask("subject"), do("last", claims=claims))
    assert told.act(c.CompleteStep("last")) == "done"
    assert told.world.seen(told.place).state == "completed"
    assert told.claims == ["made:box"]


def test_a_claim_that_two_steps_share_is_given_back_once() -> None:
    claims = (ClaimSpec("seat:{subject}", "end"),)
    both = [do(key, claims=claims, covers=("kind",)) for key in ("one", "two")]
    told = Told(ask("subject"), *both, do("last"))
    assert [told.act(c.CompleteStep(key)) for key in ("one", "two")] == ["done", "done"]
    assert told.act(c.Amend({"kind": "no"}, "it was wrong")) == "done"
    assert told.claims == []


def test_a_step_done_again_keeps_its_claim() -> None:
    way = Return("back", words("back"), ("one",), "one", "last", ROLES)
    claimed = do("one", claims=(ClaimSpec("seat:{subject}", "end"),))
    told = Told(ask("subject"), claimed, do("last"), returns=(way,))
    assert told.act(c.CompleteStep("one")) == "done"
    assert told.act(c.GoBack("back", "once more")) == "done"
    assert told.act(c.CompleteStep("one")) == "done"
    assert told.claims == ["seat:box"]


def test_a_step_done_again_by_another_value_changes_its_claim() -> None:
    way = Return("back", words("back"), ("one",), "one", "last", ROLES)
    claimed = do("one", fields=("subject",), claims=(ClaimSpec("seat:{subject}", "end"),))
    told = Told(ask(), claimed, do("last"), returns=(way,))
    assert told.act(c.CompleteStep("one", {"subject": "box"})) == "done"
    assert told.act(c.GoBack("back", "once more")) == "done"
    assert told.act(c.CompleteStep("one", {"subject": "other"})) == "done"
    assert told.claims == ["seat:other"]


@pytest.mark.django_db
def test_a_value_changed_and_changed_back_has_its_deadlines_again() -> None:
    hanbit, nine = company(), at("2026-11-02T09:00")
    opened = engine.open_run(
        hanbit.tenant,
        procedure="mail_recovery",
        actor_id=hanbit["member"].pk,
        now=nine,
        values={"mailbox": "lee@hanbit.example", "deleted_at": "2026-11-02T08:00+09:00"},
    )
    assert opened.run is not None

    def pending() -> list[tuple[str, datetime]]:
        rows = Deadline.objects.filter(run=opened.run, state="pending").order_by("due_at")
        return list(rows.values_list("key", "due_at"))

    first = pending()
    assert first
    for hours, when in enumerate(("2026-11-02T07:00+09:00", "2026-11-02T08:00+09:00"), start=1):
        amended = engine.amend_values(
            opened.run,
            actor_id=hanbit["member"].pk,
            now=nine + hours * timedelta(minutes=1),
            values={"deleted_at": when},
            reason="it was wrong",
        )
        assert amended.done
    assert pending() == first
