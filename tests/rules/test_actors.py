"""Who may, who may not, and who must remain."""

from typing import Any

import pytest

from procedures.rules import AdminLeft, IsAdmin, NotConcerned, NotYetAdmin, OneRemains, OtherThan
from procedures.rules.base import Verdict
from tests.catalog.facts import facts, kst, person

NOON = kst("2026-11-23T12:00")
KIM, LEE, PARK = "kim@hankuk.example", "lee@hankuk.example", "park@hankuk.example"


def judge(rule: Any, **kw: Any) -> Verdict:
    verdict: Verdict = rule.judge(facts(NOON, **kw))
    return verdict


@pytest.mark.parametrize(
    ("actor", "removed", "level"),
    [
        (KIM, (LEE,), "allowed"),
        (KIM, (LEE, KIM), "blocked"),
        # case does not make another person
        (KIM, ("Kim@Hankuk.example",), "blocked"),
        (KIM, (), "allowed"),
        # one value, not a list
        (KIM, KIM, "blocked"),
        # a person without an address is nobody on the list
        ("", (KIM,), "allowed"),
    ],
)
def test_who_is_changed_leaves_the_confirmation_to_another(
    actor: str, removed: Any, level: str
) -> None:
    verdict = judge(NotConcerned(), actor=person(actor), values={"remove": removed})
    assert verdict.level == level


@pytest.mark.parametrize(
    ("did", "acts", "level"),
    [(1, 2, "allowed"), (1, 1, "blocked"), (None, 1, "allowed")],
)
def test_another_person_checks(did: int | None, acts: int, level: str) -> None:
    verdict = judge(OtherThan("resume"), actor=person(KIM, acts), doers={"resume": did})
    assert verdict.level == level


def test_a_performer_without_a_number_is_never_the_same() -> None:
    from procedures.rules.facts import Person

    nobody = Person(None, "", "what-if", frozenset({"support"}))
    assert judge(OtherThan("resume"), actor=nobody, doers={"resume": None}).level == "allowed"


@pytest.mark.parametrize(
    ("add", "level", "people"),
    [
        ((PARK,), "allowed", None),
        ((KIM, PARK), "blocked", (KIM,)),
        (("KIM@hankuk.example",), "blocked", ("KIM@hankuk.example",)),
        ((), "allowed", None),
    ],
)
def test_who_is_added_is_no_mail_admin_yet(add: Any, level: str, people: Any) -> None:
    verdict = judge(NotYetAdmin(), values={"add": add}, mail_admins=frozenset({KIM, LEE}))
    assert (verdict.level, verdict.params.get("people")) == (level, people)


@pytest.mark.parametrize(
    ("remove", "level", "people"),
    [
        ((KIM,), "allowed", None),
        (("Kim@hankuk.example",), "allowed", None),
        ((PARK, KIM), "blocked", (PARK,)),
        ((), "allowed", None),
    ],
)
def test_who_is_removed_is_a_mail_admin(remove: Any, level: str, people: Any) -> None:
    verdict = judge(IsAdmin(), values={"remove": remove}, mail_admins=frozenset({KIM, LEE}))
    assert (verdict.level, verdict.params.get("people")) == (level, people)


@pytest.mark.parametrize(
    ("add", "remove", "level", "left"),
    [
        ((), (KIM,), "allowed", 1),
        ((), (KIM, LEE), "blocked", None),
        # who is added may take over
        ((PARK,), (KIM, LEE), "allowed", 1),
        # added and removed at once counts as removed
        ((KIM,), (KIM, LEE), "blocked", None),
        (None, (), "allowed", 2),
    ],
)
def test_one_mail_admin_remains(add: Any, remove: Any, level: str, left: int | None) -> None:
    verdict = judge(
        OneRemains(),
        values={"add": add, "remove": remove},
        mail_admins=frozenset({KIM, LEE}),
    )
    assert (verdict.level, verdict.params.get("left")) == (level, left)


@pytest.mark.parametrize(
    ("answer", "admins", "careful", "level"),
    [
        ("yes", {KIM}, False, "allowed"),
        ("yes", set(), False, "blocked"),
        ("no", set(), True, "allowed"),
        ("no", {KIM}, False, "allowed"),
        ("no", {KIM}, True, "caution"),
    ],
)
def test_it_goes_to_support_only_without_a_mail_admin(
    answer: str, admins: set[str], careful: bool, level: str
) -> None:
    verdict = judge(
        AdminLeft(careful=careful),
        values={"current_admin": answer},
        mail_admins=frozenset(admins),
    )
    assert verdict.level == level


@pytest.mark.parametrize("rule", [NotYetAdmin(), IsAdmin(), OneRemains(), AdminLeft()])
def test_rules_that_read_roles_lock_the_tenant(rule: Any) -> None:
    assert rule.guard == "tenant"
    assert not rule.ready(facts(NOON, values={"add": (), "remove": (), "current_admin": "yes"}))
