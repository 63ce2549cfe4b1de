"""What the vendor has room for: set by managers, against what was seen, kept in its history."""

import json

from audit.models import Event
from tests.engine.cast import last_body
from tests.factories import Company
from tests.web.pages import forms_of, send, send_form
from tickets.schedule.models import Capacity

PAGE = "/vendor/capacity/"


def test_a_manager_sets_it_with_a_reason(firm: Company) -> None:
    manager = firm.signed_in("manager")
    assert "설정되지 않음" in firm.signed_in("support").get(PAGE).text
    done = send(
        manager, PAGE, "capacity/", at_once="2", a_day="3", closed_weekdays=["5", "6"],
        closed_from="09:00", closed_until="18:00", reason="작업자 두 명",
    )  # fmt: skip
    assert done.status_code == 303, done.text
    row = Capacity.objects.get()
    assert (row.at_once, row.a_day, row.closed_weekdays) == (2, 3, [5, 6])
    assert last_body("vendor")["changes"]["at_once"] == {"old": None, "new": 2}
    html = firm.signed_in("support").get(PAGE).text
    assert "토요일, 일요일" in html
    assert "09:00–18:00" in html
    assert "작업자 두 명" in html
    assert not forms_of(firm.signed_in("support").get(PAGE)).get(PAGE)
    # Nothing different writes nothing.
    assert send(manager, PAGE, "capacity/", reason="다시").status_code == 303
    assert Event.objects.filter(kind="capacity.changed").count() == 1
    assert send(manager, PAGE, "capacity/", at_once="", reason="모름").status_code == 303
    assert Capacity.objects.get().at_once is None


def test_who_came_too_late_sees_what_is_there_and_keeps_what_was_typed(firm: Company) -> None:
    manager = firm.signed_in("manager")
    old = manager.get(PAGE)
    assert send(manager, PAGE, "capacity/", at_once="2", reason="둘").status_code == 303
    answer = send_form(manager, old, "capacity/", at_once="5", reason="다섯")
    assert answer.status_code == 409
    assert "그사이 다른 사람이 바꿨습니다" in answer.text
    form = forms_of(answer)[PAGE]
    assert form.values["at_once"] == ["5"]
    assert json.loads(form.values["seen"][0])["at_once"] == 2
    assert manager.post(PAGE, form.values).status_code == 303
    assert Capacity.objects.get().at_once == 5


def test_bad_input_is_told_at_its_field(firm: Company) -> None:
    manager = firm.signed_in("manager")
    for typed in (
        {"at_once": "0"}, {"at_once": "-1"}, {"a_day": "viele"}, {"closed_weekdays": ["9"]},
        {"closed_from": "09:00"}, {"closed_from": "09:00", "closed_until": "09:00"},
        {"closed_from": "25:00"}, {"reason": ""}, {"seen": "{"},
    ):  # fmt: skip
        answer = send(manager, PAGE, "capacity/", **{"reason": "x", **typed})
        assert answer.status_code == 422, typed
        assert not Capacity.objects.exists()


def test_support_reads_and_others_find_nothing(firm: Company) -> None:
    assert firm.signed_in("support").post(PAGE, {"at_once": "9"}).status_code == 403
    assert firm.signed_in("site_admin").get(PAGE).status_code == 404
