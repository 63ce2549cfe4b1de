"""The role is looked at when a step is entered, for the person who enters it."""

from uuid import UUID

import pytest

from helpdesk.models import Assignment, Membership
from procedures import engine
from procedures.change import NotPossible
from procedures.models import Run
from tests.catalog.facts import kst
from tests.engine.cast import Cast, kinds, state, why

pytestmark = pytest.mark.django_db
SYNC = {"service": "email", "changes": ["kim, 김하나, 신규"]}
ID = UUID("00000000-0000-4000-8000-000000000001")
DELETED = kst("2026-11-02T08:00").isoformat()


def recovery(cast: Cast, mailbox: str = "member2@old.example") -> Run:
    """Let a member ask for the recovery of another's mail."""
    return cast.open("member", "mail_recovery", mailbox=mailbox, deleted_at=DELETED)


def test_who_has_asked_and_then_left_does_nothing_more(cast: Cast) -> None:
    run = recovery(cast)
    Membership.objects.filter(user=cast.people["member"]).delete()
    assert cast.refused("member", run, "settle_time") == "not_your_role"
    assert why(cast.ask(engine.cancel_run, "member", run, reason="그만")) == "not_your_role"
    assert kinds(run.stream)[-1] == "step.refused"


def test_who_was_deactivated_does_nothing_more(cast: Cast) -> None:
    run = recovery(cast)
    cast.done("member", run, "settle_time")
    cast.people["mail"].is_active = False
    cast.people["mail"].save()
    assert cast.refused("mail", run, "recover", month="202611") == "not_your_role"
    cast.done("mail2", run, "recover", month="202611")


def test_whose_mailbox_it_is_confirms_and_another_member_does_not(cast: Cast) -> None:
    run = recovery(cast, "MEMBER2@old.example")
    cast.done("member", run, "settle_time")
    cast.done("mail", run, "recover", month="202611")
    assert cast.refused("chair", run, "user_confirms") == "not_your_role"
    cast.done("member2", run, "user_confirms")
    assert state(run) == "completed"


def test_support_acts_only_for_tenants_it_serves(cast: Cast) -> None:
    Assignment.objects.filter(user=cast.people["support"]).delete()
    ask = {"mailbox": "member@old.example", "deleted_at": DELETED}
    assert why(cast.try_open("support", "mail_recovery", **ask)) == "not_opener"
    assert cast.try_open("support2", "mail_recovery", **ask).done


def test_support_asks_for_a_person_of_the_company_who_is_then_the_requester(cast: Cast) -> None:
    run = cast.open("support", "service_sync", asked="member", **SYNC)
    assert run.requester == cast.people["member"]
    joined = cast.try_open("support", "service_sync", asked="member2", **SYNC, submission=ID)
    assert joined.joined
    assert [one.user for one in run.participants.all()] == [cast.people["member2"]]
    again = cast.try_open("support", "service_sync", asked="member2", **SYNC, submission=ID)
    assert again.repeated
    with pytest.raises(engine.SubmissionReused):
        cast.try_open("support", "service_sync", asked="chair", **SYNC, submission=ID)


@pytest.mark.parametrize("asked", ["manager", "left", "deactivated"])
def test_nobody_asks_for_who_is_no_active_person_of_the_company(cast: Cast, asked: str) -> None:
    cast.people["left"] = cast.people["member"]
    Membership.objects.filter(user=cast.people["left"]).delete()
    cast.people["deactivated"] = cast.people["member2"]
    cast.people["deactivated"].is_active = False
    cast.people["deactivated"].save()
    with pytest.raises(NotPossible, match="requester_unknown"):
        cast.try_open("support", "service_sync", asked=asked, **SYNC)
    assert not Run.objects.exists()


@pytest.mark.parametrize("who", ["site", "mail", "member", "chair"])
def test_only_who_may_open_for_others_does(cast: Cast, who: str) -> None:
    refused = cast.try_open(who, "service_sync", asked="member2", **SYNC)
    assert why(refused) == "not_open_for"
    assert kinds(cast.tenant.stream) == ["opening.refused"]


@pytest.mark.parametrize(
    ("who", "procedure", "opens"),
    [
        ("member", "godomall_mx", True),
        ("chair", "mail_backup", True),
        ("support", "mail_backup", True),
        ("manager", "mail_backup", False),
        ("support", "domain_change", True),
        ("manager", "domain_change", False),
        ("site", "domain_change", False),
    ],
)
def test_members_and_support_open_and_a_change_of_domain_only_support(
    cast: Cast, who: str, procedure: str, *, opens: bool
) -> None:
    values = {
        "domain": "old.example",
        "mailbox": "member@old.example",
        "month_from": "202601",
        "month_to": "202602",
        "requester": "site@old.example",
        "received": "2026-11-02T09:00+09:00",
        "current_main": "old.example",
        "new_main": "new.example",
        "rollback_plan": "되돌린다",
        "uses_group_mail": "false",
    }
    result = cast.try_open(who, procedure, **values)
    assert result.done is opens
    assert opens or why(result) == "not_opener"
