"""The same again: a repeated submission is answered, not carried out twice."""

from uuid import UUID, uuid4

import pytest

from audit.models import Event
from procedures import engine
from procedures.change import NotPossible
from procedures.models import Refusal, Run
from tests.engine.cast import MINUTE, Cast, kinds, last_body, state, why

pytestmark = pytest.mark.django_db
SYNC = {"service": "email", "changes": ["kim, 김하나, 신규"]}
ID = UUID("00000000-0000-4000-8000-000000000001")


def events() -> int:
    return Event.objects.count()


def test_a_completion_sent_twice_is_one_event(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    first = cast.ask(engine.complete_step, "site", run, step="review", submission=ID)
    before = events()
    again = cast.ask(engine.complete_step, "site", run, step="review", submission=ID)
    assert again.done
    assert again.repeated
    assert again.number == first.number
    assert events() == before


@pytest.mark.parametrize("other", [{"note": "다른 메모"}, {"step": "run_sync"}])
def test_another_content_under_the_same_id_is_not_taken(cast: Cast, other: dict[str, str]) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    cast.ask(engine.complete_step, "site", run, step="review", submission=ID)
    before = events()
    with pytest.raises(engine.SubmissionReused):
        cast.ask(engine.complete_step, "site", run, **{"step": "review", "submission": ID, **other})
    with pytest.raises(engine.SubmissionReused):
        cast.ask(engine.complete_step, "site2", run, step="review", submission=ID)
    assert events() == before


def test_the_same_id_on_another_run_is_another_submission(cast: Cast) -> None:
    first = cast.open("member", "service_sync", **SYNC)
    second = cast.open("member", "service_sync", **{**SYNC, "service": "approval"})
    for run in (first, second):
        done = cast.ask(engine.complete_step, "site", run, step="review", submission=ID)
        assert not done.repeated


def test_a_refused_submission_sent_again_is_the_same_refusal(cast: Cast) -> None:
    cast.done("site", cast.open("site", "service_sync", **SYNC), "review")
    first, second = (cast.open("site", "service_sync", **{**SYNC, "service": s}) for s in "ab")
    for run in (first, second):
        cast.done("site", run, "review")
    cast.tenant.sync_scope = "tenant"
    cast.tenant.save()
    cast.done("site", first, "run_sync")
    asked = {"step": "run_sync", "submission": ID}
    refused = cast.ask(engine.complete_step, "site", second, **asked)
    before = events()
    again = cast.ask(engine.complete_step, "site", second, **asked)
    assert again.repeated
    assert again.refusal == refused.refusal
    assert again.refusal is not None
    assert why(again) == "tenant_used"
    assert any(one.verdict.opens_at for one in again.refusal.judged)
    assert again.number == refused.number
    assert events() == before


def test_a_refusal_for_the_role_sent_again_names_the_same_roles(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    refused = cast.ask(engine.complete_step, "member", run, step="review", submission=ID)
    again = cast.ask(engine.complete_step, "member", run, step="review", submission=ID)
    assert again.repeated
    assert why(again) == "not_your_role"
    assert again.refusal == refused.refusal


def test_a_step_done_already_says_by_whom_and_when(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    cast.done("site", run, "review")
    then, before = cast.now, events()
    with pytest.raises(NotPossible) as caught:
        cast.ask(engine.complete_step, "site2", run, step="review", submission=uuid4())
    assert caught.value.params == {"name": "site", "when": then}
    assert events() == before


def test_an_opening_sent_twice_is_one_run(cast: Cast) -> None:
    ask = {"submission": ID, "current_admin": "yes", "reason": "x", "add": ["a@old.example"]}
    first = cast.try_open("member", "mail_admin_change", **ask)
    again = cast.try_open("member", "mail_admin_change", **ask)
    assert again.repeated
    assert again.run == first.run
    with pytest.raises(engine.SubmissionReused):
        cast.try_open("member", "mail_admin_change", **{**ask, "reason": "y"})
    # Another person's same id is another opening.
    assert cast.try_open("member2", "mail_admin_change", **ask).run != first.run
    assert Run.objects.count() == 2


def test_an_opening_repeated_after_its_run_ended_is_answered_as_before(cast: Cast) -> None:
    ask = {"submission": ID, "current_admin": "yes", "reason": "x", "add": ["a@old.example"]}
    run = cast.try_open("member", "mail_admin_change", **ask).run
    assert run is not None
    assert cast.approve("site", run, "approve").done
    cast.done("mail", run, "perform")
    cast.done("site", run, "confirm_added")
    assert state(run) == "completed"
    before = events()
    # Refused were it new: the person has become a mail admin by this very run.
    again = cast.try_open("member", "mail_admin_change", **ask)
    assert again.repeated
    assert again.run == run
    assert events() == before


def test_a_join_sent_twice_is_one_event(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    ask = {"submission": ID, "service": "email", "changes": ["lee, 이소라, 신규"]}
    assert cast.try_open("member2", "service_sync", **ask).joined
    again = cast.try_open("member2", "service_sync", **ask)
    assert again.repeated
    assert kinds(run.stream).count("run.joined") == 1


@pytest.mark.parametrize("who", ["member", "member2"])
@pytest.mark.parametrize("collecting", [False, True])
def test_a_request_repeated_after_the_sync_is_answered_as_before(
    cast: Cast, who: str, *, collecting: bool
) -> None:
    """Whoever opened or joined; whether or not the next run is collecting by then."""
    mine = {"submission": ID, **SYNC, "changes": ["lee, 이소라, 신규"]}
    opener = {} if who == "member" else SYNC
    if opener:
        cast.open("member", "service_sync", **opener)
    run = cast.try_open(who, "service_sync", **mine).run
    assert run is not None
    cast.done("site", run, "review")
    cast.done("site", run, "run_sync")
    if collecting:
        cast.open("site", "service_sync", **SYNC)
    before = events()
    again = cast.try_open(who, "service_sync", **mine)
    assert (again.repeated, again.run) == (True, run)
    assert events() == before


def test_a_refusal_sent_twice_stays_a_refusal(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    for _twice in range(2):
        result = cast.ask(engine.complete_step, "member", run, step="review", submission=ID)
        assert not result.done
    assert kinds(run.stream).count("step.refused") == 1


def test_identical_refusals_within_a_minute_are_counted(cast: Cast) -> None:
    run = cast.open("member", "service_sync", **SYNC)
    ask = {"step": "review"}
    first = cast.now + MINUTE
    for seconds in (0, 1, 59):
        now = first + MINUTE * seconds / 60
        refused = cast.ask(engine.complete_step, "member", run, now=now, **ask)
        assert why(refused) == "not_your_role"
    assert kinds(run.stream).count("step.refused") == 1
    counted = Refusal.objects.get(stream=run.stream)
    assert (counted.count, counted.last_at) == (3, first + MINUTE * 59 / 60)
    body = last_body(run.stream)
    assert (body["step"], body["code"], body["actor"]["name"]) == (
        "review",
        "not_your_role",
        "member",
    )
    # Another person's, and the same person's a minute later, are events again.
    cast.ask(engine.complete_step, "member2", run, now=first + MINUTE * 59 / 60, **ask)
    cast.ask(engine.complete_step, "member", run, now=first + MINUTE, **ask)
    assert kinds(run.stream).count("step.refused") == 3


def test_refused_openings_are_counted_on_the_tenant_s_stream(cast: Cast) -> None:
    for who in ("member", "member", "member2"):
        cast.now -= MINUTE  # all at one moment
        result = cast.try_open(who, "domain_change", requester="x")
        assert why(result) == "not_opener"
    assert kinds(cast.tenant.stream) == ["opening.refused", "opening.refused"]
    assert last_body(cast.tenant.stream)["procedure"] == "domain_change"
    assert not Run.objects.exists()
