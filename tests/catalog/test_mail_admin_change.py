"""P2: who may be added and removed, who confirms, who performs when nobody is left."""

from typing import Any

import pytest

from procedures.catalog.mail_admin_change import MAIL_ADMIN_CHANGE
from procedures.definition import Judged
from tests.catalog.facts import judged, kst, person

AT = kst("2026-11-23T09:00")
ADMINS = frozenset({"kim@hankuk.example", "lee@hankuk.example"})
KIM, LEE, PARK = "kim@hankuk.example", "lee@hankuk.example", "park@hankuk.example"


def gates(
    step: str, *, admins: frozenset[str] = ADMINS, actor: str = KIM, **values: Any
) -> dict[str, Judged]:
    """Judge a step with lists of people."""
    return judged(
        "mail_admin_change", step, AT, values=values, mail_admins=admins, actor=person(actor)
    )


@pytest.mark.parametrize("step", ["request", "perform", "support_performs"])
@pytest.mark.parametrize(
    ("add", "remove", "rule", "level"),
    [
        ((PARK,), (LEE,), "Disjoint", "allowed"),
        # the same person on both lists, whatever the case
        ((PARK,), (PARK,), "Disjoint", "blocked"),
        ((PARK,), (PARK.upper(),), "Disjoint", "blocked"),
        ((PARK,), (), "NotYetAdmin", "allowed"),
        ((LEE,), (), "NotYetAdmin", "blocked"),
        ((LEE.title(),), (), "NotYetAdmin", "blocked"),
        ((), (LEE,), "IsAdmin", "allowed"),
        ((), (PARK,), "IsAdmin", "blocked"),
        # one of two may go, both only when somebody comes
        ((), (LEE,), "OneRemains", "allowed"),
        ((), (KIM, LEE), "OneRemains", "blocked"),
        ((PARK,), (KIM, LEE), "OneRemains", "allowed"),
        ((), (), "AnyGiven", "blocked"),
        ((PARK,), (), "AnyGiven", "allowed"),
    ],
)
def test_the_lists(
    step: str, add: tuple[str, ...], remove: tuple[str, ...], rule: str, level: str
) -> None:
    verdict = gates(step, add=add, remove=remove)[rule].verdict
    assert verdict.level == level
    # waiting never helps: the list must be changed
    assert verdict.opens_at is None


@pytest.mark.parametrize(
    ("actor", "level"),
    [(LEE, "blocked"), (LEE.upper(), "blocked"), (KIM, "allowed")],
)
def test_who_removes_himself_leaves_the_confirmation_to_another(actor: str, level: str) -> None:
    found = gates("confirm_removed", actor=actor, remove=(LEE,))
    assert found["NotConcerned"].verdict.level == level


def test_one_admin_remains_is_asked_again_when_the_roles_change() -> None:
    """Between performing and the end another run may have removed the other admin."""
    alone = frozenset({LEE})
    found = gates("confirm_removed", admins=alone, actor=KIM, remove=(LEE,))
    assert found["OneRemains"].verdict.level == "blocked"


@pytest.mark.parametrize(
    ("answer", "admins", "request_level", "support_level"),
    [
        ("yes", ADMINS, "allowed", "allowed"),
        # nobody could perform it: it goes to support
        ("yes", frozenset(), "blocked", "blocked"),
        ("no", frozenset(), "allowed", "allowed"),
        # support is warned that somebody is known after all
        ("no", ADMINS, "allowed", "caution"),
    ],
)
def test_without_a_mail_admin_it_goes_to_support(
    answer: str, admins: frozenset[str], request_level: str, support_level: str
) -> None:
    asked = gates("request", admins=admins, current_admin=answer)["AdminLeft"]
    taken = gates("support_performs", admins=admins, current_admin=answer)["AdminLeft"]
    assert asked.verdict.level == request_level
    assert taken.verdict.level == support_level


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        (
            {"current_admin": "yes", "add": (PARK,), "remove": ()},
            ["request", "approve", "perform", "confirm_added"],
        ),
        (
            {"current_admin": "yes", "add": (), "remove": (LEE,)},
            ["request", "approve", "perform", "confirm_removed"],
        ),
        (
            {"current_admin": "no", "add": (PARK,), "remove": (LEE,)},
            ["request", "approve", "support_performs", "confirm_added", "confirm_removed"],
        ),
    ],
)
def test_the_branches(values: dict[str, Any], steps: list[str]) -> None:
    applying = [s.key for s in MAIL_ADMIN_CHANGE.steps if MAIL_ADMIN_CHANGE.applies(s, values)]
    assert applying == steps


def test_every_step_that_reads_the_admins_locks_the_tenant() -> None:
    guarded = {step.key for step in MAIL_ADMIN_CHANGE.steps if step.guards_tenant}
    assert guarded == {"request", "perform", "support_performs", "confirm_removed"}
    assert MAIL_ADMIN_CHANGE.effects == ("mail_admins",)


def test_approval_covers_the_people_and_keeps_them_out() -> None:
    assert MAIL_ADMIN_CHANGE.step_by_key["approve"].covers == ("add", "remove")
    assert all(MAIL_ADMIN_CHANGE.field_by_key[key].concerns for key in ("add", "remove"))
