"""Follow the links of pages as one person, and read their forms."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

HREF = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
# Of one address with many objects a few are enough.
OF_ONE_ADDRESS = 3
# Each procedure has forms of its own.
OF_PROCEDURES = 11
TEXT_TYPES = {"", "text", "search", "email", "url", "tel"}


@dataclass
class TextForm:
    """A form with at least one field for text; ``room`` says how much each takes."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    room: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> tuple[str, str, tuple[str, ...]]:
        """Tell apart what is sent where, whatever the object."""
        return self.method, resolve(urlsplit(self.action).path).view_name, tuple(sorted(self.room))


def crawl(
    client: Client, start: str = "/", of_one: int = OF_ONE_ADDRESS
) -> Iterator[tuple[str, HttpResponse]]:
    """Follow every link from the front door, a few times per address."""
    waiting, seen, often = [start], {start}, Counter[str]()
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        yield path, response
        found = [response["Location"]] if "Location" in response else []
        if response.get("Content-Type", "").startswith("text/html"):
            found += HREF.findall(response.content.decode())
        for link in (one.replace("&amp;", "&") for one in found):
            if link in seen or not link.startswith("/") or link.startswith("/static/"):
                continue
            seen.add(link)
            name = resolve(urlsplit(link).path).view_name
            often[name] += 1
            if often[name] <= (OF_PROCEDURES if name == "procedure" else of_one):
                waiting.append(link)


def text_forms(page: HttpResponse, path: str) -> list[TextForm]:
    """Read the forms of a page that take text, with what a browser would send besides."""
    soup = BeautifulSoup(page.content.decode(), "html.parser")
    found = [_read(form, path) for form in soup.find_all("form")]
    return [form for form in found if form.room]


def _read(form: Tag, path: str) -> TextForm:
    read = TextForm(
        urljoin(path, str(form.get("action") or "")), str(form.get("method") or "get").lower()
    )
    for one in form.find_all(["input", "textarea", "select"]):
        name, kind = str(one.get("name") or ""), str(one.get("type") or "")
        if not name:
            continue
        if one.name == "textarea" or (one.name == "input" and kind in TEXT_TYPES):
            read.room[name] = int(str(one.get("maxlength") or 1_000))
        elif one.name == "select":
            options = [str(o.get("value") or "") for o in one.find_all("option")]
            read.values[name] = [next(filter(None, options), "")]
        elif kind in {"radio", "checkbox"}:
            read.values.setdefault(name, [str(one.get("value") or "on")])
        elif kind not in {"submit", "button", "reset", "image"}:
            read.values.setdefault(name, []).append(str(one.get("value") or ""))
    return read
