"""The generated pages of docs/ say what the code does."""

from pathlib import Path

import pytest

from scripts import generate_docs

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("name", sorted(generate_docs.PAGES))
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == generate_docs.PAGES[name](), "run python scripts/generate_docs.py"
