"""What was arranged around a run is told in words, and to a company nothing internal."""

import re
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from tests.factories import Company
from tests.web.runs import korean_company, sync, url
from tickets.conversation.arranged import _words
from tickets.conversation.stream import record

pytestmark = pytest.mark.django_db
ROOM = Path(__file__).resolve().parents[3] / "tickets"


def told() -> tuple[Company, str]:
    firm = korean_company()
    run = sync(firm)
    with transaction.atomic():
        for kind, internal in (("ticket.assigned", True), ("link.made", False)):
            record(
                run, kind, {}, actor=firm["support"], now=timezone.now(), internal=internal
            )  # fmt: skip
    return firm, f"{url(run)}conversation/"


def test_the_vendor_reads_all_of_it_and_a_company_what_is_not_internal() -> None:
    firm, page = told()
    support = firm.signed_in("support").get(page).text
    assert "진행 확인 링크를 만들었습니다" in support
    assert "담당자를 정했습니다" in support
    company = firm.signed_in("site_admin").get(page).text
    assert "진행 확인 링크를 만들었습니다" in company
    assert "담당자를 정했습니다" not in company
    assert "timeline__number" not in company


def test_every_kind_that_a_room_records_has_its_words() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    calls = re.findall(
        r"(?:stream\.(?:append|record)|_record)\(\s*[^\"()]*?\"([a-z]+\.[a-z_]+)\"", source
    )
    recorded = set(calls) - {"comment.added", "comment.removed"}
    assert len(recorded) >= 9
    assert recorded <= set(_words())
