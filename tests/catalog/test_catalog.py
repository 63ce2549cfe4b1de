"""The whole catalog: copied to the letter, in both languages, kept as data."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import procedures.catalog
from procedures import snapshot
from procedures.catalog import BY_KEY, PROCEDURES
from procedures.definition import Procedure
from procedures.rules import Text

FAQ = (Path(procedures.catalog.__file__).parent / "faq-ko.md").read_text(encoding="utf-8")
WORDS = FAQ.replace("**", "")
EACH = pytest.mark.parametrize("page", PROCEDURES, ids=lambda page: page.key)


def quotes(page: Procedure) -> list[str]:
    """List everything on a page that claims to be the vendor's word."""
    found = [page.question, *page.answer]
    for step in page.steps:
        found += [step.menu, step.quote, *(gate.quote for gate in step.gates)]
    return [quote for quote in found if quote]


def texts(value: Any) -> list[Text]:
    """Collect every text of a definition, wherever it hangs."""
    if isinstance(value, Text):
        return [value]
    if isinstance(value, tuple):
        return [text for inner in value for text in texts(inner)]
    if hasattr(value, "__dataclass_fields__"):
        return [t for name in value.__dataclass_fields__ for t in texts(getattr(value, name))]
    return []


def test_the_pages_follow_the_faq() -> None:
    asked = re.findall(r"^## (.+)$", FAQ, re.MULTILINE)
    assert [page.question for page in PROCEDURES] == [question.strip() for question in asked]
    assert len(BY_KEY) == len(PROCEDURES) == 11
    assert len({page.prefix for page in PROCEDURES}) == 11


@EACH
def test_quotes_and_menu_paths_are_copied_to_the_letter(page: Procedure) -> None:
    assert [quote for quote in quotes(page) if quote not in WORDS] == []


@pytest.mark.parametrize("line", re.findall(r"^➡️ +(.+?) *$", FAQ, re.MULTILINE))
def test_every_menu_path_of_the_faq_is_on_a_page(line: str) -> None:
    menus = {step.menu for page in PROCEDURES for step in page.steps}
    assert line.replace("**", "") in menus


@EACH
def test_a_page_survives_being_stored(page: Procedure) -> None:
    stored = snapshot.to_json(page)
    again = snapshot.from_json(stored)
    assert again == page
    assert snapshot.to_json(again) == stored
    assert snapshot.digest(again) == snapshot.digest(page)
    assert json.loads(stored)["key"] == page.key


@EACH
def test_every_text_is_there_in_both_languages(page: Procedure) -> None:
    for text in texts(page):
        assert re.search(r"[가-힣]", text.ko), text
        assert text.en.strip(), text
        # a placeholder of one language is one of the other
        assert _slots(text.ko) == _slots(text.en), text


@EACH
def test_a_page_is_found_by_everyday_words(page: Procedure) -> None:
    korean = [phrase for phrase in page.phrases if re.search(r"[가-힣]", phrase)]
    assert 8 <= len(page.phrases) <= 20
    assert len(set(page.phrases)) == len(page.phrases)
    assert len(korean) >= 6
    assert len(korean) < len(page.phrases), "some people ask in English"


@EACH
def test_what_is_not_the_vendors_word_says_so(page: Procedure) -> None:
    for step in page.steps:
        if step.kind == "approve":
            assert step.ours is not None, step.key
        for gate in step.gates:
            assert gate.quote or gate.ours, f"{step.key}: {gate.rule.name}"


@EACH
def test_a_page_starts_with_one_step_and_names_its_subject(page: Procedure) -> None:
    first = page.ready({}, frozenset())
    assert [step.key for step in first] == [page.steps[0].key]
    assert first[0].kind == "collect"
    assert page.subject in page.field_by_key
    assert set(page.related) <= set(BY_KEY)


@EACH
def test_every_field_is_collected_by_a_step(page: Procedure) -> None:
    on_ways_back = {key for way in page.returns for key in way.fields}
    assert set(page.field_by_key) == set(page.collected_by) | on_ways_back


def _slots(template: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", template))
