"""A run's page offers exactly what the engine takes: tried in every state, by everybody."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from procedures.demo import stories
from procedures.demo.people import Company, make_people
from procedures.demo.teller import Teller
from procedures.models import Run
from procedures.present import rights
from procedures.rules.wording import iso
from tests.catalog.facts import kst
from tests.web.buttons import accepted, looks, offered
from tests.web.runs import url

pytestmark = pytest.mark.django_db
NOW = kst("2026-11-23T14:00")
H, D = timedelta(hours=1), timedelta(days=1)
Tell = Callable[[Company, Company], tuple[Company, Teller]]


def hanbit(story: Callable[..., Teller], since: timedelta, **kw: Any) -> Tell:
    """Tell a story of the demo to the company that has many people."""
    return lambda here, _other: (here, story(here, NOW - since, NOW, **kw))


def saebom(story: Callable[..., Teller], since: timedelta, **kw: Any) -> Tell:
    """Tell a story of the demo to the other company."""
    return lambda _other, here: (here, story(here, NOW - since, NOW, **kw))


def used_up(c: Company, t: datetime, end: datetime) -> Teller:
    """Bring a second sync to the button on a day whose slot is used."""
    stories.sync(c, t, end, rows=["kim, 김하나, 신규"])
    values = {"service": "email", "changes": ["yu, 유다인, 신규"]}
    story = Teller(c, end).open("service_sync", "choi.minjun", t + 4 * H, values)
    return story.step("review", "seo.jiwon", H)


def sent_back(c: Company, t: datetime, end: datetime) -> Teller:
    """Reject a request, so that it is made anew."""
    return stories.admins(c, t, end).reject("approve", "seo.jiwon", H, reason="이유를 적어 주세요.")


def approved(c: Company, t: datetime, end: datetime) -> Teller:
    """Approve another mail admin."""
    return stories.admins(c, t, end).approve("approve", "seo.jiwon", H)


def nobody_approves(c: Company, t: datetime, end: datetime, *, declare: bool) -> Teller:
    """Ask for a change that concerns whoever else could approve it."""
    c.tenant.self_declaration = declare
    c.tenant.save()
    others = {"add": [c.address("shin.arin")], "remove": [c.address("oh.seyeon")]}
    values = {**others, "current_admin": "yes", "reason": "담당 교체"}
    return Teller(c, end).open("mail_admin_change", "han.garam", t, values)


def too_late(c: Company, t: datetime, end: datetime) -> Teller:
    """Let a recovery expire a few hours ago."""
    return stories.recovery(c, t, end, by="lee.sora", admin="kim.hana", ago=10 * H, until="expired")


def proposed_too_soon(c: Company, t: datetime, end: datetime) -> Teller:
    """Agree on a date of which the notice is too short: only an override opens it."""
    asked = c.address("seo.jiwon")
    values = {"requester": asked, "received": iso(t - H), "new_main": "new-demo.example",
              "current_main": c.tenant.main_domain, "multi_domains": [],
              "rollback_plan": "되돌립니다.", "uses_group_mail": "false"}  # fmt: skip
    story = Teller(c, end).open("domain_change", "support.moon", t, values, asked="seo.jiwon")
    story.step("set_dns", "seo.jiwon", H)
    mx = tuple(c.tenant.expected_mx)
    story.probe("new-demo.example", "right", mx, "support.moon")
    return story.step("check_dns", "support.moon", H / 60)


SITUATIONS: dict[str, Tell] = {
    "collecting": hanbit(stories.sync, 3 * H, rows=["yu, 유다인, 신규"], until="collect"),
    "result unknown": hanbit(stories.sync, 5 * H, rows=["yu, 유다인, 신규"], until="unknown"),
    "to be confirmed": hanbit(stories.sync, 5 * H, rows=["yu, 유다인, 신규"], until="confirm"),
    "completed today": hanbit(stories.sync, 5 * H, rows=["yu, 유다인, 신규"]),
    "completed long ago": hanbit(stories.sync, 30 * D, rows=["yu, 유다인, 신규"]),
    "slot used": hanbit(used_up, 13 * H),
    "to be approved": hanbit(stories.admins, 5 * H),
    "sent back": hanbit(sent_back, 5 * H),
    "approved": hanbit(approved, 5 * H),
    "refused finally": hanbit(stories.admins, 5 * H, until="refused"),
    "nobody approves": saebom(nobody_approves, H, declare=False),
    "to be declared": saebom(nobody_approves, H, declare=True),
    "cost acknowledged": hanbit(stories.external, 5 * H, done=False),
    "cancelled": hanbit(stories.mailing, H, by="lee.sora", admin="kim.hana", done=False),
    "recovery open": saebom(
        stories.recovery, H, by="yoon.taeho", admin="oh.seyeon", ago=3 * H, until="open"
    ),
    "expired": hanbit(too_late, D),
    "cause to be found": saebom(stories.dormant, H, until="open"),
    "backup not ready": hanbit(stories.backup, D, until="waiting"),
    "backup ready": hanbit(stories.backup, D, until="ready"),
    "at Godomall": hanbit(stories.godomall, D),
    "domain to be proposed": hanbit(proposed_too_soon, 4 * H),
    "domain change scheduled": hanbit(stories.domain_running, 4 * D, start=NOW + 24 * D),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_page_offers_exactly_what_the_engine_takes(situation: str) -> None:
    assert differences(situation) == {}


@pytest.mark.parametrize(("answer", "found"), [(True, "only shown"), (False, "only taken")])
def test_a_button_too_many_or_too_few_is_seen(
    monkeypatch: pytest.MonkeyPatch, answer: bool, found: str
) -> None:
    situation = "completed today" if answer else "collecting"
    monkeypatch.setattr(rights, "may_cancel", lambda _loaded: answer)
    assert differences(situation)["seo.jiwon"] == {found: {"cancel"}}


def differences(situation: str) -> dict[str, dict[str, set[str]]]:
    """Map each person for whom page and engine differ to what differs."""
    with time_machine.travel(NOW, tick=False):
        company, told = SITUATIONS[situation](*make_people())
        run = told.run
        assert run is not None
        found = {key: _differs(company, key, run) for key in company.people}
    return {key: differs for key, differs in found.items() if differs}


def _differs(company: Company, key: str, run: Run) -> dict[str, set[str]]:
    """Return what is offered and not taken, and the other way round; nothing when equal."""
    user = company.people[key]
    client = Client()
    client.force_login(user)
    page = client.get(url(run))
    if page.status_code == 404:
        return {}
    shown, taken = offered(page, run), accepted(Run.objects.get(pk=run.pk), user, NOW)
    looked = {f"{step} complete" for step in looks(page, run)}
    found = {"only shown": shown - taken, "only taken": taken - shown, "looks": looked - taken}
    return {name: commands for name, commands in found.items() if commands}
