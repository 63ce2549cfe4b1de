"""Read the forms of a page as a browser does, fill them in and send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

VOID_TYPES = frozenset({"submit", "button", "reset", "image"})


@dataclass
class SentForm:
    """A form of a page: where it is sent and what it holds before anything is typed."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    ticks: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[SentForm] = []
        self._open: SentForm | None = None
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._open = SentForm(given.get("action") or "")
            if given.get("method") == "post":
                self.forms.append(self._open)
        name = given.get("name") or ""
        if self._open is None or (not name and tag != "option"):
            return
        if tag == "input" and given.get("type") not in VOID_TYPES:
            self._open.names.add(name)
            tick = given.get("type") in {"radio", "checkbox"}
            if tick:
                self._open.ticks.setdefault(name, []).append(given.get("value") or "")
            if not tick or "checked" in given:
                self._open.values.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._area = name
            self._open.names.add(name)
            self._open.values[name] = [""]
        elif tag == "select":
            self._select = name
            self._open.names.add(name)
        elif tag == "option" and self._select and "selected" in given:
            self._open.values[self._select] = [given.get("value") or ""]

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._area:
            self._open.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._open is not None:
            # Browsers drop the line break right after the opening tag.
            typed = self._open.values[self._area]
            typed[0] = typed[0].removeprefix("\r\n").removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._open = None


def forms_of(page: HttpResponse) -> dict[str, SentForm]:
    """Map the address of each form that changes something to the form."""
    return {form.action: form for form in all_forms(page)}


def all_forms(page: HttpResponse) -> list[SentForm]:
    """List every form that changes something, several of one address included."""
    return forms_in(page.content.decode(), page.request["PATH_INFO"])  # type: ignore[attr-defined]


def forms_in(html: str, here: str) -> list[SentForm]:
    """List every form of a page that changes something; without an address it leads back here."""
    reader = _Reader()
    reader.feed(html)
    for form in reader.forms:
        form.action = form.action or here
    return reader.forms


def send(client: Client, url: str, ending: str, **typed: Any) -> HttpResponse:
    """Open a page, fill in the form whose address ends so, and send it."""
    return send_form(client, client.get(url), ending, **typed)


def send_form(client: Client, page: HttpResponse, ending: str, **typed: Any) -> HttpResponse:
    """Fill in a form of a page at hand, and send it."""
    forms = forms_of(page)
    form = next((one for action, one in forms.items() if action.endswith(ending)), None)
    assert form is not None, f"no form {ending!r} on the page, only {list(forms)}"
    unknown = {name for name in typed if name not in form.names}
    assert not unknown, f"the form has no {unknown}, only {form.names}"
    return client.post(form.action, {**form.values, **typed})
