"""Templates for answers tell the date of a window only while it stands, and whether it is open."""

from django.utils import timezone

from procedures import engine
from procedures.models import Run
from tests.factories import Company
from tests.tickets.schedule import stories
from tickets.queue.placeholders import fill
from tickets.queue.using import loaded_for


def said(firm: Company, run: Run, language: str = "ko") -> str:
    fresh = Run.objects.select_related("tenant", "requester").get(pk=run.pk)
    now = timezone.now()
    loaded = loaded_for(fresh, firm["support"], now)
    return fill("{work_start} / {work_end}", loaded, language, now)


def test_a_date_is_open_until_both_sides_have_confirmed_and_gone_once_withdrawn(
    firm: Company,
) -> None:
    run = stories.requested(firm)
    stories.propose(firm, run)
    for answer in (lambda: None, lambda: stories.agree(firm, run)):
        answer()
        assert said(firm, run) == (
            "2026-10-01(목) 22:00 (아직 확정되지 않음) / 2026-10-02(금) 04:00 (아직 확정되지 않음)"
        )
        assert "22:00 (not confirmed yet)" in said(firm, run, "en")
    stories.confirm(firm, run)
    assert said(firm, run) == "2026-10-01(목) 22:00 / 2026-10-02(금) 04:00"
    stories.give(engine.go_back, firm, run, "support", way="reschedule", reason="휴가")
    assert said(firm, run) == "(아직 정해지지 않음) / (아직 정해지지 않음)"


def test_a_cancelled_change_tells_none(firm: Company) -> None:
    run = stories.confirmed(firm)
    stories.give(engine.cancel_run, firm, run, "site_admin", reason="취소")
    assert "2026" not in said(firm, run)
