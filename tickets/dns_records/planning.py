"""Find the runs whose DNS must be looked at again by itself, and write down when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from helpdesk.models import Tenant
from helpdesk.zones import zone_at
from procedures import calendar_facts
from procedures.models import Probe, Run, RunStep, Value
from procedures.rules.calendar import Calendar
from procedures.rules.values import load_value
from tickets.dns_records import pauses
from tickets.dns_records.access import PROCEDURES
from tickets.dns_records.models import DnsWatch

PAGE = 200
Reason = DnsWatch.Reason
# The step after which the DNS should change, and the one that no longer waits for it.
STAGES = {"domain_change": ("set_dns", "start_work"), "godomall_mx": ("sent", "verify_mx")}
_STEPS = ("set_dns", "start_work", "sent", "verify_mx", "confirm_schedule", "resume")
# A probe of the run's own page that says this begins a watch, too.
_NOT_RIGHT = ("wrong", "disagree", "timeout")
# What is later than this is no use any more.
_TOO_LATE = timedelta(days=1)


@dataclass(slots=True)
class Course:
    """How far an open run has come: when each step was done, and when the work begins."""

    run: Run
    done: dict[str, datetime] = field(default_factory=dict)
    work_start: datetime | None = None
    resumed_on: str = ""

    @property
    def waits_for_dns(self) -> bool:
        """Say whether the run still wants its DNS to become right."""
        _begins, ends = STAGES[self.run.procedure]
        return self.run.state == "open" and ends not in self.done

    @property
    def dns_was_set(self) -> bool:
        """Say whether somebody has said that the DNS was changed."""
        begins, _ends = STAGES[self.run.procedure]
        return begins in self.done

    @property
    def before_work(self) -> datetime | None:
        """Return when to look before the work; None while no window is confirmed."""
        if self.run.state != "open" or "confirm_schedule" not in self.done:
            return None
        return pauses.before_work(self.work_start) if self.work_start else None


def courses(runs: Iterable[Run]) -> list[Course]:
    """Read how far runs have come; two queries."""
    found = {run.pk: Course(run) for run in runs}
    rows = RunStep.objects.filter(run__in=found, key__in=_STEPS).order_by("round", "pk")
    for run, key, state, at in rows.values_list("run", "key", "state", "performed_at"):
        # A later round takes the place of the one before, and may be pending again.
        found[run].done.pop(key, None)
        if state == "completed" and at is not None:
            found[run].done[key] = at
    values = Value.objects.filter(run__in=found, field__in=("work_start", "resumed_on"))
    for run, key, value in values.order_by("pk").values_list("run", "field", "value"):
        if key == "resumed_on":
            found[run].resumed_on = str(value or "")
        else:
            found[run].work_start = load_value("datetime", value) if value else None
    return list(found.values())


def plan(now: datetime) -> int:
    """Write down what is to be looked at, and when; return how many watches are new or moved."""
    moved, after = 0, 0
    calendar = calendar_facts.current_calendar()
    while True:
        rows = Run.objects.filter(state="open", procedure__in=PROCEDURES, pk__gt=after)
        page = list(rows.select_related("tenant").order_by("pk")[:PAGE])
        if not page:
            return moved
        moved += _plan_page(page, calendar, now)
        after = page[-1].pk


def _plan_page(runs: list[Run], calendar: Calendar, now: datetime) -> int:
    known = {(one.run_id, str(one.reason)): one for one in DnsWatch.objects.filter(run__in=runs)}
    worried = _worried(runs, known, now)
    moved = 0
    for course in courses(runs):
        watches = {reason: known.get((course.run.pk, str(reason))) for reason in Reason}
        wanted = _moments(course, calendar, now)
        if course.waits_for_dns and course.run.pk in worried:
            moved += begin(course.run, watches[Reason.SPREADING], now)
        elif course.waits_for_dns and course.dns_was_set and not watches[Reason.SPREADING]:
            moved += begin(course.run, None, now)
        for reason, due_at in wanted.items():
            moved += _at(course.run, watches[reason], reason, due_at)
        before = watches[Reason.BEFORE_WORK]
        if before and before.state == "pending" and course.before_work is None:
            withdraw(before, now)
    return moved


def _moments(course: Course, calendar: Calendar, now: datetime) -> dict[Reason, datetime]:
    """Return the moments at which this run is looked at once."""
    found: dict[Reason, datetime] = {}
    start, done, before = course.work_start, course.done, course.before_work
    if before and start and "start_work" not in done and start > now:
        found[Reason.BEFORE_WORK] = before
    # Rolled back, the old domain is in use again, and the new one's DNS may go.
    if "resume" in done and course.resumed_on != "old":
        tenant: Tenant = course.run.tenant
        zone = zone_at(tenant, done["resume"])
        due_at = pauses.after_resume(done["resume"], calendar, zone)
        if due_at > now - _TOO_LATE:
            found[Reason.AFTER_RESUME] = due_at
    return found


def _worried(runs: list[Run], known: dict[tuple[int, str], DnsWatch], now: datetime) -> set[int]:
    """Return the runs whose newest look from their own page was not right, and is not watched."""
    newest: dict[int, dict[str, tuple[datetime, str]]] = {}
    rows: QuerySet[Probe] = Probe.objects.filter(run__in=runs, kind="mx", at__gt=now - _TOO_LATE)
    rows = rows.order_by("at", "pk")
    for run, domain, at, outcome in rows.values_list("run", "domain", "at", "outcome"):
        newest.setdefault(run, {})[domain] = (at, outcome)
    found = set()
    for run, domains in newest.items():
        watch = known.get((run, str(Reason.SPREADING)))
        if watch is not None and (watch.state != "done" or watch.settled_at is None):
            continue
        since = watch.settled_at if watch else None
        if any(o in _NOT_RIGHT and (since is None or at > since) for at, o in domains.values()):
            found.add(run)
    return found


def begin(run: Run, watch: DnsWatch | None, now: datetime) -> int:
    """Begin to look again with growing pauses, or begin anew; return whether that is new."""
    if watch is None:
        made = DnsWatch(run=run, reason=Reason.SPREADING, begun_at=now, due_at=now)
        DnsWatch.objects.bulk_create([made], ignore_conflicts=True)
        return 1
    settled = DnsWatch.objects.filter(pk=watch.pk, state="done", token=watch.token)
    due_at = now + pauses.pause(watch.pk, 0)
    return settled.update(
        state="pending", begun_at=now, due_at=due_at, turn=0, attempts=0, lease_until=None,
        error="", settled_at=None,
    )  # fmt: skip


def _at(run: Run, watch: DnsWatch | None, reason: Reason, moment: datetime) -> int:
    """Look once at a moment, kept in ``begun_at``; when it moves, it is looked at again."""
    if watch is None:
        made = DnsWatch(run=run, reason=reason, begun_at=moment, due_at=moment)
        DnsWatch.objects.bulk_create([made], ignore_conflicts=True)
        return 1
    if watch.begun_at == moment and not _is_withdrawn(watch):
        return 0
    rows = DnsWatch.objects.filter(pk=watch.pk, token=watch.token, begun_at=watch.begun_at)
    return rows.update(
        state="pending", begun_at=moment, due_at=moment, attempts=0, lease_until=None, error="",
        settled_at=None,
    )  # fmt: skip


def withdraw(watch: DnsWatch, now: datetime) -> None:
    """Drop a look whose moment no longer holds; a worker that looks right now keeps nothing."""
    rows = DnsWatch.objects.filter(pk=watch.pk, state="pending", token=watch.token)
    rows.update(
        state="done", settled_at=now, attempts=0, lease_until=None, token=watch.token + 1
    )  # fmt: skip


def _is_withdrawn(watch: DnsWatch) -> bool:
    """Say whether it was settled before its moment came: nobody has looked."""
    settled = watch.settled_at if watch.state == "done" else None
    return settled is not None and settled < watch.begun_at
