"""Fifty rows a page, and where the pages before and after are."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """One page of a list."""

    rows: list[Row]
    q: str
    newer_url: str
    older_url: str


def asked_for(request: HttpRequest) -> str:
    """Return what was searched for."""
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]


def page_of(rows: "QuerySet[Any]", request: HttpRequest, here: str) -> "Page[Any]":
    """Return the page that was asked for, the first for anything that is no number; one query."""
    q, typed = asked_for(request), request.GET.get("page", "")
    plain = typed.isascii() and typed.isdigit() and len(typed) < 7
    number = max(int(typed), 1) if plain else 1
    begin = (number - 1) * ROWS
    found = list(rows[begin : begin + ROWS + 1])
    newer = _url(here, q, number - 1) if number > 1 else ""
    older = _url(here, q, number + 1) if len(found) > ROWS else ""
    return Page(found[:ROWS], q, newer, older)


def _url(here: str, q: str, number: int) -> str:
    asked = {"q": q} if q else {}
    return f"{here}?{urlencode({**asked, 'page': number})}"
