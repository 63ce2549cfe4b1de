"""What follows from a look that was kept: watches go on or end, and who is concerned is told."""

from datetime import datetime
from typing import Any

from helpdesk.models import User
from procedures import leases
from procedures.leases import Held
from procedures.models import Run
from procedures.rules.base import Text
from tickets.conversation import stream
from tickets.dns_records import pauses
from tickets.dns_records.checking import Kept, body_of
from tickets.dns_records.findings import is_right
from tickets.dns_records.models import DnsWatch
from tickets.dns_records.planning import Course, begin
from tickets.dns_records.telling import tell

_RIGHT = Text(
    "{domains}의 DNS가 설정한 값과 모두 같습니다.",
    "The DNS of {domains} is as configured.",
)
_WRONG = Text(
    "{domains}의 DNS가 아직 맞지 않습니다. DNS 화면에서 무엇이 다른지 확인하세요.",
    "The DNS of {domains} is not right yet. The DNS page says what differs.",
)
_GIVEN_UP = Text(
    "{domains}의 DNS가 14일이 지나도 맞지 않아 자동 확인을 멈췄습니다. "
    "[지금 확인]은 언제든 누를 수 있습니다.",
    "The DNS of {domains} was not right for 14 days, so that it is not looked at by itself any "
    "more. “Check now” can be pressed at any time.",
)

_UNKNOWN = Text(
    "{domains}의 DNS를 확인할 수 없었습니다. 이름 서버가 답하지 않거나 서로 다르게 답합니다.",
    "The DNS of {domains} could not be told: name servers did not answer, or disagree.",
)
# What a single look tells when it does not find everything right.
_TOLD = {
    **dict.fromkeys(("wrong", "missing", "extra"), ("dns_wrong", _WRONG)),
    **dict.fromkeys(("unknown", "disagree"), ("dns_unknown", _UNKNOWN)),
}


def by_person(kept: Kept, course: Course, actor: User, now: datetime) -> None:
    """Record a look that somebody asked for; in the caller's transaction."""
    number = stream.append(
        kept.talk, "dns.checked", body_of(kept.check), actor=actor, now=now, internal=False
    )
    if _became_right(kept):
        _say(course.run, number, "dns_right", _RIGHT, kept, now)
    _go_on(kept, course, now)


def by_itself(kept: Kept, course: Course, held: Held, now: datetime) -> None:
    """Record a look of a watch, and say when the next comes; in the caller's transaction."""
    watch = DnsWatch.objects.get(pk=held.pk)
    spreading = watch.reason == DnsWatch.Reason.SPREADING
    right = is_right(kept.check.outcome)
    if _became_right(kept) or (right and spreading and kept.before is None):
        number = _record(kept, "dns.became_right", watch, now)
        _say(course.run, number, "dns_right", _RIGHT, kept, now)
    elif not spreading and kept.check.outcome in _TOLD:
        template, text = _TOLD[kept.check.outcome]
        number = _record(kept, "dns.found_wrong", watch, now)
        _say(course.run, number, template, text, kept, now)
    elif kept.check.changes:
        _record(kept, "dns.changed", watch, now)
    if not spreading:
        _settle(leases.mine(DnsWatch, held), "done", now)
        _go_on(kept, course, now)
    elif right or kept.check.outcome == "none":
        _settle(leases.mine(DnsWatch, held), "done", now)
    else:
        _wait(kept, watch, held, course, now)


def _became_right(kept: Kept) -> bool:
    """Say whether it is right now and was not at the look before."""
    was_right = kept.before is None or is_right(kept.before.outcome)
    return is_right(kept.check.outcome) and not was_right


def _go_on(kept: Kept, course: Course, now: datetime) -> None:
    """End the growing pauses once it is right; begin them where it is not."""
    rows = DnsWatch.objects.filter(run=course.run, reason=DnsWatch.Reason.SPREADING)
    if is_right(kept.check.outcome):
        # A new token, so that a worker which looks right now keeps nothing of it.
        _settle(rows.filter(state="pending"), "done", now)
    elif kept.check.outcome != "none" and course.waits_for_dns:
        watch = rows.first()
        if watch is None or watch.state == "done":
            begin(course.run, watch, now)


def _wait(kept: Kept, watch: DnsWatch, held: Held, course: Course, now: datetime) -> None:
    """Wait longer than the last time; after a fortnight give up and say so."""
    due_at = now + pauses.pause(watch.pk, watch.turn)
    mine = leases.mine(DnsWatch, held)
    if due_at - watch.begun_at > pauses.FORTNIGHT:
        number = _record(kept, "dns.watch_ended", watch, now)
        _say(course.run, number, "dns_given_up", _GIVEN_UP, kept, now)
        _settle(mine, "ended", now)
        return
    mine.update(due_at=due_at, turn=watch.turn + 1, attempts=0, lease_until=None, error="")


def _settle(rows: Any, state: str, now: datetime) -> None:
    for watch in rows:
        rows.filter(pk=watch.pk).update(
            state=state, settled_at=now, attempts=0, lease_until=None, token=watch.token + 1
        )


def _record(kept: Kept, kind: str, watch: DnsWatch, now: datetime) -> int:
    return stream.append(
        kept.talk, kind, body_of(kept.check), actor=None, now=now, internal=False,
        cause=f"dns_watch:{watch.reason}",
    )  # fmt: skip


def _say(run: Run, number: int, template: str, text: Text, kept: Kept, now: datetime) -> None:
    domains = ", ".join(one["domain"] for one in kept.check.findings)
    told = Text(*(_filled(one, domains) for one in (text.ko, text.en)))
    actor = kept.check.actor
    tell(run, number, template, told, now=now, actor_id=actor.pk if actor else None)


def _filled(text: str, domains: str) -> str:
    return text.replace("{domains}", domains)
