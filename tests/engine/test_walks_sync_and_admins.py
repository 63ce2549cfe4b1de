"""From opening to the end: sync of services, change of mail admins."""

import pytest

from helpdesk.models import Membership, User
from procedures import engine
from procedures.change import InvalidInput, NotPossible
from procedures.models import Claim, Run
from tests.catalog.facts import kst
from tests.engine.cast import MINUTE, Cast, kinds, state, steps, why

pytestmark = pytest.mark.django_db

KIM = "kim, 김하나, 신규"
LEE = "lee, 이소라, 신규"


def collecting(cast: Cast, who: str = "member", service: str = "email") -> Run:
    return cast.open(who, "service_sync", service=service, changes=[KIM])


def synced(cast: Cast, service: str = "email") -> Run:
    run = collecting(cast, service=service)
    cast.done("site", run, "review")
    cast.done("site", run, "run_sync")
    return run


def test_a_sync_goes_from_request_to_access(cast: Cast) -> None:
    run = synced(cast)
    assert cast.refused("member", run, "record_result", result="succeeded") == "not_your_role"
    cast.done("site", run, "record_result", result="succeeded")
    cast.done("member", run, "tell_users")
    cast.done("member", run, "confirm_access")
    assert state(run) == "completed"
    assert kinds(run.stream)[0] == "run.opened"
    assert kinds(run.stream)[-1] == "run.completed"
    slot = Claim.objects.get(run=run, released_at=None)
    assert (slot.key, slot.until) == ("sync:email:2026-11-02", "forever")


def test_a_second_request_joins_and_the_review_is_made_again(cast: Cast) -> None:
    run = collecting(cast)
    cast.done("site", run, "review")
    joined = cast.try_open("member2", "service_sync", service="EMAIL", changes=[LEE])
    assert joined.joined
    assert joined.run == run
    assert steps(run)["review"] == (2, "pending")
    with pytest.raises(NotPossible, match="not_ready"):
        cast.do("site", run, "run_sync")
    cast.done("site", run, "review")
    cast.done("site", run, "run_sync")
    later = cast.try_open("member2", "service_sync", service="email", changes=[LEE])
    assert later.run != run
    assert not later.joined


def test_only_one_s_own_rows_are_withdrawn_and_one_row_remains(cast: Cast) -> None:
    run = collecting(cast)
    cast.try_open("member2", "service_sync", service="email", changes=[LEE])
    for who, row in (("member", LEE), ("site", KIM), ("member", "nobody, 없음, 신규")):
        with pytest.raises(NotPossible, match="not_your_rows"):
            cast.ask(engine.withdraw_rows, who, run, rows=(row,))
    assert cast.ask(engine.withdraw_rows, "member2", run, rows=(LEE,)).done
    assert cast.try_open("site", "service_sync", service="email", changes=[LEE]).joined
    with pytest.raises(NotPossible, match="not_your_rows"):  # it is another's row now
        cast.ask(engine.withdraw_rows, "member2", run, rows=(LEE,))
    assert cast.ask(engine.withdraw_rows, "site", run, rows=(LEE,)).done
    with pytest.raises(InvalidInput):
        cast.ask(engine.withdraw_rows, "member", run, rows=(KIM,))
    cast.done("site", run, "review")
    cast.done("site", run, "run_sync")
    with pytest.raises(NotPossible, match="not_collecting"):
        cast.ask(engine.withdraw_rows, "member", run, rows=(KIM,))


def test_the_slot_stays_used_after_the_run_is_cancelled(cast: Cast) -> None:
    first = synced(cast)
    assert cast.ask(engine.cancel_run, "site", first, reason="다른 방법").done
    second = collecting(cast)
    cast.done("site", second, "review")
    refused = cast.do("site", second, "run_sync")
    assert why(refused) == "used"
    assert refused.refusal is not None
    opens = [one.verdict.opens_at for one in refused.refusal.judged if one.verdict.opens_at]
    assert opens == [kst("2026-11-03T00:00")]
    cast.now = opens[0] - MINUTE
    cast.done("site", second, "run_sync")


def test_what_our_app_refuses_uses_nothing_and_a_late_entry_takes_its_own_day(cast: Cast) -> None:
    cast.now = kst("2026-11-03T08:00")
    run = collecting(cast)
    cast.done("site", run, "review")
    cast.now = kst("2026-11-04T09:00")
    yesterday = kst("2026-11-03T10:00")
    late = {"step": "run_sync", "performed_at": yesterday}
    refused = cast.ask(engine.complete_step, "site", run, **late)
    assert why(refused) == "late_needs_note"
    assert not Claim.objects.filter(key__startswith="sync:").exists()
    assert cast.ask(engine.complete_step, "site", run, **late, note="어제 눌렀음").done
    assert Claim.objects.get(key__startswith="sync:").key == "sync:email:2026-11-03"
    assert run.steps.get(key="run_sync").late


def test_another_service_the_same_day_needs_care(cast: Cast) -> None:
    synced(cast)
    run = collecting(cast, service="approval")
    cast.done("site", run, "review")
    assert cast.refused("site", run, "run_sync") == "acknowledgement_required"
    cast.done("site", run, "run_sync", acknowledge="전체 제한일 수 있음을 확인")


@pytest.mark.parametrize(("scope", "answer"), [("tenant", "tenant_used"), ("service", "")])
def test_the_tenant_s_setting_says_how_far_the_limit_reaches(
    cast: Cast, scope: str, answer: str
) -> None:
    cast.tenant.sync_scope = scope
    cast.tenant.save()
    synced(cast)
    run = collecting(cast, service="approval")
    cast.done("site", run, "review")
    result = cast.do("site", run, "run_sync")
    assert (result.done, "" if result.done else why(result)) == (not answer, answer)


def test_a_failed_sync_is_run_again_on_another_day(cast: Cast) -> None:
    run = synced(cast)
    cast.done("site", run, "record_result", result="failed")
    assert cast.refused("site", run, "tell_users") == "other"
    back = {"way": "sync_again", "reason": "실패"}
    assert cast.ask(engine.go_back, "site", run, **back).done
    assert cast.refused("site", run, "run_sync") == "used"
    with pytest.raises(NotPossible, match="way_closed"):
        cast.ask(engine.go_back, "site", run, **back)
    cast.now = kst("2026-11-03T00:00")
    cast.done("site", run, "run_sync")
    assert Claim.objects.filter(run=run, until="forever", released_at=None).count() == 2


def admin_change(cast: Cast, **values: object) -> Run:
    values = {"current_admin": "yes", "reason": "인사 이동", **values}
    run = cast.open("member", "mail_admin_change", **values)
    assert cast.approve("site", run, "approve").done
    return run


def roles(email: str) -> set[str]:
    return set(Membership.objects.filter(user__email=email).values_list("role", flat=True))


def test_roles_change_when_the_run_ends_and_who_is_new_is_invited(cast: Cast) -> None:
    run = admin_change(cast, add=["new@old.example"], remove=["mail2@old.example"])
    cast.done("mail", run, "perform")
    cast.done("member", run, "confirm_added")
    assert not User.objects.filter(email="new@old.example").exists()
    assert cast.refused("mail2", run, "confirm_removed") == "concerned"
    cast.done("site", run, "confirm_removed")
    assert state(run) == "completed"
    invited = User.objects.get(email="new@old.example")
    assert not invited.has_usable_password()
    assert roles("new@old.example") == {"mail_admin", "member"}
    assert roles("mail2@old.example") == {"member"}
    assert kinds(cast.tenant.stream) == ["membership.given", "membership.taken"]


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"add": ["mail@old.example"]}, "already"),
        ({"remove": ["member@old.example"]}, "not_admin"),
        ({"remove": ["mail@old.example", "MAIL2@old.example"]}, "nobody"),
        ({"add": ["a@old.example"], "remove": ["A@old.example"]}, "both+not_admin"),
        ({"add": [], "remove": []}, "none"),
    ],
)
def test_an_impossible_change_of_admins_is_refused_on_the_tenant_s_stream(
    cast: Cast, values: dict[str, list[str]], answer: str
) -> None:
    result = cast.try_open(
        "member", "mail_admin_change", current_admin="yes", reason="인사", **values
    )
    assert why(result) == answer
    assert result.run is None
    assert kinds(cast.tenant.stream) == ["opening.refused"]
    assert not Run.objects.exists()


def test_two_open_runs_never_remove_the_last_two_admins(cast: Cast) -> None:
    first = admin_change(cast, remove=["mail@old.example"])
    second = admin_change(cast, remove=["mail2@old.example"])
    cast.done("mail2", first, "perform")
    # The role is still mail's, yet the product has taken the menu away already.
    assert cast.refused("mail", second, "perform") == "nobody"
    assert cast.ask(engine.cancel_run, "site", first, reason="되돌렸음").done
    cast.done("mail", second, "perform")


def test_what_an_open_run_has_saved_is_known_to_the_next(cast: Cast) -> None:
    first = admin_change(cast, add=["member2@old.example"])
    cast.done("mail", first, "perform")
    again = cast.try_open(
        "member", "mail_admin_change", current_admin="yes", reason="x", add=["MEMBER2@old.example"]
    )
    assert why(again) == "already"


def test_without_a_mail_admin_support_makes_the_change(cast: Cast) -> None:
    Membership.objects.filter(role="mail_admin").delete()
    asked = {"current_admin": "no", "reason": "담당자 퇴사", "add": ["member2@old.example"]}
    run = cast.open("member", "mail_admin_change", **asked)
    assert cast.approve("site", run, "approve").done
    with pytest.raises(NotPossible, match="not_applicable"):
        cast.do("site", run, "perform")
    cast.done("support", run, "support_performs")
    cast.done("site", run, "confirm_added")
    assert roles("member2@old.example") == {"mail_admin", "member"}


def test_a_reopened_change_of_admins_gives_no_role_twice(cast: Cast) -> None:
    run = admin_change(cast, add=["member2@old.example"])
    cast.done("mail", run, "perform")
    cast.done("member", run, "confirm_added")
    again = {"steps": ("confirm_added",), "reason": "메일이 늦게 옴"}
    assert cast.ask(engine.reopen_run, "site", run, **again).done
    Membership.objects.filter(user__email="member2@old.example", role="mail_admin").delete()
    cast.done("member", run, "confirm_added")
    assert state(run) == "completed"
    assert roles("member2@old.example") == {"member"}
    assert kinds(cast.tenant.stream) == ["membership.given"]
