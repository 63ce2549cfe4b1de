"""The pack: no date before it is fixed, versions that stay, and what moved since."""

import io
import zipfile
from typing import Any

import pytest

from procedures import engine
from procedures.models import Run
from tests.engine.cast import Cast, kinds, steps
from tests.engine.domains import ASKED, PLAN, agree, prepared, recheck, scheduled
from tests.tickets.outage.windows import address, browser

LATER = {"work_start": "2026-11-21T22:00+09:00", "work_end": "2026-11-22T04:00+09:00"}


def pack(cast: Cast, clock: Any, run: Run, who: str = "site") -> str:
    clock.move_to(cast.now)
    answer = browser(cast, who).get(address(run, "pack/"))
    assert answer.status_code == 200
    return answer.text


def moved(cast: Cast, run: Run) -> None:
    """Reschedule to a week later, agreed on and confirmed again."""
    assert cast.ask(engine.go_back, "support", run, way="reschedule", reason="고객사 사정").done
    cast.done("support", run, "propose", **LATER)
    assert cast.approve("chair", run, "agree").done
    cast.look(run, "new.example")
    cast.done("support", run, "confirm_schedule", **LATER)


def test_before_the_confirmation_there_is_no_text_with_a_date(cast: Cast, clock: Any) -> None:
    run = cast.open("support", "domain_change", **ASKED)
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    cast.done("support", run, "propose", **PLAN)
    text = pack(cast, clock, run)
    assert "No date is fixed" in text
    assert "2026-11-14" not in text
    for file in ("pack.zip", "texts.txt"):
        assert browser(cast, "site").get(address(run, f"pack/{file}")).status_code == 404
    agree(cast, run)
    text = pack(cast, clock, run)
    assert "Version 1" in text
    assert "Planned resumption: 2026-11-15" in text
    assert "서비스 재개 예정: 2026-11-15" in text


def test_versions_count_what_was_fixed_and_stay(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    assert "Version 1" in pack(cast, clock, run)
    little = {"work_start": "2026-11-14T23:00+09:00"}
    assert cast.ask(engine.amend_values, "support", run, values=little, reason="한 시간 뒤").done
    text = pack(cast, clock, run)
    assert "Version 2" in text
    assert "All versions of the window" in text
    moved(cast, run)
    text = pack(cast, clock, run)
    assert "Version 3" in text
    assert "What changed since the version before" in text
    assert "2026-11-21 (Sat) 22:00 +09:00" in text
    assert "Version 1" in text


def test_a_date_that_moved_is_said_to_be_sent_already(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    site = browser(cast, "site")
    body = {"text": "notice", "version": "1"}
    assert site.post(address(run, "pack/sent/"), body).status_code == 303
    again = site.post(address(run, "pack/sent/"), body)
    assert again.status_code == 303
    assert kinds(f"talk:{run.uid}") == ["text.sent"]
    cast.done("site", run, "notify_users")
    cast.done("site", run, "outlook_guide_sent")
    moved(cast, run)
    text = pack(cast, clock, run)
    assert "Already sent with a date that does not hold" in text
    assert "sent by site" in text
    assert "probably sent: the step was recorded" in text
    assert "Notice that the date has moved" in text
    stale = site.post(address(run, "pack/sent/"), body)
    assert stale.status_code == 303
    assert kinds(f"talk:{run.uid}") == ["text.sent"]
    site.post(address(run, "pack/sent/"), {"text": "moved", "version": "2"})
    assert "Already sent with a date that does not hold" not in pack(cast, clock, run)


def test_while_it_is_being_moved_no_date_holds(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    cast.done("site", run, "notify_users")
    assert cast.ask(engine.go_back, "support", run, way="reschedule", reason="사정").done
    text = pack(cast, clock, run)
    assert "No date is fixed" in text
    assert "Tell whoever got these that the date does not hold" in text


@pytest.mark.parametrize(
    ("who", "status"), [("site", 303), ("mail", 303), ("support", 303), ("chair", 403),
                        ("manager", 403), ("member", 404)]
)  # fmt: skip
def test_who_marks_a_text_as_sent(cast: Cast, clock: Any, who: str, status: int) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    body = {"text": "notice", "version": "1"}
    assert browser(cast, who).post(address(run, "pack/sent/"), body).status_code == status
    assert browser(cast, who).post(address(run, "pack/outlook/"), {}).status_code == status


def test_outlook_users_confirm_one_by_one_and_then_the_step(cast: Cast, clock: Any) -> None:
    users = ["member@old.example", "site@old.example"]
    run = cast.open("support", "domain_change", **ASKED | {"outlook_users": users})
    cast.done("support", run, "set_dns")
    cast.look(run, "new.example")
    cast.done("support", run, "check_dns")
    cast.done("support", run, "propose", **PLAN)
    agree(cast, run)
    prepared(cast, run)
    cast.done("support", run, "stabilise")
    cast.done("support", run, "resume", resumed_on="new")
    assert "2 have not confirmed" in pack(cast, clock, run)
    site = browser(cast, "site")
    one = {"address": ["member@old.example", "stranger@old.example"]}
    site.post(address(run, "pack/outlook/"), one)
    site.post(address(run, "pack/outlook/"), one)
    assert kinds(f"talk:{run.uid}") == ["outlook.confirmed"]
    text = pack(cast, clock, run)
    assert "1 has not confirmed" in text
    assert "outlook_done" not in text
    site.post(address(run, "pack/outlook/"), {"address": users})
    cast.done("support2", run, "verify")
    recheck(cast, run)
    text = pack(cast, clock, run)
    assert "Everybody has confirmed." in text
    start = text.index('name="submission" value="') + len('name="submission" value="')
    body = {"submission": text[start : start + 36], "outlook_done": "\n".join(users)}
    answer = browser(cast, "site").post(
        f"{address(run, 'steps/outlook_confirmed/complete/')}?next={address(run, 'pack/')}", body
    )
    assert (answer.status_code, answer["Location"]) == (303, address(run, "pack/"))
    assert steps(run)["outlook_confirmed"] == (1, "completed")


def test_the_archive_holds_both_languages_and_no_formula(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    answer = browser(cast, "site").get(address(run, "pack/pack.zip"))
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        notice = archive.read("notice-ko.txt").decode("utf-8-sig")
        everything = archive.read("all-en.txt").decode("utf-8-sig")
    assert {"notice-ko.txt", "notice-en.txt", "reminder-ko.txt", "resumed-en.txt",
            "rolled_back-ko.txt", "outlook-ko.txt", "outlook-users.csv"} <= names  # fmt: skip
    assert "메인 도메인을 변경합니다" in notice
    assert "outage pack, version 1" in everything
    text = browser(cast, "site").get(address(run, "pack/texts.txt?language=en"))
    assert text["Content-Disposition"].endswith('-v1-en.txt"')
    assert "[Notice] Change of the mail domain" in text.content.decode("utf-8-sig")


def test_another_place_is_no_way_back(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    site = browser(cast, "site")
    from uuid import uuid4

    answer = site.post(
        f"{address(run, 'steps/notify_users/complete/')}?next=//evil.example/",
        {"submission": str(uuid4())},
    )
    assert (answer.status_code, answer["Location"]) == (303, address(run, ""))


def test_a_change_that_is_cancelled_takes_its_date_and_its_notices_back(
    cast: Cast, clock: Any
) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    site = browser(cast, "site")
    body = {"text": "notice", "version": "1"}
    assert site.post(address(run, "pack/sent/"), body).status_code == 303
    assert "Planned start" in site.get(address(run)).text
    assert cast.ask(engine.cancel_run, "support", run, reason="고객사 사정").done
    text = pack(cast, clock, run)
    assert "This change was given up" in text
    assert "they are taken back: the change does not take place" in text
    assert "sent by site" in text
    assert "Planned resumption" not in text
    for file in ("pack.zip", "texts.txt"):
        assert site.get(address(run, f"pack/{file}")).status_code == 404
    again = site.post(address(run, "pack/sent/"), {"text": "reminder", "version": "1"})
    assert again.status_code == 303
    assert kinds(f"talk:{run.uid}") == ["text.sent"]
    window = site.get(address(run)).text
    assert "Planned start" not in window
    assert "2026-11-14" not in window
