"""Looking writes nothing, with two exceptions, and each of these writes once."""

from django.contrib.sessions.backends.db import SessionStore

from audit.models import Event
from helpdesk.models import SupportVisit
from tests.matrix.driver import Browser, watched
from tests.matrix.world import World

PAGE = "/t/hanbit/"


def written_by(browser: Browser, who: str) -> set[str]:
    with watched() as tables:
        assert browser.ask(who, "GET", PAGE).status == 200
    return set(tables)


def test_the_first_page_of_a_session_notes_when_it_began(world: World, browser: Browser) -> None:
    session = SessionStore(world.sessions["boss_a"])
    for mark in ("started", "touched"):
        session.pop(mark, None)
    session.save()
    assert written_by(browser, "boss_a") == {"django_session"}
    assert written_by(browser, "boss_a") == set()


def test_the_first_page_of_a_visit_is_told_to_the_company(world: World, browser: Browser) -> None:
    visits = SupportVisit.objects.filter(user=world.people["visitor_a"])
    visits.update(viewed_at=None)
    assert {"helpdesk_supportvisit", "audit_event"} <= written_by(browser, "visitor_a")
    stream = world.sides["a"].tenant.stream
    last = Event.objects.filter(stream=stream).latest("number")
    assert (last.kind, last.actor_id) == ("support.visited", world.people["visitor_a"].pk)
    assert written_by(browser, "visitor_a") == set()
