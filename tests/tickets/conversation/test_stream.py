"""The conversation of a run is a chained stream of its own."""

import pytest
from django.db import transaction

from audit.models import Event
from audit.verify import verify
from procedures.heads import read_heads
from procedures.models import Run
from tests.engine.cast import MONDAY, Cast, make_cast
from tickets.conversation.models import Conversation
from tickets.conversation.stream import record

pytestmark = pytest.mark.django_db


def opened() -> tuple[Cast, Run]:
    cast = make_cast()
    run = cast.open("member", "service_sync", service="email", changes=["kim, 김하나, 신규"])
    return cast, run


def test_what_is_recorded_is_chained_and_known_to_the_verification() -> None:
    cast, run = opened()
    before = run.event_number
    for number in (1, 2):
        with transaction.atomic():
            found = record(
                run, "comment.added", {"text": "안녕하세요"}, actor=cast.people["support"],
                now=MONDAY, internal=number == 2,
            )  # fmt: skip
        assert found == number
    stream = f"talk:{run.uid}"
    assert list(Event.objects.filter(stream=stream).values_list("number", flat=True)) == [1, 2]
    assert Run.objects.get(pk=run.pk).event_number == before
    assert read_heads(cast.tenant)[stream].number == 2
    assert list(verify(heads=read_heads())) == []


def test_a_conversation_cut_short_is_found() -> None:
    _cast, run = opened()
    with transaction.atomic():
        record(run, "comment.added", {}, actor=None, now=MONDAY, internal=False, cause="test:1")
    Conversation.objects.update(event_number=2)
    faults = list(verify(heads=read_heads()))
    assert [str(one.stream) for one in faults] == [f"talk:{run.uid}"]
