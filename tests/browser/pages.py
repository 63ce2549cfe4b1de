"""What tests ask of any page: opened by whom, accessible, as wide as its window."""

from collections.abc import Callable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

type NewPage = Callable[..., Page]


def violations(page: Page) -> list[str]:
    """Say which rules of axe the page breaks, and where first."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(all => all.violations)")
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found]


def overflow(page: Page) -> int:
    """Say by how many pixels the page is wider than the window."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))
