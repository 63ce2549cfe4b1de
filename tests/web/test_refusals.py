"""Every gate's no is shown by its page: the sentence it rests on, and when it opens, or never."""

from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.utils.html import escape

from audit.models import Event
from procedures import engine
from procedures.catalog import BY_KEY, PROCEDURES
from procedures.definition import Gate
from procedures.models import Run
from tests.factories import Company, at
from tests.web.pages import send
from tests.web.refusals import HELD_EARLIER, MONDAY, STORIES, Did, Story
from tests.web.runs import korean_company, opened, url

pytestmark = pytest.mark.django_db


def gate_of(story: Story) -> Gate:
    """Find the gate that a story is about."""
    procedure = BY_KEY[story.procedure]
    step = procedure.step_by_key[story.step] if story.step else procedure.steps[0]
    return next(gate for gate in step.gates if gate.rule.name == story.rule)


def test_every_gate_that_a_page_can_meet_has_its_story() -> None:
    told = {(story.procedure, story.rule) for story in STORIES}
    there = {
        (procedure.key, gate.rule.name)
        for procedure in PROCEDURES
        for step in procedure.steps
        for gate in step.gates
    }
    assert told | HELD_EARLIER == there
    assert told.isdisjoint(HELD_EARLIER)


def do(firm: Company, run: Run, did: Did, clock: Any) -> None:
    if did.at:
        clock.move_to(at(did.at))
    now = max(at(MONDAY), at(did.at or MONDAY), run_time(run))
    if did.approve:
        result = engine.approve(run, step=did.step, actor_id=firm[did.who].pk, now=now)
    else:
        result = engine.complete_step(
            run, step=did.step, values=did.values, acknowledgement=did.acknowledgement,
            actor_id=firm[did.who].pk, now=now,
        )  # fmt: skip
    assert result.done, (did.step, result.refusal)


def run_time(run: Run) -> Any:
    return Run.objects.get(pk=run.pk).event_at


def typed(values: Any) -> dict[str, Any]:
    """Write values as a form holds them: a list is one row per line."""
    return {key: "\n".join(v) if isinstance(v, list) else v for key, v in values.items()}


def tell(firm: Company, story: Story, clock: Any) -> HttpResponse:
    """Bring a run to its gate and send the form; an opening is refused on the procedure's page."""
    if story.setup:
        story.setup(firm)
    if not story.step:
        page = f"/t/hanbit/procedures/{story.procedure}/"
        return send(
            firm.signed_in(story.opener), page, f"procedures/{story.procedure}/",
            **typed(story.values),
        )  # fmt: skip
    run = opened(firm, story.procedure, story.opener, **story.values)
    for one in story.before:
        if isinstance(one, Did):
            do(firm, run, one, clock)
        else:
            one(firm, run)
    clock.move_to(max(at(story.at), at(MONDAY)))
    form = f"steps/{story.step}/complete/"
    return send(firm.signed_in(story.who), url(run), form, **typed(story.typed))


@pytest.mark.parametrize("story", STORIES, ids=lambda one: f"{one.procedure}-{one.rule}-{one.name}")
def test_the_page_says_no_with_the_sentence_and_the_time(story: Story) -> None:
    with time_machine.travel(at(MONDAY), tick=False) as clock:
        response = tell(korean_company(), story, clock)
    text = response.text
    assert response.status_code == 422, text
    gate = gate_of(story)
    assert f"<code>{story.rule}</code>" in text
    assert f"verdict--{story.level}" in text
    assert escape(gate.quote) in text
    if gate.ours:
        assert escape(gate.ours.ko) in text
    if story.level == "caution":
        assert "주의가 필요합니다" in text
    assert story.opens in text
    refused = Event.objects.filter(kind__in=["step.refused", "opening.refused"])
    assert refused.count() == 1
