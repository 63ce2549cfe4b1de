"""Who may approve, what an approval covers, and what a rejection does."""

import pytest

from helpdesk.models import Membership
from procedures import engine
from procedures.change import NotPossible
from procedures.models import Decision, Run
from tests.engine.cast import Cast, kinds, last_body, state, steps, why

pytestmark = pytest.mark.django_db
EXTERNAL = {
    "users": ["guest@partner.example"],
    "purpose": "공동 설계",
    "start": "2026-11-10",
    "cost_center": "D-210",
}


def asked(cast: Cast, who: str = "member", **values: object) -> Run:
    """Ask for external mail, up to the approval."""
    run = cast.open(who, "external_user_mail", **{**EXTERNAL, **values})
    cast.done("site", run, "acknowledge_cost")
    return run


def only(cast: Cast, *names: str) -> None:
    """Leave nobody in the tenant but these."""
    kept = [cast.people[name].pk for name in names]
    Membership.objects.exclude(user_id__in=kept).delete()


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("site", ""),
        ("member", "own_request"),
        ("member2", "not_approver"),
        ("mail", "not_approver"),
        ("support", "not_approver"),
        # a vendor manager stands in only where nobody of the tenant can
        ("manager", "not_approver"),
    ],
)
def test_approvers_are_admins_of_the_tenant(cast: Cast, who: str, answer: str) -> None:
    run = asked(cast)
    result = cast.approve(who, run, "approve")
    assert (result.done, "" if result.done else why(result)) == (not answer, answer)


def test_who_asked_never_approves_whatever_the_role(cast: Cast) -> None:
    run = asked(cast, "site")
    assert why(cast.approve("site", run, "approve")) == "own_request"
    assert cast.approve("site2", run, "approve").done


def test_for_whom_support_asked_does_not_approve(cast: Cast) -> None:
    run = cast.open("support", "external_user_mail", asked="site", **EXTERNAL)
    cast.done("site", run, "acknowledge_cost")
    assert why(cast.approve("site", run, "approve")) == "own_request"


def test_whom_the_change_concerns_does_not_approve(cast: Cast) -> None:
    run = asked(cast, users=["SITE2@old.example"])
    assert why(cast.approve("site2", run, "approve")) == "concerned"
    assert cast.approve("site", run, "approve").done


def test_a_vendor_manager_approves_where_nobody_else_can(cast: Cast) -> None:
    run = asked(cast, "site")
    only(cast, "site", "mail")
    assert why(cast.approve("support", run, "approve")) == "not_approver"
    assert cast.approve("manager", run, "approve").done


def test_a_self_declaration_stands_in_by_setting_and_is_flagged(cast: Cast) -> None:
    run = asked(cast, "site")
    declare = {"step": "approve", "declare": True}
    only(cast, "site")
    refused = cast.ask(engine.approve, "site", run, note="혼자입니다", **declare)
    assert why(refused) == "declaration_off"
    cast.tenant.self_declaration = True
    cast.tenant.save()
    with pytest.raises(NotPossible, match="reason_required"):
        cast.ask(engine.approve, "site", run, note=" ", **declare)
    assert cast.ask(engine.approve, "site", run, note="혼자입니다", **declare).done
    assert kinds(run.stream)[-1] == "approval.declared"
    assert Decision.objects.get(run=run).kind == "declare"


def test_nobody_declares_while_another_can_approve(cast: Cast) -> None:
    cast.tenant.self_declaration = True
    cast.tenant.save()
    run = asked(cast, "site")
    refused = cast.ask(engine.approve, "site", run, step="approve", declare=True, note="혼자입니다")
    assert why(refused) == "declaration_off"


def test_a_changed_value_voids_the_approval_and_an_uncovered_one_does_not(cast: Cast) -> None:
    run = cast.open(
        "member", "mail_admin_change", current_admin="yes", reason="인사", add=["a@old.example"]
    )
    assert cast.approve("site", run, "approve").done
    values = {"reason": "조직 개편"}
    assert cast.ask(engine.amend_values, "member", run, values=values, reason="오타").done
    assert steps(run)["approve"] == (1, "completed")
    values = {"add": ["b@old.example"]}
    assert cast.ask(engine.amend_values, "member", run, values=values, reason="다른 사람").done
    assert steps(run)["approve"] == (2, "pending")
    assert last_body(run.stream)["old"] == {"add": ["a@old.example"]}


def test_a_rejection_returns_the_run_to_its_request(cast: Cast) -> None:
    run = asked(cast)
    with pytest.raises(NotPossible, match="reason_required"):
        cast.ask(engine.reject, "site2", run, step="approve", reason=" ")
    refused = cast.ask(engine.reject, "member", run, step="approve", reason="그만")
    assert why(refused) == "own_request"
    assert cast.ask(engine.reject, "site2", run, step="approve", reason="기간을 정하세요").done
    assert steps(run)["request"] == (2, "pending")
    assert state(run) == "open"
    with pytest.raises(NotPossible, match="not_ready"):
        cast.approve("site2", run, "approve")
    cast.done("member", run, "request", purpose="공동 설계 2차")
    assert cast.approve("site2", run, "approve").done
    assert kinds(run.stream).count("approval.rejected") == 1


def test_a_final_refusal_ends_the_run(cast: Cast) -> None:
    run = asked(cast)
    assert cast.ask(
        engine.reject, "site2", run, step="approve", reason="예산이 없음", final=True
    ).done
    assert state(run) == "refused"
    for attempt in (
        lambda: cast.approve("site2", run, "approve"),
        lambda: cast.do("member", run, "request"),
        lambda: cast.ask(engine.cancel_run, "member", run, reason="끝"),
        lambda: cast.ask(engine.reopen_run, "site", run, steps=("request",), reason="다시"),
    ):
        with pytest.raises(NotPossible, match="run_closed"):
            attempt()


def test_an_approval_is_not_completed_like_a_step(cast: Cast) -> None:
    run = asked(cast)
    with pytest.raises(NotPossible, match="wrong_kind"):
        cast.do("site2", run, "approve")
    assert cast.approve("site2", run, "approve").done
    with pytest.raises(NotPossible, match="wrong_kind"):
        cast.approve("site2", run, "perform")
    with pytest.raises(NotPossible, match="already_done"):
        cast.approve("site", run, "approve")
