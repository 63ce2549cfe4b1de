"""Profiles of the browser: a new one costs more than most pages, so that each is used again."""

from playwright.sync_api import Browser, BrowserContext


class Profiles:
    """Browser contexts by how they were made; nothing of whoever had one before is left in it."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self._free: dict[str, list[BrowserContext]] = {}
        self._kinds: dict[BrowserContext, str] = {}

    def take(self, **options: object) -> BrowserContext:
        """Return a profile with these options; paths are relative to the tests' server."""
        kind = repr(sorted(options.items()))
        if self._free.get(kind):
            return self._free[kind].pop()
        viewport = {"width": 1280, "height": 900}
        made = self._browser.new_context(base_url=self._url, viewport=viewport, **options)
        self._kinds[made] = kind
        return made

    def give_back(self, context: BrowserContext) -> None:
        """Close its pages and forget whatever they stored."""
        pages = context.pages
        if pages:
            session = context.new_cdp_session(pages[0])
            whatever = {"origin": self._url, "storageTypes": "all"}
            session.send("Storage.clearDataForOrigin", whatever)
        for page in pages:
            page.close()
        context.clear_cookies()
        self._free.setdefault(self._kinds[context], []).append(context)
