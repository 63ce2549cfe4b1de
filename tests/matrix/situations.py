"""The runs of a company, each brought to where one command can be given."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from procedures import engine
from procedures.models import Run
from procedures.rules.wording import iso
from tests.matrix.world import HOUR, NOON, Side

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Teller:
    """Opens a run of a company and brings it on, a minute an act."""

    def __init__(self, side: Side, now: datetime) -> None:
        self.side, self.now = side, now
        self.run: Run

    def open(self, who: str, procedure: str, **values: Any) -> "Teller":
        """Open the run."""
        result = engine.open_run(
            self.side.tenant,
            procedure=procedure,
            actor_id=self.side.people[who].pk,
            now=self._tick(),
            values=values,
        )
        assert result.run is not None, result.refusal
        self.run = result.run
        return self

    def step(self, who: str, step: str, acknowledgement: str = "", **values: Any) -> "Teller":
        """Complete a step."""
        return self._give(
            engine.complete_step, who, step=step, values=values, acknowledgement=acknowledgement
        )

    def approve(self, who: str, step: str) -> "Teller":
        """Approve a step."""
        return self._give(engine.approve, who, step=step, note=f"{self.side.mark} 승인")

    def _give(self, command: Callable[..., engine.Result], who: str, **kw: Any) -> "Teller":
        result = command(self.run, actor_id=self.side.people[who].pk, now=self._tick(), **kw)
        assert result.done, result.refusal
        return self

    def _tick(self) -> datetime:
        self.now += MINUTE
        return self.now


def tell_runs(side: Side) -> None:
    """Open every run of the company."""
    for name, tell in _RUNS.items():
        side.runs[name] = tell(side).run


def _recovery(side: Side) -> Teller:
    return Teller(side, NOON - 2 * HOUR).open(
        "requester",
        "mail_recovery",
        mailbox=side.people["owner"].email,
        deleted_at=iso(NOON - 3 * HOUR),
        hints=f"{side.mark} 견적 메일",
    )


def _late(side: Side) -> Teller:
    story = Teller(side, NOON - 30 * HOUR).open(
        "requester",
        "mail_recovery",
        mailbox=f"late@{side.mark}.example",
        deleted_at=iso(NOON - 31 * HOUR),
    )
    return story.step("requester", "settle_time")


def _sync(side: Side, service: str = "approval") -> Teller:
    rows = [f"kim, {side.mark} 김하나, 신규"]
    story = Teller(side, NOON - 2 * HOUR)
    story.open("requester", "service_sync", service=service, changes=rows)
    joining = Teller(side, story.now)
    row = f"lee, {side.mark} 이소라, 신규"
    joining.open("participant", "service_sync", service=service, changes=[row])
    assert joining.run.pk == story.run.pk
    return story


def _failed(side: Side) -> Teller:
    story = Teller(side, NOON - 4 * HOUR).open(
        "requester", "service_sync", service="email", changes=[f"oh, {side.mark} 오세연, 신규"]
    )
    story.step("site_admin", "review").step("site_admin", "run_sync")
    return story.step("site_admin", "record_result", result="failed", result_note=side.mark)


def _external(side: Side, who: str = "requester") -> Teller:
    story = Teller(side, NOON - 2 * HOUR).open(
        who,
        "external_user_mail",
        users=[f"guest@{side.mark}.example"],
        purpose=f"{side.mark} 공동 작업",
        start="2026-11-23",
        cost_center=f"{side.mark}-1",
    )
    return story.step("site_admin", "acknowledge_cost")


def _confirm(side: Side, number: int = 1) -> Teller:
    story = Teller(side, NOON - 5 * HOUR).open(
        "requester",
        "dormant_account",
        account=f"asleep{number}@{side.mark}.example",
        symptom=f"{side.mark} 휴면 안내",
    )
    story.step("mail_admin", "find_cause", branch="other", finding=f"{side.mark} 다른 까닭")
    return story.step("mail_admin", "other_cause", solution=f"{side.mark} 풀었다")


def _ended(side: Side) -> Teller:
    return _confirm(side, 2).step("requester", "user_confirms")


def _godo(side: Side) -> Teller:
    return Teller(side, NOON - 2 * HOUR).open(
        "requester", "godomall_mx", domain=f"shop.{side.mark}.example"
    )


def _change(side: Side) -> Teller:
    """Bring a change of the domain to where its notice is too short."""
    mark = side.mark
    story = Teller(side, NOON - 6 * HOUR).open(
        "support",
        "domain_change",
        requester=f"choi@{mark}.example",
        received=iso(NOON - 7 * HOUR),
        current_main=f"{mark}.example",
        new_main=f"new.{mark}.example",
        rollback_plan=f"{mark} 되돌린다",
        uses_group_mail="false",
    )
    story.step("support", "set_dns").step("support", "check_dns", f"{mark} 퍼지는 중")
    start = NOON + 4 * DAY
    story.step(
        "support",
        "propose",
        f"{mark} 알고 있음",
        work_start=iso(start),
        work_end=iso(start + 6 * HOUR),
        notice_text=f"{mark} 공지",
    )
    return story.approve("boss", "agree")


_RUNS: dict[str, Callable[[Side], Teller]] = {
    "recovery": _recovery,
    "late": _late,
    "sync": _sync,
    "failed": _failed,
    "external": _external,
    "confirm": _confirm,
    "ended": _ended,
    "godo": _godo,
    "change": _change,
}
