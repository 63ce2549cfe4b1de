"""Paging by key: every run once, also where many were opened at the same instant."""

from datetime import timedelta

import pytest

from procedures import engine
from procedures.models import Run
from procedures.selectors import run_list
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
