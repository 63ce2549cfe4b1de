"""Random procedures: any order, kinds, gates of the real rules, timers, claims, ways back."""

from dataclasses import replace
from random import Random

from procedures import rules as r
from procedures.definition import (
    ANY_MEMBER,
    Choice,
    ClaimSpec,
    Field,
    Gate,
    Procedure,
    Return,
    Step,
    Timer,
    When,
)
from procedures.rules import Text

PERFORMERS = ("site_admin", "mail_admin", "tenant_manager", "support", "manager", "requester")
KINDS = ("do", "do", "confirm", "wait", "check", "notify", "collect", "approve", "approve")
ANSWERS = ("yes", "no", "maybe")
# What later steps may collect; the first step always asks for kind and at.
LATER = ("subject", "sure", "start", "end", "day", "service", "local_part", "people", "mailbox")


def words(text: str) -> Text:
    return Text(text, text)


FIELDS = (
    Field("kind", "choice", words("kind"), choices=tuple(Choice(a, words(a)) for a in ANSWERS)),
    Field("at", "datetime", words("at"), required=False),
    Field("subject", "text", words("subject")),
    Field("sure", "boolean", words("sure"), required=False),
    Field("start", "datetime", words("start")),
    Field("end", "datetime", words("end"), required=False),
    Field("day", "date", words("day")),
    Field("service", "choice", words("service"), open_choice=True),
    Field("local_part", "local_part", words("local part")),
    Field("people", "address", words("people"), required=False, many=True, concerns=True),
    Field("mailbox", "address", words("mailbox"), required=False),
    Field("rows", "text", words("rows"), many=True),
    Field("other_start", "datetime", words("other start")),
    Field("other_end", "datetime", words("other end"), required=False),
    Field("add", "address", words("add"), required=False, many=True),
    Field("remove", "address", words("remove"), required=False, many=True, concerns=True),
)


def make(rng: Random, key: str) -> Procedure:
    """Make a valid procedure of two to eight steps; the same seed makes the same one."""
    joins, effects = rng.random() < 0.45, rng.random() < 0.12
    count = rng.randint(2, 8)
    steps = [_first(joins, effects)]
    for number in range(1, count):
        steps.append(_step(rng, number, steps, effects))
    last = steps[rng.randrange(1, count)].key
    open_claims: tuple[ClaimSpec, ...] = ()
    if joins:
        open_claims = (ClaimSpec(f"collect:{key}:{{kind}}", f"step:{last}"),)
    elif rng.random() < 0.25:
        until = rng.choice(("end", "end", "cancelled"))
        open_claims = (ClaimSpec(f"open:{key}:{{kind}}", until),)
    return Procedure(
        key=key,
        prefix="RP",
        number=1,
        title=words(key),
        question="?",
        answer=(),
        summary=words(key),
        fields=FIELDS,
        steps=tuple(steps),
        returns=_returns(rng, count),
        open_claims=open_claims,
        joins="rows" if joins else "",
        effects=("mail_admins",) if effects else (),
        tells_on_open=("site_admin",),
        subject="kind",
    )


def _first(joins: bool, effects: bool) -> Step:
    fields = ("kind", "at") + (("rows",) if joins else ()) + (("add", "remove") if effects else ())
    gates = tuple(Gate(rule) for rule in _admin_rules()) if effects else ()
    return Step(
        "s0", "collect", words("ask"), roles=(*ANY_MEMBER, "support"), fields=fields, gates=gates
    )


def _admin_rules() -> tuple[r.Rule, ...]:
    return (r.NotYetAdmin(), r.IsAdmin(), r.OneRemains(), r.Disjoint("add", "remove"))


def _step(rng: Random, number: int, before: list[Step], effects: bool) -> Step:
    key, kind = f"s{number}", rng.choice(KINDS)
    collected = [name for step in before for name in step.fields]
    free = [name for name in LATER if name not in collected]
    fields = tuple(rng.sample(free, min(len(free), rng.choice((0, 0, 1, 2)))))
    if kind == "approve":
        fields = ()
    gates = _gates(rng, before)
    claims: tuple[ClaimSpec, ...] = ()
    if rng.random() < 0.25:
        fields, gates, claims = _claiming(rng, number, fields, gates)
    if effects and rng.random() < 0.3:
        gates += (Gate(r.OneRemains()),)
    if kind == "approve":
        fields, gates, claims = (), (), ()
    after: tuple[str, ...] = ()
    if number > 1 and rng.random() < 0.35:
        chosen = rng.sample(range(number), rng.randint(1, min(2, number)))
        after = tuple(f"s{n}" for n in sorted(chosen))
    covers = tuple(rng.sample(collected, min(len(collected), 2))) if rng.random() < 0.5 else ()
    return Step(
        key,
        kind,  # type: ignore[arg-type]
        words(key),
        roles=tuple(rng.sample(PERFORMERS, rng.randint(1, 3))),
        fields=fields,
        gates=gates,
        after=after,
        when=(_when(rng),) if rng.random() < 0.2 else (),
        skippable=kind != "approve" and rng.random() < 0.35,
        covers=covers if kind in ("confirm", "approve", "do") else (),
        approves=rng.choice(before).key if kind == "approve" and rng.random() < 0.7 else "",
        claims=claims,
        timers=_timers(rng, gates, before),
        tells=("site_admin",) if rng.random() < 0.2 else (),
    )


def _when(rng: Random) -> When:
    return rng.choice(
        (
            When("kind", "is", rng.choice(ANSWERS)),
            When("kind", "is_not", rng.choice(ANSWERS)),
            When("at", "given"),
            When("at", "missing"),
        )
    )


def _gates(rng: Random, before: list[Step]) -> tuple[Gate, ...]:
    earlier, hours = rng.choice(before).key, rng.choice((1, 6, 24, 48))
    covering = [step.key for step in before if step.covers]
    pool: list[r.Rule] = [
        r.WithinSpan(at="at", start="start", end="end", hours=hours),
        r.AvailableDays(since="at", days=rng.randint(1, 3)),
        r.DayIsOver(field="day"),
        r.NotAfterNow(field="at"),
        r.NotBeforePlan(planned="start"),
        r.RunningWindow(started=earlier, hours=hours),
        r.PreparationTime(start="start", hours=hours),
        r.PreparationTime(confirmed=earlier, hours=rng.choice((1, 6))),
        r.WorkWindow(start="start", end="end", hours=hours),
        r.InOrder(first="at", second="start"),
        r.OtherThan(step=earlier),
        r.NotConcerned(field="people"),
        r.NothingAddedSince(step=earlier, field="kind"),
        r.AnyGiven(fields_=("at", "people")),
        r.ChoiceIs("kind", ("yes",), words("why"), careful=("maybe",)),
        r.ChoiceIs("kind", ("no", "maybe"), words("why"), careful=("yes",)),
        r.OneTimeOrInterval(at="at", start="start", end="end"),
    ]
    if covering:
        pool.append(r.CoveredBy(step=rng.choice(covering), field="kind"))
    chosen = rng.sample(pool, rng.choice((0, 0, 1, 1, 2)))
    return tuple(
        Gate(rule, overridable=rng.random() < 0.75, required=rng.random() < 0.1) for rule in chosen
    )


def _claiming(
    rng: Random, number: int, fields: tuple[str, ...], gates: tuple[Gate, ...]
) -> tuple[tuple[str, ...], tuple[Gate, ...], tuple[ClaimSpec, ...]]:
    """Let a step use up a slot: with the real rules that look at slots, or with none."""
    sort = rng.choice(("sync", "address", "seat", "seat"))
    if sort == "sync":
        claim = ClaimSpec("sync:{service}:{day}", "forever")
        return ("service",), (*gates, Gate(r.DailyLimit(), required=True)), (claim,)
    if sort == "address":
        claim = ClaimSpec("address:{local_part}", "cancelled")
        return ("local_part",), (*gates, Gate(r.AddressFree(), required=True)), (claim,)
    until = rng.choice(("end", "cancelled", f"step:s{number}"))
    return ("subject", *fields[:1]), gates, (ClaimSpec("seat:{subject}", until),)


def _timers(rng: Random, gates: tuple[Gate, ...], before: list[Step]) -> tuple[Timer, ...]:
    bases = ["value.at", "value.at", "value.start", f"done.{before[-1].key}", "value.day"]
    for gate in gates:
        if isinstance(gate.rule, r.WithinSpan | r.AvailableDays):
            bases += [f"mark.{gate.rule.name}.never_from"] * 4
        if isinstance(gate.rule, r.RunningWindow):
            bases.append("mark.RunningWindow.overrun_from")
    made = []
    for number in range(rng.choice((0, 0, 1, 2))):
        action = rng.choice(("remind", "remind", "alarm", "expire"))
        timer = Timer(
            f"t{number}",
            action,  # type: ignore[arg-type]
            rng.choice(bases),
            words("time"),
            minutes=rng.choice((-60, 0, 30, 240, 1440)),
            days=rng.choice((0, 0, 1)),
            to=("requester", "site_admin"),
            once=before[-1].key if rng.random() < 0.2 else "",
        )
        if not timer.base.startswith("mark.") and rng.random() < 0.15:
            timer = replace(timer, business_days=rng.choice((1, 3)))
        made.append(timer)
    return tuple(made)


def _proposed_instead(rng: Random) -> tuple[tuple[str, ...], tuple[Gate, ...]]:
    """Choose what a way back asks for, and what closes it."""
    if rng.random() < 0.5:
        return (), ()
    return ("other_start", "other_end"), (
        Gate(r.WorkWindow(start="other_start", end="other_end", hours=48)),
    )


def _returns(rng: Random, count: int) -> tuple[Return, ...]:
    ways = []
    for number in range(rng.choice((0, 1, 2)) if count > 2 else 0):
        after = rng.randrange(0, count - 1)
        before = rng.randrange(after + 1, count)
        resets = rng.sample(range(after + 1), rng.randint(1, min(2, after + 1)))
        ways.append(
            Return(
                f"back{number}",
                words("back"),
                tuple(f"s{n}" for n in sorted(resets)),
                f"s{after}",
                f"s{before}",
                tuple(rng.sample(PERFORMERS, 3)),
                *_proposed_instead(rng),
            )
        )
    return tuple(ways)
