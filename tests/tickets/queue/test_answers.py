"""Templates for answers: who writes them, what is refused, and what a run makes of them."""

import json
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory

from audit.models import Body, Event
from audit.verify import verify
from helpdesk.models import VendorDesk
from procedures import engine
from procedures.heads import read_heads
from procedures.models import Run
from tests.catalog.facts import kst
from tests.tickets.queue.floor import Floor, make_floor, opened, sync
from tickets.conversation import initial
from tickets.queue.answers import in_use, rendered
from tickets.queue.models import AnswerTemplate
from tickets.queue.placeholders import NAMES, fill, wrong_in
from tickets.queue.using import loaded_for

pytestmark = pytest.mark.django_db
NOW = kst("2026-09-18T10:00")
LIST = "/vendor/tickets/answers/"
TEXTS = {
    "title_ko": "안내",
    "title_en": "Note",
    "body_ko": "{company} {new_main:으로/로} 바꿉니다.",
    "body_en": "Changing to {new_main}.",
}


@pytest.fixture
def floor() -> Floor:
    return make_floor()


@pytest.fixture(autouse=True)
def friday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def change(floor: Floor, **values: Any) -> Run:
    given = {
        "requester": "site-admin@hanbit.example",
        "received": "2026-09-18T10:00+09:00",
        "current_main": "hanbit.example",
        "new_main": "hanbit-new.example",
        "rollback_plan": "되돌린다",
        "uses_group_mail": "false",
        **values,
    }
    firm = floor.a
    result = engine.open_run(
        firm.tenant,
        procedure="domain_change",
        actor_id=floor.support.pk,
        requester_id=firm["site_admin"].pk,
        now=NOW,
        values=given,
    )
    assert result.run is not None, result.refusal
    return Run.objects.select_related("tenant", "requester").get(pk=result.run.pk)


def said(floor: Floor, run: Run, body: str, language: str = "ko") -> str:
    return fill(body, loaded_for(run, floor.support, NOW), language, NOW)


def kinds() -> list[str]:
    rows = Event.objects.filter(stream=VendorDesk.STREAM).order_by("number")
    return list(rows.values_list("kind", flat=True))


def test_six_templates_are_shipped_and_every_name_in_them_is_known() -> None:
    shipped = in_use()
    assert len(shipped) == 6
    for one in shipped:
        assert wrong_in(one.body_ko) == wrong_in(one.body_en) == []


def test_the_shipped_ones_read_well_in_both_languages_whatever_is_known(floor: Floor) -> None:
    bare, other = change(floor), sync(floor.a)
    other = Run.objects.select_related("tenant", "requester").get(pk=other.pk)
    for run in (bare, other):
        loaded = loaded_for(run, floor.support, NOW)
        for one in in_use():
            for language in ("ko", "en"):
                text = rendered(one, loaded, language, NOW)
                assert "{" not in text
                assert "None" not in text


def test_a_run_fills_in_what_is_known_in_the_companys_zone(floor: Floor) -> None:
    run = change(floor)
    assert said(floor, run, "{reference} {company} {requester}") == (
        f"{run.reference} 한빛상사 정민호"
    )
    assert said(floor, run, "{current_main} → {new_main}") == "hanbit.example → hanbit-new.example"
    assert said(floor, run, "{received}") == "2026-09-18(금) 10:00"
    assert said(floor, run, "{received}", "en") == "2026-09-18(Fri) 10:00"


def test_a_particle_fits_the_word_before_it(floor: Floor) -> None:
    run = change(floor)
    assert said(floor, run, "{new_main}{new_main:으로/로}") == "hanbit-new.example로"
    assert said(floor, run, "{company}{company:을/를}") == "한빛상사를"
    assert said(floor, run, "{work_start}{work_start:은/는}") == "(아직 정해지지 않음)은"


def test_what_is_not_known_says_so(floor: Floor) -> None:
    run = change(floor)
    assert said(floor, run, "{work_start}") == "(아직 정해지지 않음)"
    assert said(floor, run, "{work_start}", "en") == "(not set yet)"
    for name in NAMES:
        assert said(floor, run, f"{{{name}}}", "en")


def test_the_first_date_skips_the_holidays_and_the_reason_names_them(floor: Floor) -> None:
    run = change(floor, desired_start="2026-09-30T20:00+09:00")
    assert said(floor, run, "{first_date}") == "2026-10-01(목)"
    reason = said(floor, run, "{notice_reason}")
    assert "2026-09-30" in reason
    assert "추석" in reason
    # No date was asked for: there is a first one, and nothing to object to.
    other = change_of(floor)
    assert said(floor, other, "{first_date}") == "2026-10-01(목)"
    assert said(floor, other, "{notice_reason}") == "(아직 정해지지 않음)"


def change_of(floor: Floor) -> Run:
    """Open a change at the other company, as one of its own support."""
    result = engine.open_run(
        floor.b.tenant,
        procedure="domain_change",
        actor_id=floor.elsewhere.pk,
        requester_id=floor.b["site_admin"].pk,
        now=NOW,
        values={
            "requester": "site-admin@saebom.example",
            "received": "2026-09-18T10:00+09:00",
            "current_main": "saebom.example",
            "new_main": "saebom-new.example",
            "rollback_plan": "되돌린다",
            "uses_group_mail": "false",
        },
    )
    assert result.run is not None
    return Run.objects.select_related("tenant", "requester").get(pk=result.run.pk)


def test_braces_that_come_with_a_value_are_printed(floor: Floor) -> None:
    run = opened(floor.a, "dormant_account", account="a@hanbit.example", symptom="{company}")
    run = Run.objects.select_related("tenant", "requester").get(pk=run.pk)
    floor.a.tenant.name = "{reference}"
    run.tenant.name = "{reference}"
    assert said(floor, run, "{company}") == "{reference}"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("{company} {reference}", []),
        ("{new_main:으로/로}", []),
        ("{nwe_main}", ["{nwe_main}"]),
        ("{new_main:으로}", ["{new_main:으로}"]),
        ("{ company }", ["{ company }"]),
        ("{company", ["{"]),
        ("company}", ["}"]),
        ("{}", ["{}"]),
        ("{company.slug} {0}", ["{company.slug}", "{0}"]),
        ("{{company}}", ["{", "}"]),
    ],
)
def test_what_stands_for_nothing_is_named(body: str, wrong: list[str]) -> None:
    assert wrong_in(body) == wrong


def test_a_manager_writes_changes_retires_and_restores_and_each_is_recorded(floor: Floor) -> None:
    client = floor.browser(floor.manager)
    before = len(kinds())
    assert client.post(f"{LIST}new/", TEXTS).status_code == 303
    made = AnswerTemplate.objects.get(title_ko="안내")
    sent = {**TEXTS, "body_ko": "{company} 안내", "seen": made.number}
    assert client.post(f"{LIST}{made.pk}/", sent).status_code == 303
    assert client.post(f"{LIST}{made.pk}/", {**sent, "seen": 2}).status_code == 303
    for command in ("retire", "retire", "restore"):
        assert client.post(f"{LIST}{made.pk}/{command}/").status_code == 303
    assert kinds()[before:] == [
        "answer.created", "answer.changed", "answer.retired", "answer.restored",
    ]  # fmt: skip
    rows = Body.objects.filter(stream=VendorDesk.STREAM).order_by("-number")
    changed = json.loads(rows[2].body)
    assert changed["changes"]["body_ko"]["new"] == "{company} 안내"
    assert list(verify(heads=read_heads())) == []


def test_a_name_that_is_not_known_is_said_at_its_field_and_what_was_typed_stays(
    floor: Floor,
) -> None:
    answer = floor.browser(floor.manager).post(
        f"{LIST}new/", {**TEXTS, "body_en": "Dear {requestor},"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_body_en_error"' in text
    assert "{requestor}" in text
    assert "Dear {requestor}," in text
    assert 'id="id_body_ko_error"' not in text


def test_two_managers_do_not_write_over_each_other(floor: Floor) -> None:
    client = floor.browser(floor.manager)
    one = in_use()[0]
    first = {**TEXTS, "seen": one.number}
    assert client.post(f"{LIST}{one.pk}/", first).status_code == 303
    late = {**TEXTS, "title_ko": "늦은 제목", "seen": one.number}
    answer = client.post(f"{LIST}{one.pk}/", late)
    assert answer.status_code == 409
    assert "늦은 제목" in answer.content.decode()
    assert AnswerTemplate.objects.get(pk=one.pk).title_ko == "안내"


def test_a_title_in_use_is_there_once(floor: Floor) -> None:
    client = floor.browser(floor.manager)
    taken = in_use()[0].title_ko
    answer = client.post(f"{LIST}new/", {**TEXTS, "title_ko": taken})
    assert answer.status_code == 422
    assert AnswerTemplate.objects.count() == 6


def test_support_reads_and_uses_them_and_writes_none(floor: Floor) -> None:
    client, run = floor.browser(floor.support), change(floor)
    one = in_use()[0]
    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}{one.pk}/").status_code == 200
    assert client.get(f"{LIST}new/").status_code == 403
    assert client.post(f"{LIST}{one.pk}/", TEXTS).status_code == 403
    assert client.post(f"{LIST}{one.pk}/retire/").status_code == 403
    text = client.get(f"/vendor/tickets/of/hanbit/{run.reference}/answers/").content.decode()
    assert "hanbit-new.example" in text
    assert f"{run.reference}" in text
    theirs = change_of(floor)
    assert client.get(f"/vendor/tickets/of/saebom/{theirs.reference}/answers/").status_code == 404
    assert floor.a.signed_in("site_admin").get(LIST).status_code == 404


def test_a_comment_begins_with_the_answer_that_the_address_asks_for(floor: Floor) -> None:
    run, one = change(floor), in_use()[0]

    def begins(user: Any, query: str) -> str:
        request = RequestFactory().get(f"/?{query}")
        request.user = user
        return initial.text_for(request, run, NOW)

    assert "hanbit-new.example" in begins(floor.support, f"answer={one.pk}&in=ko")
    assert begins(floor.support, f"answer={one.pk}&in=en").startswith("Dear 정민호")
    for query in ("", "answer=x", "answer=987654", "answer=²"):
        assert begins(floor.support, query) == ""
    assert begins(floor.a["site_admin"], f"answer={one.pk}") == ""
    assert begins(floor.elsewhere, f"answer={one.pk}") == ""


def test_the_comment_form_on_a_runs_page_begins_with_the_answer_behind_a_draft(
    floor: Floor,
) -> None:
    run, one = change(floor), in_use()[0]
    client = floor.browser(floor.support)
    page = f"/t/hanbit/runs/{run.reference}/"
    text = client.get(f"{page}?answer={one.pk}&in=en").content.decode()
    assert "Dear 정민호" in text
    assert f"/vendor/tickets/of/hanbit/{run.reference}/answers/" in text
    client.post(f"{page}conversation/", {"then": "draft", "text": "먼저 쓴 말"})
    text = client.get(f"{page}?answer={one.pk}&in=en").content.decode()
    assert text.index("먼저 쓴 말") < text.index("Dear 정민호")
    theirs = floor.a.signed_in("site_admin").get(f"{page}?answer={one.pk}").content.decode()
    assert "/answers/" not in theirs
