"""Nothing of B is told to A: no word on any page, no count, no order, in either language."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import Resolver404, resolve

from procedures.models import Notice, Run
from tests.matrix.driver import Answer, Browser, masked
from tests.matrix.routes import CALLS
from tests.matrix.situations import Teller
from tests.matrix.talks import INTERNAL
from tests.matrix.world import CANARIES, HOUR, NOON, World

CRAWLERS = ("requester_a", "mail_admin_a", "site_admin_a", "boss_a", "support_a", "visitor_a")
LEAST_PAGES = 15
# Of each kind of page, by route and what is asked for in the address.
OF_EACH_KIND = 1
_LINK = re.compile(r'\b(?:href|hx-get|action|data-[\w-]+)="(/[^"#]*)')
# Words that somebody would try: names, numbers and addresses of B, and how queries are bent.
TYPED = ("zqcanary", "카나리아", "MR-2026-7701")


def crawl(browser: Browser, who: str, start: str) -> Iterator[Answer]:
    """Follow every link that a person is shown, some of each kind."""
    waiting, seen, kinds = [start], {start}, Counter[object]()
    while waiting:
        answer = browser.ask(who, "GET", waiting.pop())
        yield answer
        found = [unescape(link) for link in _LINK.findall(answer.text)]
        for link in [*found, answer.location]:
            if not link.startswith("/") or link.startswith(("/static/", "//")) or link in seen:
                continue
            seen.add(link)
            kind = kind_of(link)
            kinds[kind] += 1
            if kind and kinds[kind] <= OF_EACH_KIND:
                waiting.append(link)


def kind_of(link: str) -> object:
    """Return what makes two addresses pages of one kind; nothing for what is no page."""
    parts = urlsplit(link)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    of_run = (match.kwargs.get("ref") or "")[:2]
    return match.url_name, of_run, frozenset(parse_qs(parts.query)), match.kwargs.get("slug")


def told(text: str, besides: str = "") -> list[str]:
    """Return the canaries in a text; a word that was typed may be shown again."""
    return [word for word in CANARIES if word in text.replace(besides or "\x00", "")]


@pytest.mark.parametrize(
    ("who", "language"),
    [*((who, "ko") for who in CRAWLERS), ("requester_a", "en"), ("site_admin_a", "en")],
)
def test_no_page_of_a_says_a_word_of_b(
    world: World, browser: Browser, who: str, language: str
) -> None:
    user = world.people[who]
    type(user).objects.filter(pk=user.pk).update(language=language)
    pages = list(crawl(browser, who, "/t/hanbit/"))
    for answer in pages:
        assert answer.status in (200, 204, 302, 303, 404, 405), answer.path
        assert told(answer.text + str(answer.headers)) == [], answer.path
        assert (
            f'lang="{language}"' in answer.text or answer.status != 200 or "<h1" not in answer.text
        )
    assert len(pages) >= LEAST_PAGES, sorted(page.path for page in pages)


@pytest.mark.parametrize(
    "who", ["requester_a", "owner_a", "mail_admin_a", "site_admin_a", "boss_a"]
)
def test_no_page_of_a_company_says_what_is_internal_to_the_vendor(
    world: World, browser: Browser, who: str
) -> None:
    pages = list(crawl(browser, who, "/t/hanbit/"))
    run = world.sides["a"].find("run:recovery")
    talk = f"/t/hanbit/runs/{run}/conversation/"
    paths = [f"/t/hanbit/runs/{run}/", talk, f"{talk}live/"]
    pages += [browser.ask(who, "GET", path) for path in paths]
    export = browser.ask(who, "POST", "/account/export/")
    assert talk in {answer.path for answer in pages if answer.status == 200}
    for answer in [*pages, export]:
        text = answer.text + str(answer.headers)
        assert [word for word in INTERNAL if word in text] == [], answer.path
    uid = world.sides["a"].others["internal_file"]
    assert browser.ask(who, "GET", f"{talk}files/{uid}/").status == 404


@pytest.mark.parametrize("who", ["support_a", "manager_a", "visitor_a", "inspector_a"])
def test_the_vendors_people_read_what_is_internal(world: World, browser: Browser, who: str) -> None:
    page = browser.ask(who, "GET", f"/t/hanbit/runs/{world.sides['a'].find('run:recovery')}/")
    assert [word for word in INTERNAL if word not in page.text] == []


def test_whoever_works_in_b_reads_its_words(browser: Browser) -> None:
    text = "".join(answer.text for answer in crawl(browser, "site_admin_b", "/t/zqcanary/"))
    assert told(text) == list(CANARIES)


@pytest.mark.parametrize("who", ["requester_a", "site_admin_a"])
def test_asking_for_words_of_b_finds_nothing(world: World, browser: Browser, who: str) -> None:
    b = world.sides["b"]
    typed = [*TYPED, b.people["site_admin"].email, str(b.tenant.uid)]
    names = ("q", "parent", "edit", "before", "after", "page", "state", "procedure", "step")
    for path in addresses(world, who):
        for word in typed:
            answer = browser.ask(who, "GET", path.partition("?")[0], dict.fromkeys(names, word))
            assert answer.status in (200, 302, 404), f"{path} {word}"
            shown = answer.text.replace(word, "")
            others = [one for one in CANARIES if one in shown and one not in word]
            assert others == [], f"{path} asked for {word}"


def addresses(world: World, who: str) -> list[str]:
    """List the pages of A that a person may read."""
    return [
        call.path(world, "own")
        for call in CALLS
        if who in call.read["own"].get("page", ()) and "tenant" in call.where.values()
    ]


def test_what_happens_in_b_changes_no_page_of_a(world: World, browser: Browser) -> None:
    crew = ("requester_a", "site_admin_a", "visitor_a")
    before = {who: pictures(world, browser, who) for who in crew}
    b = world.sides["b"]
    runs = Run.objects.count()
    for number in range(3):
        story = Teller(b, NOON - HOUR)
        story.open("requester", "mailing_list", kind_of_members="individuals", list_name="zqcanary",
                   local_part=f"n{number}", domain="zqcanary.example",
                   members=["lee@zqcanary.example"])  # fmt: skip
        story.open("requester", "mail_recovery", mailbox=f"n{number}@zqcanary.example",
                   deleted_at="2026-11-23T08:00+09:00")  # fmt: skip
    tell_again(world)
    assert Run.objects.count() == runs + 6
    for who in crew:
        after = pictures(world, browser, who)
        assert [path for path in after if after[path] != before[who][path]] == [], who


def tell_again(world: World) -> None:
    """Tell everybody of B once more, of another run."""
    side = world.sides["b"]
    Notice.objects.bulk_create(
        Notice(run=side.runs["sync"], number=number, recipient=user, template="run_cancelled",
               params={"reason": "zqcanary"}, at=NOON)
        for number, user in enumerate(side.people.values(), start=2000)
    )  # fmt: skip


def pictures(world: World, browser: Browser, who: str) -> dict[str, str]:
    """Take every page that a person may read, without its one-time marks."""
    return {path: masked(browser.ask(who, "GET", path).text) for path in addresses(world, who)}
