"""Paging by key: every run once, also where many were opened at the same instant."""

from datetime import UTC, datetime, timedelta

import pytest

from procedures import engine
from procedures.models import Run
from procedures.selectors import run_list
from procedures.selectors.run_list import Place
from tests.factories import at, company

pytestmark = pytest.mark.django_db
NOON = at("2026-11-23T12:00")


def test_every_run_is_on_one_page_whichever_way_one_turns_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_list, "PAGE", 2)
    firm = company()
    for minutes in (0, 0, 0, 1, 2, 2, 2):
        engine.open_run(
            firm.tenant, procedure="mail_recovery", actor_id=firm["member"].pk,
            now=NOON + timedelta(minutes=minutes), values={"mailbox": "kim@hanbit.example"},
        )  # fmt: skip
    newest_first = list(Run.objects.order_by("-opened_at", "-id"))
    assert len(newest_first) == 7
    page = run_list.page_of(Run.objects.all(), None, None)
    seen, last = list(page.runs), page
    while last.older:
        last = run_list.page_of(Run.objects.all(), last.older, None)
        seen += last.runs
    assert seen == newest_first
    back = list(last.runs)
    while last.newer:
        last = run_list.page_of(Run.objects.all(), None, last.newer)
        back = [*last.runs, *back]
    assert back == newest_first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "2026-11-02T09:00:00_1",  # no offset
        "0001-01-01T00:00:00+14:00_1",  # none in UTC
        "9999-12-31T23:59:59-14:00_1",
        "2026-11-02T09:00:00+09:00_" + "9" * 19,
        "2026-11-02T09:00:00+09:00_x",
    ],
)
def test_a_place_that_nobody_wrote_is_none(text: str) -> None:
    assert Place.read(text) is None


def test_a_place_is_read_as_it_was_written() -> None:
    place = Place(datetime(2026, 11, 2, 0, 0, 0, 1, tzinfo=UTC), 7)
    assert Place.read(str(place)) == place
