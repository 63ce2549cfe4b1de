"""Walk through a run as people do: search, open, fill in, press; each in a browser of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from helpdesk.models import User
from procedures import engine
from procedures.models import Run
from tests.browser.clock import Clock
from tests.browser.pages import NewPage
from tests.factories import Company


@dataclass
class Guide:
    """People of one company at their browsers, and the run they work on."""

    company: Company
    new_page: NewPage
    clock: Clock
    sign_in: Callable[[Page, User], None]
    scripts: bool = True
    pages: dict[str, Page] = field(default_factory=dict)
    reference: str = ""

    @property
    def run(self) -> Run:
        """Read the run as stored."""
        return Run.objects.get(tenant=self.company.tenant, reference=self.reference)

    @property
    def base(self) -> str:
        """Return where the pages of the company begin."""
        return f"/t/{self.company.tenant.slug}/"

    def user(self, who: str) -> User:
        """Return a person."""
        return self.company[who]

    def page(self, who: str) -> Page:
        """Return the browser of a person."""
        if who not in self.pages:
            self.pages[who] = self.new_page(self.user(who), java_script_enabled=self.scripts)
        return self.pages[who]

    def later(self, moment: datetime) -> None:
        """Let days pass; sessions of then have ended, so everybody signs in again."""
        self.clock.set(moment)
        for who, page in self.pages.items():
            self.sign_in(page, self.user(who))

    def search(self, who: str, words: str, key: str) -> Page:
        """Describe the trouble and follow the best answer, which is the procedure meant."""
        page = self.page(who)
        page.goto(f"{self.base}search/")
        page.locator("[name=q]").fill(words)
        page.locator("search button").click()
        page.locator(".find__title a").first.click()
        page.wait_for_url(f"**/procedures/{key}/**")
        return page

    def start(self, who: str, words: str, key: str, **values: Any) -> None:
        """Search for a procedure, fill in its first step and start it."""
        page = self.search(who, words, key)
        form = page.locator("#start form")
        fill(form, values)
        form.locator("button[type=submit]").click()
        page.wait_for_url(f"**{self.base}runs/**")
        self.reference = page.url.rstrip("/").rsplit("/", 1)[1]

    def open_run(self, who: str) -> Page:
        """Go to the page of the run."""
        page = self.page(who)
        page.goto(f"{self.base}runs/{self.reference}/")
        return page

    def form(self, who: str, step: str, command: str = "complete") -> Locator:
        """Open the run and the form of a step's command."""
        page = self.open_run(who)
        form = page.locator(f'form[action$="/steps/{step}/{command}/"]')
        unfold(form)
        return form

    def do(self, who: str, step: str, command: str = "complete", **values: Any) -> None:
        """Send a command about a step; the page says that it is recorded."""
        self.send(who, step, command, **values)
        expect(self.page(who).locator(".notice--stop")).to_have_count(0)
        row = self.run.steps.filter(key=step).order_by("-round")[0]
        assert row.state == "completed", f"{step} is {row.state}"

    def send(self, who: str, step: str, command: str = "complete", **values: Any) -> Page:
        """Send a command about a step, whatever comes of it."""
        form = self.form(who, step, command)
        fill(form, values)
        page = self.page(who)
        with page.expect_navigation():
            form.locator("button[type=submit]").click()
        return page

    def approve(self, who: str, step: str) -> None:
        """Approve as somebody else than who asked."""
        self.do(who, step, "approve")

    def opened(self, who: str, procedure: str, **values: Any) -> None:
        """Open the run by the engine instead, at the clock's now."""
        result = engine.open_run(
            self.company.tenant,
            procedure=procedure,
            actor_id=self.user(who).pk,
            now=self.clock.now(),
            values=values,
            submission=uuid4(),
        )
        assert result.run is not None, result.refusal
        self.reference = result.run.reference

    def done(self, who: str, step: str, acknowledgement: str = "", **values: Any) -> None:
        """Complete a step by the engine instead, at the clock's now."""
        send = engine.complete_step
        kw: dict[str, Any] = {"values": values, "acknowledgement": acknowledgement}
        if step in APPROVALS:
            send, kw = engine.approve, {}
        result = send(
            self.run,
            actor_id=self.user(who).pk,
            now=self.clock.now(),
            submission=uuid4(),
            step=step,
            **kw,
        )
        assert result.done, result.refusal

    def block(self, who: str, step: str) -> Locator:
        """Open the run and find the verdict that holds a step back."""
        card = self.open_run(who).locator(f"#step-{step} .verdict--blocked")
        expect(card).to_have_count(1)
        return card

    def must_be_completed(self, who: str) -> None:
        """Make sure that run and page say that it is over."""
        assert self.run.state == "completed"
        expect(self.open_run(who).locator("h1 .badge")).to_have_text("완료")


APPROVALS = frozenset({"approve", "agree", "approve_policy"})


def unfold(form: Locator) -> None:
    """Open whatever the form is folded away in."""
    folds = form.locator("xpath=ancestor::details[not(@open)]")
    while folds.count():
        folds.first.locator("> summary").click()


def fill(form: Locator, values: dict[str, Any]) -> None:
    """Type and choose as a person does; a field that is not there fails."""
    for name, value in values.items():
        one = form.locator(f'[name="{name}"]')
        kind = one.first.get_attribute("type") or ""
        if kind in {"radio", "checkbox"}:
            for choice in [value] if isinstance(value, str) else value:
                form.locator(f'[name="{name}"][value="{choice}"]').check()
        elif one.evaluate("one => one.tagName") == "SELECT":
            one.select_option(value)
        else:
            unfold(one)
            one.fill(value)
