"""A definition that could not run is refused, and the place of its fault is named."""

from dataclasses import replace
from typing import Any

import pytest

from procedures import snapshot
from procedures.definition import (
    Choice,
    ClaimSpec,
    DefinitionError,
    Field,
    Gate,
    Procedure,
    Return,
    Stage,
    Step,
    Timer,
    When,
)
from procedures.rules import BusinessNotice, DailyLimit, Disjoint, MonthNotLater, OtherThan, Text

FIELDS = (
    Field("when", "datetime", Text("언제", "When")),
    Field("kind", "choice", Text("종류", "Kind"), choices=(Choice("a", Text("가", "A")),)),
)
FIRST = Step("first", "collect", Text("처음", "First"), roles=("member",), fields=("when",))
SECOND = Step("second", "do", Text("다음", "Second"), roles=("mail_admin",))
SOUND = Procedure(
    key="sound",
    prefix="SO",
    number=1,
    title=Text("시험", "Test"),
    question="?",
    answer=(),
    summary=Text("시험", "Test"),
    fields=FIELDS,
    steps=(FIRST, SECOND),
)
WORD = Text("말", "Word")


def first(**changes: Any) -> dict[str, Any]:
    """Change the first step."""
    return {"steps": (replace(FIRST, **changes), SECOND)}


def second(**changes: Any) -> dict[str, Any]:
    """Change the second step."""
    return {"steps": (FIRST, replace(SECOND, **changes))}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"key": "Not A Key"}, "key"),
        ({"prefix": "x"}, "prefix"),
        ({"number": 0}, "number"),
        ({"steps": ()}, "steps"),
        ({"steps": (FIRST, FIRST)}, "steps.first"),
        ({"fields": (*FIELDS, FIELDS[0])}, "fields.when"),
        ({"fields": (replace(FIELDS[0], kind="picture"), FIELDS[1])}, "fields.when"),
        ({"fields": (FIELDS[0], replace(FIELDS[1], choices=()))}, "fields.kind"),
        ({"openers": ("stranger",)}, "openers"),
        ({"tells_on_open": ("stranger",)}, "tells_on_open"),
        ({"effects": ("fireworks",)}, "effects"),
        ({"joins": "nothing"}, "joins"),
        ({"open_claims": (ClaimSpec("x:{nothing}"),)}, "open_claims.x:{nothing}"),
        ({"open_claims": (ClaimSpec("x", until="step:nowhere"),)}, "open_claims.x"),
        ({"open_claims": (ClaimSpec("x", until="tuesday"),)}, "open_claims.x"),
        (first(kind="dream"), "steps.first"),
        (first(roles=()), "steps.first.roles"),
        (first(roles=("stranger",)), "steps.first.roles"),
        (first(tells=("stranger",)), "steps.first.tells"),
        (first(fields=("nothing",)), "steps.first.fields"),
        (
            second(
                gates=(Gate(DailyLimit(), overridable=True, ours=WORD),),
                claims=(ClaimSpec("sync:{kind}:{day}", until="forever"),),
            ),
            "steps.second.gates.DailyLimit",
        ),
        (second(covers=("nothing",)), "steps.second.covers"),
        (second(after=("nowhere",)), "steps.second.after"),
        (second(after=("second",)), "steps.second.after"),
        (first(after=("second",)), "steps.first.after"),
        (second(stage="nowhere"), "steps.second.stage"),
        (second(approves="first"), "steps.second"),
        (second(kind="approve", approves="nowhere"), "steps.second.approves"),
        (second(probe="weather"), "steps.second.probe"),
        (second(probe="mx", probe_fields=("nothing",)), "steps.second.probe_fields"),
        (second(when=(When("nothing"),)), "steps.second.when"),
        (second(when=(When("when", "sometimes"),)), "steps.second.when"),  # type: ignore[arg-type]
        # a branch on what nobody has collected before is never reached
        (second(when=(When("kind", "is", "a"),)), "steps.second.when"),
        (first(when=(When("when", "given"),)), "steps.first.when"),
        (second(gates=(Gate(MonthNotLater("nothing")),)), "steps.second.gates.MonthNotLater"),
        (second(gates=(Gate(OtherThan("nowhere")),)), "steps.second.gates.OtherThan"),
        (second(gates=(Gate(Disjoint("when", "nothing")),)), "steps.second.gates.Disjoint"),
        (second(gates=(Gate(BusinessNotice()),)), "steps.second.gates.BusinessNotice"),
        (second(claims=(ClaimSpec("x:{nothing}"),)), "steps.second.claims.x:{nothing}"),
        (
            second(timers=(Timer("t", "remind", "value.nothing", WORD),)),
            "steps.second.timers.t",
        ),
        (second(timers=(Timer("t", "remind", "done.nowhere", WORD),)), "steps.second.timers.t"),
        (
            second(timers=(Timer("t", "remind", "mark.WithinSpan.first_end", WORD),)),
            "steps.second.timers.t",
        ),
        (second(timers=(Timer("t", "remind", "moon.full", WORD),)), "steps.second.timers.t"),
        (
            second(timers=(Timer("t", "remind", "value.when", WORD, to=("stranger",)),)),
            "steps.second.timers.t",
        ),
        (
            {"returns": (Return("back", WORD, ("nowhere",), "first", "second", ("member",)),)},
            "returns.back",
        ),
        ({"returns": (Return("back", WORD, (), "first", "second", ("member",)),)}, "returns.back"),
        (
            {"returns": (Return("back", WORD, ("first",), "first", "second", ("nobody",)),)},
            "returns.back",
        ),
        ({"stages": (Stage("one", WORD), Stage("one", WORD))}, "stages.one"),
    ],
)
def test_a_fault_is_refused_and_its_place_named(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        replace(SOUND, **changes)
    assert caught.value.place == place
    assert str(caught.value).startswith(f"{place}: ")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda data: data.update(colour="red"), "definition.colour"),
        (lambda data: data.pop("title"), "definition.title"),
        (lambda data: data.update(number="one"), "definition.number"),
        (lambda data: data["steps"][1].update(kind="dream"), "definition.steps.second.kind"),
        (
            lambda data: data["steps"][1].update(gates=[{"rule": {"rule": "Magic"}}]),
            "definition.steps.second.gates.0.rule",
        ),
        (lambda data: data.update(steps="all"), "definition.steps"),
    ],
)
def test_stored_data_that_is_no_definition_is_refused(change: Any, place: str) -> None:
    data = snapshot.to_data(SOUND)
    change(data)
    with pytest.raises(DefinitionError) as caught:
        snapshot.from_data(data)
    assert caught.value.place == place


@pytest.mark.parametrize(
    "stored",
    [
        "not json",
        "[" * 31 + "]" * 31,
        '"' + "x" * snapshot.MAX_BYTES + '"',
        "[]",
        "null",
    ],
    ids=["no JSON", "too deep", "too large", "a list", "nothing"],
)
def test_what_is_no_object_is_refused(stored: str) -> None:
    with pytest.raises(DefinitionError):
        snapshot.from_json(stored)


def test_a_changed_word_changes_the_digest() -> None:
    assert snapshot.digest(replace(SOUND, question="!")) != snapshot.digest(SOUND)
