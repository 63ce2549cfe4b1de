"""The table of permissions: whole sets for each role, so that a row too many is seen."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Context, Template

from helpdesk import permissions
from helpdesk.permissions import (
    COMMANDS,
    EVERYBODY,
    RELATIONS,
    ROWS,
    UnknownCommand,
    commands_of,
    may,
    roles_of,
)

ROOT = Path(__file__).resolve().parent.parent.parent
EVERYBODYS = {
    "procedure.see", "notice.see", "run.list", "ledger.see", "text.report",
    "talk.see", "talk.comment", "talk.attach",
}  # fmt: skip
ALL_OF_TENANT = EVERYBODYS | {"feedback.give"}
SEES_RUNS = ALL_OF_TENANT | {"run.see", "run.see_all"}
PREPARES = {"outage.prepare", "outage.check_list"}
VENDOR = (SEES_RUNS - {"feedback.give"}) | {
    "feedback.see",
    "vendor.see_tenants", "vendor.see_configuration", "vendor.visit", "vendor.see_calendar",
    "vendor.see_capacity",
    "ticket.see_queue",
    "ticket.assign", "view.save", "answer.use",
    "talk.see_internal", "talk.comment_internal",
}  # fmt: skip

# What a role alone allows, whatever one is to the object.
ALONE = {
    "member": ALL_OF_TENANT,
    "mail_admin": SEES_RUNS | PREPARES,
    "tenant_manager": SEES_RUNS
    | {"people.see", "support_access.see", "tracking.manage", "outage.check_list"},
    "site_admin": SEES_RUNS
    | {
        "run.cancel", "ledger.claim_outside", "people.see", "people.invite",
        "people.change_roles", "people.deactivate", "people.appoint_substitute",
        "support_access.see", "support_access.end", "tracking.manage", *PREPARES,
    },
    "support": VENDOR | {"run.open_for", "ticket.open", "tracking.manage"} | PREPARES,
    "manager": VENDOR
    | {
        "vendor.configure", "vendor.create_tenant", "vendor.manage_staff",
        "vendor.change_calendar", "vendor.set_capacity",
        "vendor.answer_text_reports", "vendor.see_feedback", "answer.manage",
    },
}  # fmt: skip

# Who stands in the relation may do this besides, whatever their role.
OF_ANYBODY = {
    "opener": {"run.open"},
    "requester": {"run.cancel"},
    "performer": {"run.cancel"},
    "declarer": {"run.declare"},
    "row_owner": {"run.withdraw"},
    "author": {"talk.remove_own"},
    "step_role": {
        "run.complete_step", "run.acknowledge", "run.skip_step", "run.record_incident",
        "run.look_up", "run.amend", "run.go_back", "run.reconfirm", "run.reopen",
    },
}  # fmt: skip
APPROVAL = {"run.approve", "run.reject"}
# (role, relation): what it allows besides.
OF_ROLE = {
    ("member", "own"): {"run.see"},
    ("site_admin", "impartial"): APPROVAL,
    ("tenant_manager", "impartial"): APPROVAL,
    ("mail_admin", "impartial_performer"): APPROVAL,
    ("manager", "last_resort"): APPROVAL,
    ("manager", "not_requester"): {"run.override"},
    ("tenant_manager", "not_user"): {"ledger.give_back"},
    ("manager", "not_user"): {"ledger.give_back"},
    ("member", "self"): {"people.see"},
    ("mail_admin", "self"): {"people.see", "people.appoint_substitute"},
    ("tenant_manager", "self"): {"people.appoint_substitute"},
    ("support", "self"): {"support_access.end"},
    ("manager", "self"): {"support_access.end"},
}


@pytest.mark.parametrize("role", EVERYBODY)
def test_a_role_alone_allows_exactly_this(role: str) -> None:
    assert commands_of({role}) == ALONE[role]


@pytest.mark.parametrize("relation", sorted(RELATIONS))
@pytest.mark.parametrize("role", EVERYBODY)
def test_a_relation_allows_exactly_this_besides(role: str, relation: str) -> None:
    besides = OF_ANYBODY.get(relation, set()) | OF_ROLE.get((role, relation), set())
    assert commands_of({role}, {relation}) == ALONE[role] | besides


def test_who_holds_no_role_may_do_nothing_whatever_they_are() -> None:
    assert commands_of((), RELATIONS) == frozenset()


def test_several_roles_allow_what_each_of_them_does() -> None:
    assert commands_of({"member", "site_admin"}) == ALONE["member"] | ALONE["site_admin"]


def test_a_relation_does_not_lend_what_another_role_has_by_it() -> None:
    assert not may({"member"}, "run.approve", RELATIONS)
    assert not may({"support"}, "run.override", RELATIONS)


def test_an_unknown_command_is_a_mistake_not_a_no() -> None:
    with pytest.raises(UnknownCommand):
        may({"site_admin"}, "run.obliterate")
    with pytest.raises(UnknownCommand):
        roles_of("run.obliterate")
    with pytest.raises(UnknownCommand):
        Template('{% load permissions %}{% may "run.obliterate" %}').render(Context())


def test_every_row_is_of_known_words_and_there_once() -> None:
    assert {row.command for row in ROWS} == set(COMMANDS)
    assert {row.relation for row in ROWS} - {""} == set(RELATIONS)
    assert len(set(ROWS)) == len(ROWS)


@pytest.mark.parametrize(("roles", "drawn"), [({"site_admin"}, "yes"), ({"member"}, ""), ((), "")])
def test_a_template_asks_for_the_roles_of_its_page(roles: set[str], drawn: str) -> None:
    page = '{% load permissions %}{% may "people.invite" as ok %}{% if ok %}yes{% endif %}'
    assert Template(page).render(Context({"roles": roles})) == drawn


def asked() -> Iterator[str]:
    """Yield every word of the table that code or a template puts in quotes."""
    table = Path(permissions.__file__)
    files = [
        *ROOT.glob("helpdesk/**/*.py"),
        *ROOT.glob("procedures/**/*.py"),
        *ROOT.glob("tickets/**/*.py"),
    ]
    for path in [*files, *ROOT.glob("templates/**/*.html")]:
        if path != table:
            yield from re.findall(r'"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))


def test_every_command_of_the_table_is_asked_for_somewhere() -> None:
    assert set(COMMANDS) - set(asked()) == set()
