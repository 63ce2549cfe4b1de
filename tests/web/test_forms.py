"""Forms out of definitions: each kind has its field, and what is typed reaches the engine."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from helpdesk.models import Tenant
from procedures.catalog import BY_KEY, PROCEDURES
from procedures.definition import FIELD_KINDS, Field, Procedure
from procedures.forms.fields import Known, country_code, form_field
from procedures.forms.moments import exists, is_twice
from procedures.forms.steps import FIXED_NAMES, AmendForm, StepForm
from procedures.forms.values import ValuesForm, values_form
from procedures.rules import Text

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)
TENANT = Tenant(
    slug="hanbit", main_domain="hanbit.example", services=["email", "wiki"],
    multi_domains=["a.example", "b.example"],
)  # fmt: skip


def known(**values: Any) -> Known:
    return Known(TENANT, "kim@hanbit.example", NOW, values)


def typed(
    procedure: str, keys: list[str], values: dict[str, Any] | None = None, **data: Any
) -> Any:
    body = {"submission": str(uuid4()), **data}
    return values_form(BY_KEY[procedure], keys, known(**(values or {})), base=StepForm, data=body)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.key)
def test_no_field_takes_a_name_that_forms_need_themselves(procedure: Procedure) -> None:
    assert FIXED_NAMES.isdisjoint(procedure.field_by_key)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.key)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_step_has_its_form_in_both_languages(procedure: Procedure, language: str) -> None:
    with translation.override(language):
        for step in procedure.steps:
            form = values_form(procedure, step.fields, known(), base=StepForm)
            drawn = form.as_div()
            for key in step.fields:
                one = procedure.field_by_key[key]
                assert f'name="{key}"' in drawn
                assert (one.label.ko if language == "ko" else one.label.en) in drawn


@pytest.mark.parametrize("kind", FIELD_KINDS)
@pytest.mark.parametrize("many", [False, True])
def test_each_kind_of_field_can_be_drawn(kind: str, many: bool) -> None:
    field = form_field(Field("f", kind, Text("값", "Value"), many=many), known())
    assert field.widget.render("f", field.initial)


@pytest.mark.parametrize(
    ("text", "fold", "utc"),
    [
        ("2026-11-23T09:30", "", "2026-11-23T14:30:00+00:00"),
        ("2026-11-23T09:30:15.250000", "", "2026-11-23T14:30:15.250000+00:00"),
        # right before and after the gap
        ("2026-03-08T01:59", "", "2026-03-08T06:59:00+00:00"),
        ("2026-03-08T03:00", "", "2026-03-08T07:00:00+00:00"),
        # the first and the second 01:30
        ("2026-11-01T01:30", "0", "2026-11-01T05:30:00+00:00"),
        ("2026-11-01T01:30", "1", "2026-11-01T06:30:00+00:00"),
        # a fold that nobody asked about changes nothing
        ("2026-11-01T03:30", "1", "2026-11-01T08:30:00+00:00"),
        # what is no local time goes to the engine as typed
        ("2026-11-23", "", "2026-11-23"),
        ("yesterday", "", "yesterday"),
        ("2026-11-23T09:30+09:00", "", "2026-11-23T09:30+09:00"),
        ("", "", ""),
    ],
)
def test_local_times_get_their_offset(text: str, fold: str, utc: str) -> None:
    with timezone.override(NEW_YORK):
        form = typed("mail_recovery", ["deleted_at"], deleted_at=text, deleted_at_fold=fold)
        assert form.is_valid(), form.errors
        assert form.raw == {"deleted_at": utc}


@pytest.mark.parametrize(
    ("zone", "text", "said"),
    [
        ("America/New_York", "2026-03-08T02:30", "존재하지 않는 시각"),
        ("Africa/Cairo", "2026-04-24T00:30", "존재하지 않는 시각"),
        ("Pacific/Apia", "2011-12-30T12:00", "존재하지 않는 시각"),
        ("America/New_York", "2026-11-01T01:30", "둘 중 어느"),
    ],
)
def test_a_time_that_does_not_exist_or_exists_twice_is_asked_back(
    zone: str, text: str, said: str
) -> None:
    with timezone.override(ZoneInfo(zone)), translation.override("ko"):
        form = typed("mail_recovery", ["deleted_at", "month"], deleted_at=text, month="2024-08")
        assert not form.is_valid()
        assert said in str(form.errors["deleted_at"])
        # the rest is said at once, not after the next try
        assert "202408" in str(form.errors["month"])
        if is_twice(datetime.fromisoformat(text), ZoneInfo(zone)):
            assert str(form["deleted_at"]).count('type="radio"') == 2
        else:
            assert not exists(datetime.fromisoformat(text), ZoneInfo(zone))


def test_months_are_handed_on_to_the_letter() -> None:
    form = typed("mail_recovery", ["month"], month=" 202408\n")
    assert form.is_valid()
    assert form.raw == {"month": " 202408\n"}


def test_rows_come_one_per_line_or_by_commas_where_no_row_holds_one() -> None:
    form = typed("external_user_mail", ["users"], users="a@b.kr, c@d.kr\n\ne@f.kr ;")
    assert form.is_valid()
    assert form.raw == {"users": ["a@b.kr", "c@d.kr", "e@f.kr"]}
    rows = typed("service_sync", ["changes"], changes="kim, 김하나, 신규\r\nlee\t이소라\t이동\r\n")
    assert rows.is_valid()
    assert rows.raw == {"changes": ["kim, 김하나, 신규", "lee\t이소라\t이동"]}


@pytest.mark.parametrize(
    ("typed_name", "code"),
    [("일본", "JP"), ("japan", "JP"), (" US ", "US"), ("미국", "US"), ("Narnia", "Narnia")],
)
def test_countries_may_be_named(typed_name: str, code: str) -> None:
    assert country_code(typed_name) == code


def test_defaults_come_from_the_tenant_the_person_and_the_clock() -> None:
    fields = BY_KEY["domain_change"].field_by_key
    assert form_field(fields["current_main"], known()).initial == "hanbit.example"
    assert form_field(fields["multi_domains"], known()).initial == "a.example\nb.example"
    assert form_field(fields["received"], known()).initial == NOW.replace(second=0)
    mailbox = BY_KEY["mail_recovery"].field_by_key["mailbox"]
    assert form_field(mailbox, known()).initial == "kim@hanbit.example"
    assert form_field(mailbox, known(mailbox="a@b.kr")).initial == "a@b.kr"


def test_services_of_the_tenant_can_be_chosen_beside_the_listed_ones() -> None:
    drawn = str(form_field(BY_KEY["service_sync"].field_by_key["service"], known()).widget.choices)
    assert "wiki" in drawn
    assert "approval" in drawn


def test_a_form_that_came_back_gets_another_submission_and_keeps_what_was_typed() -> None:
    form = typed("mail_recovery", ["month"], month="2024-08")
    first = form.data["submission"]
    form.renew("abc", 7)
    assert form.data["submission"] != first
    assert (form.data["seen"], form.data["number"], form.data["month"]) == ("abc", "7", "2024-08")


def test_a_value_named_reason_and_the_reason_for_its_change_are_two_fields() -> None:
    form = values_form(BY_KEY["mail_admin_change"], ["reason"], known(), base=AmendForm)
    assert isinstance(form, ValuesForm)
    assert {"reason", "why"} <= set(form.fields)
