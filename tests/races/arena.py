"""Prepared races: what 64 processes are about to ask for, round after round."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from procedures import engine
from procedures.models import Run
from procedures.rules.wording import iso
from tests.engine.cast import Cast
from tests.engine.domains import ASKED
from tests.races.contender import job
from tests.races.jobs import SIZE, Job, Outcome, Round
from tests.races.pool import Pool

DAY = timedelta(days=1)


@dataclass
class Arena:
    """A tenant, its people, and the pool that races on the test's database."""

    pool: Pool
    database: str
    cast: Cast
    without: tuple[str, ...] = ()
    meet: bool = False
    rivals: list[Run] = field(default_factory=list)

    def race(self, jobs: list[Job]) -> list[Outcome]:
        """Run a round of these jobs; the processes that have none wait with the others."""
        idle = [None] * (SIZE - len(jobs))
        return self.pool.run(Round(self.database, (*jobs, *idle), meet=self.meet))

    def job(self, contest: str, **arguments: Any) -> Job:
        """Prepare a job with this arena's guards taken away."""
        return job(contest, *self.without, **arguments)

    def completing(self, run: Run, step: str, who: str, **values: Any) -> Job:
        """Prepare the completion of a step under a submission id of its own."""
        return self.job(
            "complete",
            run_id=run.pk,
            step=step,
            actor_id=self.cast.people[who].pk,
            now=self.cast.now,
            submission=uuid4(),
            values=values,
        )

    def asking(self, command: str, run: Run, who: str, **given: Any) -> Job:
        """Prepare any command of the engine; a winner says which one it gave."""
        return self.job(
            "command",
            command=command,
            run_id=run.pk,
            actor_id=self.cast.people[who].pk,
            now=self.cast.now,
            submission=uuid4(),
            given=given,
        )

    def rival_syncs(self, number: int) -> None:
        """Prepare runs of one service that all want to sync: each had its day, and failed."""
        for _number in range(number):
            run = self.cast.open(
                "member", "service_sync", service="email", changes=["kim, 김하나, 신규"]
            )
            self.cast.done("site", run, "review")
            self.cast.done("site", run, "run_sync")
            self.failed(run)
            self.rivals.append(run)

    def failed(self, run: Run) -> None:
        """Record that a sync failed and go back to it; go on to the next day."""
        self.cast.done("site", run, "record_result", result="failed")
        again = self.cast.ask(engine.go_back, "site", run, way="sync_again", reason="다시 동기화")
        assert again.done
        self.cast.now += DAY

    def recovery(self) -> Run:
        """Open a recovery that is ready for its recovery."""
        run = self.cast.open(
            "member",
            "mail_recovery",
            mailbox="member@old.example",
            deleted_at=iso(self.cast.now),
        )
        self.cast.done("member", run, "settle_time")
        self.cast.tick()
        return run

    def removal(self, address: str) -> Run:
        """Open a change that takes one mail admin away, ready to be performed."""
        run = self.cast.open(
            "member", "mail_admin_change",
            add=[], remove=[address], current_admin="yes", reason="부서 이동",
        )  # fmt: skip
        assert self.cast.approve("site", run, "approve").done
        return run

    def opening(self, who: str, procedure: str, **values: Any) -> Job:
        """Prepare an opening; ``submission`` is its own unless given."""
        return self.job(
            "open",
            tenant_id=self.cast.tenant.pk,
            procedure=procedure,
            actor_id=self.cast.people[who].pk,
            now=self.cast.now,
            submission=values.pop("submission", None) or uuid4(),
            values=values,
        )

    def moving(self, who: str) -> Job:
        """Prepare the opening of a change of domain."""
        return self.opening(who, "domain_change", **ASKED)

    def outside(self, service: str, number: int) -> Job:
        """Prepare an entry that a service was synced outside of the app."""
        return self.job(
            "outside",
            tenant_id=self.cast.tenant.pk,
            service=service,
            actor_id=self.cast.people["site"].pk,
            now=self.cast.now,
            note=f"{number}번 화면에서 눌렀습니다.",
        )


def words(outcomes: list[Outcome]) -> dict[str, int]:
    """Count how the contenders fared."""
    found: dict[str, int] = {}
    for word, _run in outcomes:
        found[word] = found.get(word, 0) + 1
    return found
