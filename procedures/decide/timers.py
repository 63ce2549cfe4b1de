"""Which deadlines a run has now: worked out from its steps and values, then compared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from procedures.change import Change, DeadlineFact, Loaded, Tell
from procedures.decide.who import approver_roles
from procedures.definition import Step, Timer
from procedures.rules.calendar import CalendarEnds
from procedures.rules.facts import Facts, first_instant
from procedures.rules.timing import elapsed


def settle(loaded: Loaded, change: Change, now: datetime) -> None:
    """Add the deadlines that are wanted and cancel those that are not.

    Reminders already past when they would be made are sent once: only the latest is made.
    A deadline that was cancelled and is wanted again (a value was changed and changed back,
    an expired run goes on) is pending again.
    """
    wanted = list(_wanted(loaded)) if _open(loaded) else []
    known = loaded.deadlines
    for one in known:
        if one.state == "pending" and not _same(one, wanted):
            change.deadlines_settled.append((one, "cancelled"))
    latest = _latest_past(wanted, now)
    for one in wanted:
        before = _same(one, known)
        if before is not None and before.state != "cancelled":
            continue
        past = one.action == "remind" and one.due_at <= now
        if past and one is not latest.get((one.step, one.round)):
            continue
        if before is None:
            change.deadlines_added.append(one)
        else:
            change.deadlines_settled.append((before, "pending"))


def _same(one: DeadlineFact, among: Sequence[DeadlineFact]) -> DeadlineFact | None:
    """Find the deadline of the same key, step, round and time; there are a handful at most."""
    for other in among:
        if (
            other.key == one.key
            and other.step == one.step
            and other.round == one.round
            and other.due_at == one.due_at
        ):
            return other
    return None


def tell_next(
    loaded: Loaded, change: Change, ready: Sequence[Step], before: frozenset[str]
) -> None:
    """Tell the roles of every step that has just become ready."""
    new = [step for step in ready if step.key not in before]
    if not new:
        return
    roles = [role for s in new for role in (s.tells or told_roles(s, loaded))]
    audience = tuple(dict.fromkeys(roles))
    if audience:
        titles = [{"ko": s.title.ko, "en": s.title.en} for s in new]
        change.tells.append(Tell(audience, "step_ready", {"steps": titles}))


def told_roles(step: Step, loaded: Loaded) -> tuple[str, ...]:
    """Name who is told that a step waits: its roles, or whoever may approve."""
    if step.kind == "approve":
        return approver_roles(loaded.procedure, step)
    return tuple([role for role in step.roles if role != "member"])


def describe(loaded: Loaded, ready: Sequence[Step]) -> None:
    """Write on the run what lists show: the steps that are open and who is waited for."""
    loaded.run.current_steps = ",".join([step.key for step in ready])[:400]
    roles = dict.fromkeys([role for step in ready for role in _waiting(step, loaded)])
    loaded.run.waiting_roles = ",".join(roles)[:200]


def _waiting(step: Step, loaded: Loaded) -> tuple[str, ...]:
    return told_roles(step, loaded) if step.kind == "approve" else step.roles


def _open(loaded: Loaded) -> bool:
    return bool(loaded.run.state == "open")


def _latest_past(
    wanted: Iterable[DeadlineFact], now: datetime
) -> dict[tuple[str, int], DeadlineFact]:
    latest: dict[tuple[str, int], DeadlineFact] = {}
    for one in wanted:
        if one.action == "remind" and one.due_at <= now:
            place = (one.step, one.round)
            if place not in latest or latest[place].due_at < one.due_at:
                latest[place] = one
    return latest


def _wanted(loaded: Loaded) -> Iterator[DeadlineFact]:
    facts: Facts | None = None
    for step in loaded.procedure.steps:
        row = loaded.steps[step.key]
        if not step.timers or row.state != "pending":
            continue
        if not loaded.procedure.applies(step, loaded.values):
            continue
        facts = facts or current_facts(loaded)
        marks: dict[str, Mapping[str, datetime]] = {}
        for timer in step.timers:
            if timer.once and loaded.steps[timer.once].state != "completed":
                continue
            due = due_at(step, timer, facts, marks)
            if due is not None:
                yield DeadlineFact(None, step.key, row.round, timer.key, timer.action, due)


def current_facts(loaded: Loaded) -> Facts:
    """Return the facts with the values and completions as they stand in memory."""
    done = {k: s.performed_at for k, s in loaded.steps.items() if s.performed_at is not None}
    return loaded.facts.but(values=loaded.values, value_at=loaded.value_at, done=done)


def due_at(
    step: Step,
    timer: Timer,
    facts: Facts,
    marks: dict[str, Mapping[str, datetime]] | None = None,
) -> datetime | None:
    """Work out when a timer is due, in UTC; None while its base is unknown.

    ``marks`` keeps what the step's rules have said, for the step's other timers.
    """
    group, _, rest = timer.base.partition(".")
    if group == "mark":
        return _shift(_mark(step, rest, facts, {} if marks is None else marks), timer)
    base = facts.values.get(rest) if group == "value" else facts.done.get(rest)
    if timer.business_days:
        return _business_day(base, timer, facts)
    if isinstance(base, datetime):
        return _shift(base, timer)
    if isinstance(base, date):
        day = base + timedelta(days=timer.days)
        return elapsed(first_instant(day, facts.zone), timedelta(minutes=timer.minutes))
    return None


def _business_day(base: object, timer: Timer, facts: Facts) -> datetime | None:
    """Count business days from the base's local day; None where the calendar ends before."""
    if facts.calendar is None or not isinstance(base, date):
        return None
    day = facts.local_date(base) if isinstance(base, datetime) else base
    try:
        day = facts.calendar.add_business_days(day, timer.business_days)
    except CalendarEnds:
        return None
    return elapsed(first_instant(day, facts.zone), timedelta(minutes=timer.minutes))


def _mark(
    step: Step, rest: str, facts: Facts, marks: dict[str, Mapping[str, datetime]]
) -> datetime | None:
    rule_name, _, mark = rest.partition(".")
    if rule_name not in marks:
        rules = (gate.rule for gate in step.gates if gate.rule.name == rule_name)
        ready = (rule for rule in rules if rule.ready(facts))
        marks[rule_name] = next((rule.marks(facts) for rule in ready), {})
    return marks[rule_name].get(mark)


def _shift(base: datetime | None, timer: Timer) -> datetime | None:
    return None if base is None else elapsed(base, _span(timer.days, timer.minutes))


@lru_cache(maxsize=256)
def _span(days: int, minutes: int) -> timedelta:
    return timedelta(days=days, minutes=minutes)
