"""Steps that rest on the DNS: looked up by the button, and by themselves before they are judged."""

from collections.abc import Iterator

import pytest
import time_machine

from procedures.models import Probe, Run
from tests.engine.test_probes import MX, ZONE, World, world
from tests.factories import Company, at
from tests.web.pages import forms_of, send
from tests.web.runs import done, korean_company, opened, url

__all__ = ["world"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def hanbit() -> Iterator[Company]:
    # A clock that stands still would never let a silent server run into its time-out.
    with time_machine.travel(at("2026-11-23T10:00"), tick=True):
        yield korean_company(expected_mx=MX, name_server_suffixes=["host.example"])


def at_godomall(firm: Company) -> Run:
    """Return a run whose next step looks the name servers up."""
    return opened(firm, "godomall_mx", "mail_admin", domain="new.example")


def to_verify(firm: Company) -> Run:
    """Return a run whose next step verifies the MX."""
    run = at_godomall(firm)
    done(firm, run, "mail_admin", "look_up_ns", values={"name_servers": ["ns0.host.example"]})
    done(firm, run, "mail_admin", "note_mx", values={"current_mx": MX, "mx_values": MX})
    done(firm, run, "mail_admin", "write_inquiry")
    done(firm, run, "mail_admin", "sent", values={"inquiry_number": "7"})
    done(firm, run, "mail_admin", "wait_answer", values={"reply": "등록"})
    return run


def test_name_servers_found_by_the_button_fill_the_form_in(hanbit: Company, world: World) -> None:
    world.resolver("new.example", "127.0.0.2")
    run = at_godomall(hanbit)
    admin = hanbit.signed_in("mail_admin")
    assert send(admin, url(run), "look_up_ns/probe/").status_code == 303
    page = admin.get(url(run))
    form = next(f for a, f in forms_of(page).items() if a.endswith("look_up_ns/complete/"))
    assert form.values["name_servers"] == ["ns0.host.example"]


def test_completing_looks_by_itself_when_nobody_has(hanbit: Company, world: World) -> None:
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", ZONE)
    run = to_verify(hanbit)
    response = send(hanbit.signed_in("mail_admin"), url(run), "verify_mx/complete/")
    assert response.status_code == 303, response.text
    assert Probe.objects.get().outcome == "right"


def test_a_wrong_answer_blocks_and_shows_what_was_found(hanbit: Company, world: World) -> None:
    world.resolver("new.example", "127.0.0.2")
    world.server("127.0.0.2", "new.example. 60 IN MX 5 old.example.")
    run = to_verify(hanbit)
    response = send(hanbit.signed_in("mail_admin"), url(run), "verify_mx/complete/")
    assert response.status_code == 422
    assert "5 old.example" in response.text
    assert "다름" in response.text


def test_silence_is_unknown_and_asks_for_care(hanbit: Company, world: World) -> None:
    run = to_verify(hanbit)
    admin = hanbit.signed_in("mail_admin")
    world.silent("127.0.0.1")
    send(admin, url(run), "verify_mx/probe/")
    page = admin.get(url(run)).text
    assert "제때 답이 없음" in page
    assert "verdict--caution" in page


def test_whoever_does_not_do_the_step_looks_nothing_up(hanbit: Company, world: World) -> None:
    run = to_verify(hanbit)
    member = hanbit.signed_in("member")
    assert member.post(f"{url(run)}steps/verify_mx/probe/").status_code == 404
    site = hanbit.signed_in("site_admin")
    assert site.post(f"{url(run)}steps/verify_mx/probe/").status_code == 303
    assert not Probe.objects.exists()
